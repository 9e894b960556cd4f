"""The proof that verdicts are right: simulations, a stream of real runs, and the rules of other tools beside ours."""
