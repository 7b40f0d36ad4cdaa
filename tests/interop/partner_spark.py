"""Spark, on this machine alone."""

import os
import shutil
import tempfile

from checks import same_image
from images import frequent_items_offset
from ours import TOP
from tools import NotHad

TYPES = {"long": "BIGINT", "integer": "BIGINT", "double": "DOUBLE", "float": "FLOAT", "string": "STRING", "binary": "BINARY"}
KLL = {"double": "double", "float": "float", "integer": "bigint"}
BUILDS = {"hll": "hll_sketch_agg(x, {0})", "theta": "theta_sketch_agg(x, {0})", "kll": "kll_sketch_agg_{1}(x, {0})",
          "items": "approx_top_k_accumulate(x, {2})"}
MERGES = {"hll": "hll_union_agg(x)", "theta": "theta_union_agg(x, {0})", "kll": "kll_merge_agg_{1}(x, {0})",
          "items": "approx_top_k_combine({3})"}
AGAIN = {"hll": "hll_union_agg(x)", "theta": "theta_intersection_agg(x)", "kll": "kll_merge_agg_{1}(x)",
         "items": "approx_top_k_combine({3})"}
VERBS = {"union": "theta_union", "intersect": "theta_intersection", "except": "theta_difference"}
STATE = ("named_struct('sketch', x, 'maxItemsTracked', {0}, 'itemDataType', CAST(NULL AS {1}), "
         "'itemDataTypeDDL', 'item {1} NOT NULL')")


def session():
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        raise NotHad("there is no Java")
    from pyspark.sql import SparkSession
    builder = SparkSession.builder.master("local[2]").appName("interop")
    for name, value in (("spark.ui.enabled", "false"), ("spark.driver.memory", "1g"),
                        ("spark.sql.shuffle.partitions", "2"), ("spark.driver.host", "127.0.0.1"),
                        ("spark.driver.bindAddress", "127.0.0.1"), ("spark.ui.showConsoleProgress", "false")):
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark


class Partner:
    name = "Spark"
    whole = True  # estimates are whole numbers
    counts_ends = True
    trims = True  # what it builds is a union of what its tasks built, of 2^lg_k hashes at most
    items_form = "frequent_items spark"

    def __init__(self, tools):
        self.version = tools.version_of("pyspark")
        self.spark = session()
        self.folder = tempfile.TemporaryDirectory()
        self.tables = 0

    def offers(self, family, kind):
        if family == "hll":
            return kind != "double"
        return family in ("theta", "items") or family == "kll" and kind in KLL

    def close(self):
        self.spark.stop()
        self.folder.cleanup()

    def own_checks(self, ours):
        import shards
        yield "whole numbers among others, as docs/formats.md says", lambda: self.whole_numbers(ours)
        yield from shards.all_checks()

    def whole_numbers(self, ours):
        query = (TOP / "docs/formats.md").read_text().split("```sql no-run\nSELECT theta_union")[1].split("FROM t\n")[0]
        values = [1.0, 2.5, -3.0, 1e15, 0.1, 1e300, -0.0]
        same_image("theta", bytes(self.over("theta_union" + query, "double", values)),
                   ours.build("theta", "double", 12, values))

    def over(self, expression, kind, values):
        """Spark reads the values from a file, in which each has its type."""
        import pyarrow as arrow
        import pyarrow.parquet as parquet
        types = {"long": arrow.int64(), "integer": arrow.int64(), "double": arrow.float64(), "float": arrow.float32(),
                 "string": arrow.string(), "binary": arrow.binary()}
        self.tables += 1
        path = os.path.join(self.folder.name, f"{self.tables}.parquet")
        parquet.write_table(arrow.table({"x": arrow.array(values, types[kind])}), path)
        return self.spark.sql(f"SELECT {expression} AS y FROM parquet.`{path}`").collect()[0].y

    def written(self, expression, family, kind, size, values, of=None):
        most = 3 << size >> 2 if family == "items" else 0  # what a table of 2^size takes
        state = STATE.format(most, TYPES[kind]) if family == "items" else ""
        got = self.over(expression.format(size, KLL.get(kind), most, state), of or kind, values)
        return bytes(got.sketch if family == "items" else got)

    def build(self, family, kind, size, values):
        return self.written(BUILDS[family], family, kind, size, values)

    def merge(self, family, kind, size, images):
        return self.written(MERGES[family], family, kind, size, images, of="binary")

    def again(self, family, kind, image):
        return self.written(AGAIN[family], family, kind, 10, [image], of="binary")

    def algebra(self, verb, left, right):
        return bytes(self.over(f"{VERBS[verb]}(X'{left.hex()}', X'{right.hex()}')", "binary", [b""]))

    def ask(self, family, kind, image, probes=()):
        if family in ("hll", "theta"):
            return {"estimate": self.over(f"{family}_sketch_estimate(x)", "binary", [image])}
        if family == "items":
            return self.ask_items(kind, image, probes)
        name = KLL[kind]
        said = {"n": self.over(f"kll_sketch_get_n_{name}(x)", "binary", [image])}
        if said["n"]:
            list_of = ", ".join(f"CAST({probe!r} AS {TYPES[kind]})" for probe in probes)
            ranks = self.over(f"kll_sketch_get_rank_{name}(x, array({list_of}))", "binary", [image])
            said.update((f"rank{number}", rank) for number, rank in enumerate(ranks))
        return said

    def ask_items(self, kind, image, probes):
        """Spark lists items with the greatest count that they may have."""
        most = min(3 << image[3] >> 2, 1000000)
        listed = self.over(f"approx_top_k_estimate({STATE.format(most, TYPES[kind])}, {most})", "binary", [image])
        counts = {row.item: row["count"] for row in listed}
        said = {}
        for number, probe in enumerate(probes):
            if probe in counts:
                said[f"upper{number}"] = counts[probe]
                said[f"lower{number}"] = counts[probe] - frequent_items_offset(image)
        return said
