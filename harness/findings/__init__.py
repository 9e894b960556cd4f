"""Rules from a profile to findings: what a study shows to be costly, and the most that changing it could save."""
