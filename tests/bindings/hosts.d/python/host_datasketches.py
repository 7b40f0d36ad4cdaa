"""Sketches to and from the package `datasketches`, whose bytes ours are."""

import importlib.metadata
import random
import sqlite3

import datasketches

import asking
import sqlite_sketches


def connect():
    return sqlite3.connect(":memory:")


def exchange():
    db = connect()
    sqlite_sketches.load(db)
    db.execute("CREATE TABLE visit(page TEXT, seconds REAL)")
    random.seed(1)
    seconds = [random.lognormvariate(0, 2) for _ in range(100000)]
    db.executemany("INSERT INTO visit VALUES (?, ?)", ((f"page {i % 3000}", each) for i, each in enumerate(seconds)))
    # lines: to it
    blob, = db.execute("SELECT hll_sketch(page) FROM visit").fetchone()
    sketch = datasketches.hll_sketch.deserialize(blob)
    # end of lines
    assert abs(sketch.get_estimate() / 3000 - 1) < 0.05, sketch.get_estimate()
    digest = datasketches.tdigest_double(200)
    for each in seconds:
        digest.update(each)
    # lines: from it
    p90, = db.execute("SELECT tdigest_get(?, 0.9)", (digest.serialize(),)).fetchone()
    # end of lines
    seconds.sort()

    def off(value):
        return abs(sum(each < value for each in seconds) / len(seconds) - 0.9)
    assert off(p90) < 0.001 and off(p90) < off(digest.get_quantile(0.9)), p90
    for family, made in (("kll", datasketches.kll_doubles_sketch(200)), ("theta", datasketches.update_theta_sketch(12)),
                         ("hll", datasketches.hll_sketch(12))):
        for each in seconds[:2000]:
            made.update(each)
        blob = {"kll": lambda: made.serialize(), "theta": lambda: made.compact().serialize(),
                "hll": lambda: made.serialize_compact()}[family]()
        assert db.execute("SELECT sketch_type(?)", (blob,)).fetchone() == (family,)
    for family, reader in (("tdigest", datasketches.tdigest_double), ("kll", datasketches.kll_doubles_sketch),
                           ("theta", datasketches.compact_theta_sketch)):
        blob, = db.execute(f"SELECT {family}_sketch(seconds) FROM visit").fetchone()
        reader.deserialize(blob)
    frequent = datasketches.frequent_strings_sketch(8)
    for each in ("home", "news", "home"):
        frequent.update(each)
    blob, = db.execute("SELECT topk_import(?, 'text')", (frequent.serialize(),)).fetchone()
    assert db.execute("SELECT value, count FROM topk_rows(?)", (blob,)).fetchall() == [("home", 2), ("news", 1)]
    blob, = db.execute("SELECT topk_convert(?, 'frequent_items')", (blob,)).fetchone()
    assert datasketches.frequent_strings_sketch.deserialize(blob).get_estimate("home") == 2


exchange()
asking.main(f"datasketches {importlib.metadata.version('datasketches')}", (connect, sqlite_sketches.load))
