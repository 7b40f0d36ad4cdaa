"""What the package says in a Python that was built without loading of extensions."""

import platform
import sqlite3

import asking
import sqlite_sketches

db = sqlite3.connect(":memory:")
asking.tell("host", f"Python {platform.python_version()}")
asking.tell("sqlite", sqlite3.sqlite_version)
try:
    sqlite_sketches.load(db)
except sqlite_sketches.LoadError as error:
    asking.tell("failed", asking.told(error))
