"""The extension, asked as the other systems are: build, merge, again, ask and theta's set operations."""

import json
import os
import pathlib
import sqlite3

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = (TOP / os.environ.get("BUILD", "build")).resolve()

# How each family is written here.  Frequent items are a form that topk is written in.
BUILDS = {"hll": "hll_sketch(x, {0})", "theta": "theta_sketch(x, {0})", "kll": "kll_sketch(x, {0})",
          "tdigest": "tdigest_sketch(x, {0})", "items": "topk_convert(topk_sketch(x, 100), '{2}')"}
MERGES = {"hll": "hll_merge(x)", "theta": "theta_merge(x, {0})", "kll": "kll_merge(x)", "tdigest": "tdigest_merge(x)",
          "items": "topk_convert(topk_merge(topk_import(x, '{1}')), '{2}')"}
ITEM_TYPES = {"string": "text", "long": "integer"}


def connect(path=":memory:"):
    db = sqlite3.connect(path, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(str(BUILD / "sketches"))
    db.enable_load_extension(False)
    return db


class Ours:
    name = "sqlite-sketches"

    def __init__(self, partner):
        """Frequent items are written as that partner keeps them."""
        self.db = connect()
        self.form = getattr(partner, "items_form", "frequent_items")

    def one(self, query, *parameters):
        return self.db.execute(query, parameters).fetchone()[0]

    def over(self, expression, values):
        self.db.execute("CREATE TEMP TABLE given(x)")
        try:
            self.db.executemany("INSERT INTO given VALUES (?)", ((value,) for value in values))
            return self.one(f"SELECT {expression} FROM given")
        finally:
            self.db.execute("DROP TABLE given")

    def build(self, family, kind, size, values):
        return self.over(BUILDS[family].format(size, ITEM_TYPES.get(kind), self.form), values)

    def merge(self, family, kind, size, images):
        return self.over(MERGES[family].format(size, ITEM_TYPES.get(kind), self.form), images)

    def algebra(self, verb, left, right):
        return self.one(f"SELECT theta_{verb}(?, ?)", left, right)

    def imported(self, kind, image):
        return self.one("SELECT kll_import(?, ?)", image, kind)

    def ask(self, family, kind, image, probes=()):
        return getattr(self, f"ask_{family}")(image, kind, probes)

    def ask_hll(self, image, _kind, _probes, family="hll"):
        return {verb: self.one(f"SELECT {family}_{name}(?)", image)
                for verb, name in (("estimate", "get"), ("lower", "lower"), ("upper", "upper"))}

    def ask_theta(self, image, kind, probes):
        return self.ask_hll(image, kind, probes, "theta")

    def ask_kll(self, image, _kind, probes, family="kll"):
        said = {"n": self.one(f"SELECT {family}_weight(?)", image)}
        if said["n"]:
            said.update(min=self.one(f"SELECT {family}_min(?)", image), max=self.one(f"SELECT {family}_max(?)", image))
            ranks = json.loads(self.one(f"SELECT {family}_rank(?, ?)", image, json.dumps(probes)))
            said.update((f"rank{number}", rank) for number, rank in enumerate(ranks))
        if family == "kll":
            said["error"] = self.one("SELECT kll_error(?)", image)
        return said

    def ask_tdigest(self, image, kind, probes):
        return self.ask_kll(image, kind, probes, "tdigest")

    def ask_items(self, image, kind, probes):
        sketch = self.one("SELECT topk_import(?, ?)", image, ITEM_TYPES[kind])
        said = {}
        for number, probe in enumerate(probes):
            said[f"lower{number}"] = self.one("SELECT topk_lower(?, ?)", sketch, probe)
            said[f"upper{number}"] = self.one("SELECT topk_upper(?, ?)", sketch, probe)
        return said
