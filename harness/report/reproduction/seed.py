"""What the analysis that started the project says in the rows of its table, in its own figures and words."""

from harness.report.summary import SeedCells

SEED: dict[str, SeedCells] = {
    "bars": SeedCells(synthetic="5,000", real="262,782", ratio="52.6×"),
    "train": SeedCells(synthetic="3,000", real="157,669"),
    "validate": SeedCells(synthetic="1,000", real="52,556"),
    "test": SeedCells(synthetic="810", real="52,271"),
    "bars_per_trial": SeedCells(synthetic="4k", real="210k", ratio="52.5×"),
    "table": SeedCells(synthetic="25 MB", real="14.03 MB", ratio="0.6×"),
    "file": SeedCells(real="9.08 MB"),
    "generate": SeedCells(synthetic="4.8 s"),
    "load": SeedCells(real="0.031 s"),
    "strategy": SeedCells(synthetic="21.4 s", real="21.4 s", ratio="1.0×"),
    "per_bar": SeedCells(synthetic="81 µs", real="81 µs"),
    "trial_one": SeedCells(),
    "trial_nine": SeedCells(real="45–48 s"),
    "total": SeedCells(synthetic="20 s", real="275 s", ratio="13.75×"),
    "linear": SeedCells(real="1,050 s", ratio="52.5×"),
    "growth": SeedCells(synthetic="64–70 MB", real="4.5–72 MB"),
}
