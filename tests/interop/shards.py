"""docs/scale-out.md: 16 files, each with a part of one table, united in Spark SQL, and back.

The code is that of the document, in its order; here are the files that it finds, and what is asked of the result.
"""

import collections
import pathlib
import random
import re
import sqlite3
import tempfile
import zlib

import checks
import images
import ours

DOCUMENT = ours.TOP / "docs/scale-out.md"
BLOCK = re.compile(r"^```python interop\n(.*?)^```$", re.M | re.S)
FILES = 16
PAGES = ("/0", "/1", "/2")
MERGED = """SELECT hll_merge(visitors), theta_merge(visitor_set), kll_merge(times), count(*) FROM (
    SELECT hll_sketch(visitor) AS visitors, theta_sketch(visitor) AS visitor_set, kll_sketch(ms) AS times
      FROM visit WHERE page = ? GROUP BY file)"""


def table():
    draw = random.Random(4)
    for _ in range(120000):
        yield draw.choice(PAGES), f"v{int(30000 ** draw.random())}", draw.lognormvariate(4, 1)


def lay_out(folder):
    """The rows in files of their own, and all of them in memory, with the number of their file."""
    (folder / "shards").mkdir()
    files = [sqlite3.connect(folder / f"shards/{number}.db") for number in range(FILES)]
    everything = ours.connect()
    everything.execute("CREATE TABLE visit(page, visitor, ms, file)")
    for file in files:
        file.execute("CREATE TABLE visit(page TEXT, visitor TEXT, ms REAL)")
    for page, visitor, ms in table():
        number = zlib.crc32(visitor.encode()) % FILES
        files[number].execute("INSERT INTO visit VALUES (?, ?, ?)", (page, visitor, ms))
        everything.execute("INSERT INTO visit VALUES (?, ?, ?, ?)", (page, visitor, ms, number))
    for file in files:
        file.commit()
        file.close()
    return everything


def run_document(folder):
    code = "\n".join(BLOCK.findall(DOCUMENT.read_text()))
    assert code, "the document has no code for this"
    # Its paths are relative, to where Spark was started.
    code = re.sub(r'"(shards/|united\.db")', f'"{folder}/\\1', code).replace("build/sketches", str(ours.BUILD / "sketches"))
    names = {}
    exec(compile(code, str(DOCUMENT), "exec"), names)
    return names


class Outcome:
    """What the document's code left, beside what SQLite says alone."""

    def __init__(self, folder):
        self.rows = lay_out(folder)
        names = run_document(folder)
        self.answers = {row[0]: row for row in names["answers"]}
        self.on_both = names["on_both"]
        self.back = names["connect"](str(folder / "united.db"))
        self.frequent = {row.page: bytes(row.frequent.sketch) for row in names["united"].collect()}

    def each(self, compare):
        for page in PAGES:
            mine = self.rows.execute(MERGED, [page]).fetchone()
            checks.demand(mine[3] == FILES, f"{page} is in {mine[3]} files")
            theirs = self.back.execute("SELECT visitors, visitor_set, times, top FROM sketch WHERE page = ?", [page]).fetchone()
            checks.with_name(page, compare, page, mine, theirs)

    def hll(self, page, mine, theirs):
        checks.same_image("hll", mine[0], theirs[0])
        estimate, truth = self.one("SELECT hll_get(?)", mine[0]), self.distinct(page)
        checks.demand(checks.near(self.answers[page][1], estimate, 0.01), f"{self.answers[page][1]} and {estimate}")
        checks.demand(checks.near(estimate, truth, 0.1), f"{estimate} of {truth}")

    def theta(self, page, mine, theirs):
        checks.same_image("theta", mine[1], theirs[1])
        estimate = self.one("SELECT theta_get(?)", mine[1])
        checks.demand(self.one("SELECT theta_get(?)", theirs[1]) == estimate, "another estimate")
        checks.demand(abs(self.answers[page][2] - estimate) <= 0.5, f"{self.answers[page][2]} and {estimate}")

    def kll(self, page, mine, theirs):
        n, = self.rows.execute("SELECT count(*) FROM visit WHERE page = ?", [page]).fetchone()
        bounds = sum(self.one("SELECT kll_error(?)", image) for image in (mine[2], theirs[2]))
        for name in ("weight", "min", "max"):
            left, right = (self.one(f"SELECT kll_{name}(?)", image) for image in (mine[2], theirs[2]))
            checks.demand(left == right, f"{name}: {left} and {right}")
        checks.demand(self.one("SELECT kll_weight(?)", mine[2]) == n, "rows are missing")
        for x in (1, 10, 30, 50, 80, 200, 500, self.answers[page][3]):
            left, right = (self.one("SELECT kll_rank(?, ?)", image, x) for image in (mine[2], theirs[2]))
            checks.demand(abs(left - right) <= bounds, f"rank of {x}: {left} and {right}")

    def frequent_items(self, page, _mine, theirs):
        counts = collections.Counter(visitor for visitor, in self.rows.execute("SELECT visitor FROM visit WHERE page = ?", [page]))
        offset = images.frequent_items_offset(self.frequent[page])
        for item, count in self.answers[page][4]:
            checks.demand(count - offset <= counts[item] <= count, f"Spark: {item}: {count} of {counts[item]}")
        for item, count in counts.most_common(200):
            lower, upper = (self.one(f"SELECT topk_{name}(?, ?)", theirs[3], item) for name in ("lower", "upper"))
            checks.demand(lower <= count <= upper, f"{item}: {lower} <= {count} <= {upper}")

    def intersection(self):
        sketches = [self.rows.execute(MERGED, [page]).fetchone()[1] for page in PAGES[:2]]
        estimate = self.one("SELECT theta_get(theta_intersect(?, ?))", *sketches)
        checks.demand(abs(estimate - self.on_both) <= 0.5, f"{estimate} and {self.on_both}")

    def one(self, query, *parameters):
        return self.back.execute(query, parameters).fetchone()[0]

    def distinct(self, page):
        return self.rows.execute("SELECT count(DISTINCT visitor) FROM visit WHERE page = ?", [page]).fetchone()[0]


def all_checks():
    """Of a Spark that is there: the document's session is the one that is open."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = Outcome(pathlib.Path(folder))
        for name in ("hll", "theta", "kll", "frequent_items"):
            yield f"docs/scale-out.md, 16 files united and back: {name}", lambda name=name: outcome.each(getattr(outcome, name))
        yield "docs/scale-out.md: theta_intersection_agg of what was united", outcome.intersection
