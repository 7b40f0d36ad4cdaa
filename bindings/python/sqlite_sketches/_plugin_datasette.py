"""Datasette finds this by its entry point: every connection has the functions."""

from datasette import hookimpl

from ._plugin import load_or_warn


@hookimpl
def prepare_connection(conn):
    load_or_warn(conn, "Datasette")
