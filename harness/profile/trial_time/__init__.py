"""Where the time of trials and of their workers went."""
