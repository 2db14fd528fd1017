"""Which extra of the install a package comes with, for when it is not there."""

from __future__ import annotations

from minibroker.model.errors import ConfigError

EXTRAS = {
    "pyflink": "broker",
    "httpx": "broker",
    "psutil": "broker",
    "yaml": "broker",
    "prometheus_client": "broker",
    "duckdb": "archive",
    "prompt_toolkit": "shell",
    "pygments": "shell",
    "pyarrow": "parquet",
    "numpy": "simulate",
    "matplotlib": "plot",
    "astropy": "stamps",
    "PIL": "stamps",
    "textual_image": "stamps",
}
"""Top-level module to extra, for every package that the base install does not have."""


def extra_missing(error: ModuleNotFoundError) -> ConfigError | None:
    """Return what to install for a module that is not there; None when no extra has it."""
    module = (error.name or "").partition(".")[0]
    extra = EXTRAS.get(module)
    if extra is None:
        return None
    return ConfigError(
        "extra-missing",
        f"this needs {module}, which comes with the extra '{extra}'",
        f"pip install 'minibroker[{extra}]'",
    )
