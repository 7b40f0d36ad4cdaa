"""sqlite-utils finds this by its entry point: every connection has the functions."""

from sqlite_utils import hookimpl

from ._plugin import load_or_warn


@hookimpl
def prepare_connection(conn):
    load_or_warn(conn, "sqlite-utils")
