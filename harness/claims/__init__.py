"""Claims: the ledger, what its figures allow, and what the evidence says of each."""
