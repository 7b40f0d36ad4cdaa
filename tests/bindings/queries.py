"""Ten queries that every host has to answer alike, errors included, and what the shell says of them."""

import pathlib
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
WORDS = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i, i * i % 97 AS x FROM n)"
QUERIES = [
    "SELECT sketch_version()",
    f"SELECT topk(x, 3) FROM {WORDS}",
    f"SELECT CAST(round(hll_count(i)) AS INTEGER) FROM {WORDS}",
    f"SELECT hex(hll_sketch(i, 5)) FROM {WORDS}",
    f"SELECT hex(tdigest_sketch(x, 10)) FROM {WORDS}",
    f"SELECT tdigest_quantile(x, 0.5) FROM {WORDS}",
    f"SELECT cms_estimate(x, 1) FROM {WORDS}",
    f"SELECT reservoir_sample(x, 3, 1) FROM {WORDS}",
    f"SELECT value || ':' || count FROM topk_rows((SELECT topk_sketch(x) FROM {WORDS})) LIMIT 2",
    f"SELECT group_concat(name) FROM (SELECT name FROM sketch_functions ORDER BY name)",
]
REFUSED = "SELECT topk(value, 0) FROM json_each('[1]')"

def of_shell():
    """The answers, one for each query, and the message of the refusal."""
    script = "".join(f"{query};\n.print ----\n" for query in [*QUERIES, REFUSED])
    done = subprocess.run([TOP / "tests/sql/shell"], input=script, text=True, stdout=subprocess.PIPE, check=True)
    answers = [answer.rstrip("\n") for answer in done.stdout.split("----\n")[:-1]]
    return answers[:-1], answers[-1].replace("Error: ", "")

def as_text(rows):
    """Rows of one column, as the shell prints them."""
    return "\n".join(repr(row[0]) if isinstance(row[0], float) else str(row[0]) for row in rows)
