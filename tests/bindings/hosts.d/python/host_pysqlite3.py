import importlib.metadata

import asking
# lines
import pysqlite3 as sqlite3
# end of lines


def connect():
    return sqlite3.connect(":memory:")


def load(db):
    # lines
    db.enable_load_extension(True)
    db.load_extension("./sketches")
    db.enable_load_extension(False)
    # end of lines


def load_by_package(db):
    # lines: or, with the package
    import sqlite_sketches
    sqlite_sketches.load(db)
    # end of lines


def forbidden(db):
    db.enable_load_extension(False)
    db.load_extension("./sketches")


asking.main(f"pysqlite3-binary {importlib.metadata.version('pysqlite3-binary')}", (connect, load),
            (connect, load_by_package), forbidden=forbidden)
