import importlib.metadata
import shlex
import subprocess
import sys
from pathlib import Path

import sqlite_utils

import asking

COMMAND = """
# sh lines: the command
sqlite-utils memory "SELECT sketch_version()"
# end of lines
"""


def database():
    # lines: in Python
    db = sqlite_utils.Database(memory=True)
    # end of lines
    return db


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
    """The plugin has loaded."""


asking.main(f"sqlite-utils {importlib.metadata.version('sqlite-utils')}", (command_line, load), (database, load), query=query)
