"""What a record shows of a study, in numbers: the ledger of its trials, workers, memory, stacks and repeated work."""
