"""What a record shows, in the formats of other tools: speedscope, collapsed stacks, trace events."""
