"""Ten queries that every host has to answer alike, errors included, and what the shell says of them.

Each gives one row of one text, without line breaks, so that any language prints it alike.
"""

import pathlib
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
WORDS = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i, i * i % 97 AS x FROM n)"
QUERIES = [
    "SELECT sketch_version()",
    f"SELECT topk(x, 3) FROM {WORDS}",
    f"SELECT printf('%.6f', hll_count(i)) FROM {WORDS}",
    f"SELECT hex(hll_sketch(i, 5)) FROM {WORDS}",
    f"SELECT hex(tdigest_sketch(x, 10)) FROM {WORDS}",
    f"SELECT printf('%.6f', tdigest_quantile(x, 0.5)) FROM {WORDS}",
    f"SELECT printf('%d', cms_estimate(x, 1)) FROM {WORDS}",
    f"SELECT reservoir_sample(x, 3, 1) FROM {WORDS}",
    f"SELECT group_concat(value || ':' || count) FROM topk_rows((SELECT topk_sketch(x) FROM {WORDS})) WHERE rank < 4",
    "SELECT group_concat(name) FROM (SELECT name FROM sketch_functions ORDER BY name)",
]
REFUSED = "SELECT topk(value, 0) FROM json_each('[1]')"

def of_shell():
    """The answers, one for each query, and the message of the refusal."""
    script = "".join(f"{query};\n" for query in [*QUERIES, REFUSED])
    done = subprocess.run([TOP / "tests/sql/shell"], input=script, text=True, stdout=subprocess.PIPE, check=True)
    answers = done.stdout.splitlines()
    if len(answers) != len(QUERIES) + 1 or not answers[-1].startswith("Error: "):
        raise ValueError(f"the shell says\n{done.stdout}")
    return answers[:-1], answers[-1].replace("Error: ", "")
