"""sqlite-utils finds this by its entry point: every connection has the functions."""

import warnings

from sqlite_utils import hookimpl

import sqlite_sketches


@hookimpl
def prepare_connection(conn):
    try:
        sqlite_sketches.load(conn)
    except sqlite_sketches.LoadError as error:
        warnings.warn(f"sqlite-sketches: {error}", stacklevel=2)
