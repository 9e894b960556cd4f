"""An exam of the profiler: small studies whose true diagnosis is known, and a judge of what the harness says."""
