"""The one place that reaches into Optuna: observers of storage and sampler, and the recorder that they report to."""
