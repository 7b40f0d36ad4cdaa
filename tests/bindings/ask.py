"""ask.py MODULE[,MODULE...]: loads the installed package into connections of these, and asks the ten queries."""

import importlib
import pathlib
import sys
import threading

import sqlite_sketches

sys.path.append(str(pathlib.Path(__file__).resolve().parent))
import queries

ANSWERS, REFUSED = queries.of_shell()


def connect(name):
    module = importlib.import_module(name)
    if name == "apsw":
        return module.Connection(":memory:")
    return module.connect(":memory:")


def ask(name):
    db = connect(name)
    sqlite_sketches.load(db)
    sqlite_sketches.load(db)
    for query, answer in zip(queries.QUERIES, ANSWERS):
        got, = db.execute(query).fetchone()
        assert got == answer, f"{name}: {query}\n{got}\n{answer}"
    try:
        db.execute(queries.REFUSED).fetchall()
    except Exception as error:
        assert REFUSED in str(error), error
    else:
        raise AssertionError("it was not refused")
    for path, message in (("/nowhere/sketches", "there is no such file"), (__file__, "is no shared library")):
        try:
            sqlite_sketches.load(connect(name), path)
        except sqlite_sketches.LoadError as error:
            assert message in str(error), error
        else:
            raise AssertionError(f"{path} was loaded")
    return db


def main():
    kept = []
    for name in sys.argv[1].split(",") * 2:
        kept.append(ask(name))
        thread = threading.Thread(target=lambda name=name: kept.append(ask(name)))
        thread.start()
        thread.join()
        assert len(kept) % 2 == 0, "a thread failed"


main()
