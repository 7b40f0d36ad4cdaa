"""What the plugins for Datasette and sqlite-utils have in common."""

import warnings

import sqlite_sketches


def load_or_warn(connection, host):
    """Load the extension; where that is impossible, the host goes on without, and its user is told."""
    try:
        sqlite_sketches.load(connection)
    except sqlite_sketches.LoadError as error:
        advice = ""
        if not hasattr(connection, "enable_load_extension"):
            advice = f". {host} takes pysqlite3 by itself, as soon as it is installed: `pip install pysqlite3-binary`"
        warnings.warn(f"sqlite-sketches: {error}{advice}", stacklevel=3)
