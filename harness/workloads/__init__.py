"""What is optimised: the workload interface, and the reference workload of the seed analysis."""
