"""tests/bench/bench_peers: the questions of our functions, asked of other systems.

The same rows, one thread, and seconds of the processor: of each pair the fastest of
$ROUNDS runs (3), taken in turn, ours first.  Ours run in SQLite, in a process of their own,
and theirs in this one.  The time is that of a query over a table in memory, so reading
the table is in it, and in each system that is its own: SQLite decodes a row at a time and
calls a function for it, the others go through columns.  Libraries that take one item a
call are fed from a loop in Python, and say so.  $ROWS sets the number of rows (2,000,000).
"""
import bisect
import collections
import csv
import dataclasses
import heapq
import importlib.metadata
import json
import os
import pathlib
import sqlite3
import sys
import tempfile
import time
import typing

from timer import Timer

ROWS = int(os.environ.get("ROWS", 2_000_000))
ROUNDS = int(os.environ.get("ROUNDS", 3))
GROUP = 2000  # rows of a stored sketch
QUANTILE = 0.99
TOP = 25
WORD = "bri"  # the most frequent one

DISTINCT_WORDS = "different words"
DISTINCT_INTS = "different integers"
TOP_WORDS = f"the top {TOP} words"
QUANTILE_REALS = f"the quantile for {QUANTILE}"
COUNT_WORD = "how often a word is there"

OURS = {
    DISTINCT_WORDS: "SELECT hll_count(word) FROM words",
    DISTINCT_INTS: "SELECT hll_count(x) FROM ints",
    TOP_WORDS: f"SELECT topk(word, {TOP}) FROM words",
    QUANTILE_REALS: f"SELECT tdigest_quantile(x, {QUANTILE}) FROM reals",
    COUNT_WORD: f"SELECT cms_estimate(word, '{WORD}') FROM words",
}
STORED = {
    "hll": "hll_sketch(x) AS s FROM ints",
    "tdigest": "tdigest_sketch(x) AS s FROM reals",
    "topk": "topk_sketch(word, 100) AS s FROM words",
    "cms": "cms_sketch(word) AS s FROM words",
}


@dataclasses.dataclass
class Data:
    """The rows, and the sketches that ours has stored of them, by family."""
    words: list
    ints: list
    reals: list
    stored: dict
    file: str  # of comma separated values: word, n, x

    def __post_init__(self):
        self.counts = collections.Counter(self.words)
        self.distinct = {DISTINCT_WORDS: len(self.counts), DISTINCT_INTS: len(set(self.ints))}
        self.ordered = sorted(self.reals)

    def groups(self, values):
        return [values[i:i + GROUP] for i in range(0, len(values), GROUP)]

    def error(self, question, answer):
        """How far an answer is from the truth, in words."""
        if question in self.distinct:
            return f"{100 * (float(answer) / self.distinct[question] - 1):+.2f} %"
        if question == TOP_WORDS:
            best = heapq.nlargest(TOP, self.counts.values())[-1]
            return f"{sum(self.counts[word] >= best for word in answer)} of {TOP}"
        if question == QUANTILE_REALS:
            rank = bisect.bisect_right(self.ordered, float(answer)) / len(self.ordered)
            return f"rank {100 * (rank - QUANTILE):+.4f} %"
        return f"{float(answer) - self.counts[WORD]:+.0f}"


@dataclasses.dataclass
class Entry:
    """A question, how it is asked there, and what does it."""
    question: str
    how: str
    ask: typing.Callable
    note: str = ""


def read_data(timer, folder):
    for family, sql in STORED.items():
        timer.run(f"CREATE TABLE {family}_stored AS SELECT {sql} GROUP BY (rowid - 1) / {GROUP}")
    timer.run(f"VACUUM INTO '{folder}/rows.db'")
    db = sqlite3.connect(f"{folder}/rows.db")
    columns = [[value for value, in db.execute(f"SELECT * FROM {table} ORDER BY rowid")]
               for table in ("words", "ints", "reals")]
    stored = {family: [value for value, in db.execute(f"SELECT s FROM {family}_stored ORDER BY rowid")]
              for family in STORED}
    db.close()
    with open(f"{folder}/rows.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["word", "n", "x"])
        writer.writerows(zip(*columns))
    return Data(*columns, stored, f"{folder}/rows.csv")


# ---- peers: each takes the data, and returns what it is and its entries ----

def duckdb(data):
    import duckdb as library
    db = library.connect(config={"threads": 1})
    db.execute("CREATE TABLE t AS SELECT * FROM read_csv(?, columns = "
               "{'word': 'VARCHAR', 'n': 'BIGINT', 'x': 'DOUBLE'})", [data.file])

    def asking(expression):
        return lambda: db.execute(f"SELECT {expression} FROM t").fetchone()[0]
    return f"DuckDB {library.__version__}", [
        Entry(question, expression, asking(expression)) for question, expression in (
            (DISTINCT_WORDS, "approx_count_distinct(word)"),
            (DISTINCT_INTS, "approx_count_distinct(n)"),
            (TOP_WORDS, f"approx_top_k(word, {TOP})"),
            (QUANTILE_REALS, f"approx_quantile(x, {QUANTILE})"))]


def clickhouse(data):
    from chdb.session import Session
    session = Session()
    session.query("CREATE TABLE t (word String, n Int64, x Float64) ENGINE = Memory")
    session.query(f"INSERT INTO t SELECT * FROM file('{data.file}', CSVWithNames)")

    def asking(expression):
        sql = f"SELECT {expression} AS answer FROM t SETTINGS max_threads = 1"
        return lambda: json.loads(str(session.query(sql, "JSONEachRow")))["answer"]
    version = str(session.query("SELECT version()", "TabSeparated")).strip()
    return f"ClickHouse {version}", [
        Entry(question, expression, asking(expression)) for question, expression in (
            (DISTINCT_WORDS, "uniqHLL12(word)"),
            (DISTINCT_WORDS, "uniqCombined(word)"),
            (DISTINCT_INTS, "uniqHLL12(n)"),
            (DISTINCT_INTS, "uniqCombined(n)"),
            (TOP_WORDS, f"topK({TOP})(word)"),
            (QUANTILE_REALS, f"quantileTDigest({QUANTILE})(x)"))]


def polars(data):
    import polars as library
    t = library.read_csv(data.file)

    def top():
        counts = t["word"].value_counts().top_k(TOP, by="count")
        return counts["word"].to_list()
    return f"Polars {library.__version__}", [
        Entry(DISTINCT_WORDS, "approx_n_unique", lambda: t["word"].approx_n_unique()),
        Entry(DISTINCT_INTS, "approx_n_unique", lambda: t["n"].approx_n_unique()),
        Entry(TOP_WORDS, "value_counts, top_k", top, "exact"),
        Entry(QUANTILE_REALS, "quantile", lambda: t["x"].quantile(QUANTILE), "exact")]


def datasketches(data):
    import datasketches as library
    import numpy

    def fed(make, values, ask):
        def run():
            sketch = make()
            for value in values:
                sketch.update(value)
            return ask(sketch)
        return run

    def frequent(sketch):
        kind = library.frequent_items_error_type.NO_FALSE_NEGATIVES
        return [word for word, *_ in sketch.get_frequent_items(kind)[:TOP]]

    def array(make):
        def run():
            sketch = make()
            sketch.update(reals)
            return sketch.get_quantile(QUANTILE)
        return run

    reals = numpy.array(data.reals)
    loop = "a call from Python a row"
    return f"DataSketches {importlib.metadata.version('datasketches')}", [
        Entry(DISTINCT_WORDS, "hll_sketch, lg_k 12", fed(
            lambda: library.hll_sketch(12), data.words, lambda s: s.get_estimate()), loop),
        Entry(DISTINCT_INTS, "hll_sketch, lg_k 12", fed(
            lambda: library.hll_sketch(12), data.ints, lambda s: s.get_estimate()), loop),
        Entry(TOP_WORDS, "frequent_strings_sketch, 2^10", fed(
            lambda: library.frequent_strings_sketch(10), data.words, frequent), loop),
        Entry(QUANTILE_REALS, "tdigest_double, k 200", array(
            lambda: library.tdigest_double(200)), "an array at once"),
        Entry(QUANTILE_REALS, "kll_doubles_sketch, k 200", array(
            lambda: library.kll_doubles_sketch(200)), "an array at once"),
        Entry(COUNT_WORD, "count_min_sketch", fed(
            lambda: count_min(library), data.words,
            lambda s: s.get_estimate(WORD)), loop)]


def count_min(library):
    kind = library.count_min_sketch
    return kind(kind.suggest_num_hashes(0.99), kind.suggest_num_buckets(0.001))


def datasketches_stored(data):
    """Family of ours and the merge of stored sketches there, each read from its bytes."""
    import datasketches as library
    import numpy

    def stored(make, values):
        for group in data.groups(values):
            sketch = make()
            for value in group:
                sketch.update(value)
            yield sketch.serialize()

    def merging(make, read, images, verb):
        images = list(images)

        def run():
            sketch = make()
            put = getattr(sketch, verb)
            for image in images:
                put(read(image))
        return run

    frequent = library.frequent_strings_sketch
    kll = library.kll_doubles_sketch
    tdigest = library.tdigest_double
    arrays = (numpy.array(group) for group in data.groups(data.reals))

    def kll_stored():
        for values in arrays:
            sketch = kll(200)
            sketch.update(values)
            yield sketch.serialize()
    same = "the very bytes that ours stored"
    return [
        Entry("hll", "hll_union, lg_k 12", merging(
            lambda: library.hll_union(12), library.hll_sketch.deserialize,
            data.stored["hll"], "update"), same),
        Entry("tdigest", "tdigest_double, k 200", merging(
            lambda: tdigest(200), tdigest.deserialize, data.stored["tdigest"], "merge"), same),
        Entry("tdigest", "kll_doubles_sketch, k 200", merging(
            lambda: kll(200), kll.deserialize, kll_stored(), "merge")),
        Entry("topk", "frequent_strings_sketch, 2^10", merging(
            lambda: frequent(10), frequent.deserialize,
            stored(lambda: frequent(10), data.words), "merge")),
        Entry("cms", "count_min_sketch", merging(
            lambda: count_min(library), library.count_min_sketch.deserialize,
            stored(lambda: count_min(library), data.words), "merge"))]


# ---- measuring ----

def measure(timer, sql, ask):
    """Seconds of ours and of theirs, the fastest of each, and their answer."""
    ours = theirs = float("inf")
    answer = None
    for _ in range(ROUNDS):
        ours = min(ours, timer.race(1, sql)[0][0])
        start = time.process_time()
        answer = ask()
        theirs = min(theirs, time.process_time() - start)
    return ours, theirs, answer


def our_answer(timer, question):
    answer = timer.run(OURS[question])
    return [item["value"] for item in json.loads(answer)] if question == TOP_WORDS else answer


def print_rows(timer, data, peers):
    print(f"\n{len(data.words):,} rows; ns a row, ours measured in turn with theirs\n")
    print(f"{'question and system':30}{'how':34}{'ours':>8}{'theirs':>8}{'by ours':>9}  "
          f"{'error, ours':18}{'theirs':18}")
    for question, sql in OURS.items():
        print(f"{question}: {sql.split('(')[0].split()[1]}")
        error = data.error(question, our_answer(timer, question))
        for name, entries in peers:
            for entry in (entry for entry in entries if entry.question == question):
                ours, theirs, answer = measure(timer, sql, entry.ask)
                print(f"  {name:28}{entry.how:34}{ours * 1e9 / len(data.words):8.1f}"
                      f"{theirs * 1e9 / len(data.words):8.1f}{theirs / ours:9.2f}  "
                      f"{error:18}{data.error(question, answer):18}{entry.note}".rstrip(), flush=True)


def print_stored(timer, data, entries):
    print(f"\nStored sketches of {GROUP:,} rows each; us a sketch, of reading and merging all.  Theirs has"
          "\ntwo calls from Python for each; ours has SQLite's reading of the table.\n")
    print(f"{'ours':24}{'DataSketches':34}{'ours':>8}{'theirs':>8}{'by ours':>9}")
    for entry in entries:
        count = len(data.stored[entry.question])
        sql = f"SELECT {entry.question}_merge(s) FROM {entry.question}_stored"
        ours, theirs, _ = measure(timer, sql, entry.ask)
        print(f"{entry.question + '_merge(s)':24}{entry.how:34}{ours * 1e6 / count:8.2f}"
              f"{theirs * 1e6 / count:8.2f}{theirs / ours:9.2f}  {entry.note}".rstrip(), flush=True)


def main():
    timer = Timer(ROWS)
    with tempfile.TemporaryDirectory() as folder:
        data = read_data(timer, pathlib.Path(folder).resolve())
        peers = []
        stored = []
        for make in (duckdb, clickhouse, polars, datasketches):
            try:
                peers.append(make(data))
                if make is datasketches:
                    stored = datasketches_stored(data)
            except ImportError as error:
                print(f"left out: {make.__name__} ({error})")
        theirs = ", ".join(name for name, _ in peers) or "nobody else"
        print(f"Ours in SQLite {timer.version}; {theirs}; Python {sys.version.split()[0]}")
        print_rows(timer, data, peers)
        if stored:
            print_stored(timer, data, stored)
    timer.close()


if __name__ == "__main__":
    main()
