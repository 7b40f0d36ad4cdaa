"""Approximate aggregates for SQLite: top-k, distinct counts, quantiles, frequencies, samples.

    import sqlite3, sqlite_sketches

    db = sqlite3.connect(":memory:")
    sqlite_sketches.load(db)
    db.execute("SELECT topk(word, 10) FROM words")
"""

import atexit
import os
import shutil
import tempfile

from . import _file

__all__ = ["LoadError", "load", "loadable_path"]

_copies = {}  # of each path: copies of the file, for further SQLites of this process


class LoadError(Exception):
    """The extension was not loaded; the message says why, and what to do."""


def loadable_path():
    """The path of the extension without its suffix, as SQLite likes it best."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "sketches")


def load(connection, path=None):
    """Load the extension into a connection of sqlite3, apsw, pysqlite3 or sqlean.

    Loading of extensions is allowed for that and forbidden again.  Each connection loads for
    itself, and once more does no harm.  `path` is another file than the package's, with or
    without suffix.  Raises LoadError.
    """
    enable, load_extension = _methods(connection)
    # A bare name the system would look for in its own folders.
    path = loadable_path() if path is None else os.path.abspath(os.fsdecode(path))
    fault = _file.cut_short(path)
    if fault:
        raise LoadError(f"{path} was not loaded: {fault}")
    try:
        allowed = enable(True)
    except Exception as error:
        if type(error).__name__ in _WRONG_USE:
            raise LoadError(f"this connection cannot be used here: {error}") from error
        raise LoadError(f"this connection does not allow extensions: {error}. {_WAY_OUT}") from error
    if hasattr(allowed, "__await__"):
        allowed.close()
        raise LoadError("this connection has to be awaited: `await db.enable_load_extension(True)`, then "
                        "`await db.load_extension(sqlite_sketches.loadable_path())`")
    try:
        _load_or_copy(load_extension, path)
    finally:
        enable(False)


_WAY_OUT = ("Use one that allows them: `pip install apsw`, or `pip install pysqlite3-binary` and "
            "`import pysqlite3 as sqlite3`; or a Python built with "
            "--enable-loadable-sqlite-extensions, such as the system's on Linux")
_WAY_OUT_OF_AGE = ("Use a newer one: `pip install pysqlite3-binary` and `import pysqlite3 as sqlite3`, or "
                   "`pip install apsw`")
# What drivers raise for a connection that is closed, or of another thread.
_WRONG_USE = ("ProgrammingError", "ConnectionClosedError", "ThreadingViolationError")


def _methods(connection):
    """How it is told to allow extensions and to load one; apsw once spelled them otherwise."""
    for enable, load_extension in (("enable_load_extension", "load_extension"),
                                   ("enableloadextension", "loadextension")):
        if hasattr(connection, load_extension):
            return getattr(connection, enable), getattr(connection, load_extension)
    kind = f"{type(connection).__module__}.{type(connection).__qualname__}"
    if any((base.__module__, base.__name__) == ("sqlite3", "Connection") for base in type(connection).__mro__):
        raise LoadError(f"the sqlite3 of this Python cannot load extensions. {_WAY_OUT}")
    raise LoadError(f"{kind} has no load_extension: give the connection of the driver itself, "
                    "such as sqlite3.connect() returns")


def _load_or_copy(load_extension, path):
    """A file serves one SQLite of the process; the next one has to have another file."""
    copies = _copies.setdefault(path, [])
    copies[:] = [copy for copy in copies if os.path.exists(copy)]  # somebody may tidy up
    for candidate in [path] + copies:
        try:
            return load_extension(candidate)
        except Exception as error:
            if "another SQLite in this program has this file" not in str(error):
                advice = f". {_WAY_OUT_OF_AGE}" if "needs SQLite" in str(error) else ""
                raise LoadError(f"{path} was not loaded: {_file.fault(path) or error}{advice}") from error
    try:
        copy = _copy_of(path)
        load_extension(copy)
    except Exception as error:
        raise LoadError(f"{path} is taken by another SQLite of this process, and a copy of it was not loaded: "
                        f"{error}. Set TMPDIR to a folder where files may be written and programs may lie") from error
    copies.append(copy)


def _copy_of(path):
    folder = tempfile.mkdtemp(prefix="sqlite-sketches-")
    atexit.register(_remove, folder, os.getpid())
    return shutil.copy(_file.with_suffix(path), folder)


def _remove(folder, owner):
    """At the end of the process, but not of a child that it has forked."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
