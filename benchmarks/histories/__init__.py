"""Large studies written straight into a storage, and what reading and resuming them costs."""
