import importlib.metadata
import shlex
import subprocess
import sys
from pathlib import Path

import sqlite_utils

import asking

COMMAND = """
# sh lines
sqlite-utils memory --load-extension ./sketches "SELECT sketch_version()"
# end of lines
"""


def database():
    return sqlite_utils.Database(memory=True)


def command_line():
    """The command, for each query instead of that one."""
    words = shlex.split(COMMAND, comments=True)
    return [Path(sys.executable).parent / words[0], *words[1:-1], "--raw-lines"]


def query(db, sql):
    if isinstance(db, sqlite_utils.Database):
        return asking.execute(db, sql)
    done = subprocess.run([*db, sql], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return done.stdout.rstrip("\n")


def load(db):
    if not isinstance(db, sqlite_utils.Database):
        query(db, "SELECT 1")  # the command loads each time
        return
    # lines: in Python
    db.conn.enable_load_extension(True)
    db.conn.load_extension("./sketches")
    db.conn.enable_load_extension(False)
    # end of lines


def forbidden(db):
    db = database()
    db.conn.enable_load_extension(False)
    db.conn.load_extension("./sketches")


asking.main(f"sqlite-utils {importlib.metadata.version('sqlite-utils')}", (command_line, load), (database, load), query=query,
            forbidden=forbidden)
