"""Functions that bring data in, by the modules that people know them from."""

PREFIXES = {
    "pandas": ("read_",),
    "polars": ("read_",),
    "pyarrow.parquet": ("read_table", "read_pandas"),
    "pyarrow.feather": ("read_",),
    "pyarrow.csv": ("read_csv",),
    "sklearn.datasets": ("load_", "fetch_"),
    "numpy": ("loadtxt", "genfromtxt", "fromfile"),
    "joblib": ("load",),
}
_WHOLE = {"numpy": ("load",)}  # `loads`, `load_library` are not readers


def is_reader(module: str, name: str) -> bool:
    """Whether `name` in `module` is one of them."""
    return name in _WHOLE.get(module, ()) or name.startswith(PREFIXES.get(module, ()))


def is_reader_at(path: str, function: str) -> bool:
    """The same of a function by where its code lies below `site-packages`."""
    return any(
        path.startswith((f"{module.replace('.', '/')}/", f"{module.replace('.', '/')}."))
        and is_reader(module, function)
        for module in PREFIXES
    )
