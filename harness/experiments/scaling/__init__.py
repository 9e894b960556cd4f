"""What a scaling's runs show: how each phase grows with data and with trials, and what more workers bring."""
