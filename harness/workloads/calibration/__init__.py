"""Known truth: objectives whose costs are known by construction, to hold a profile against what was put in."""
