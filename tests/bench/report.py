"""python3 -B tests/bench/report.py [--check] FOLDER: measurements into docs/accuracy.md.

Reads the tables that the programs accuracy_*.c have printed, FOLDER/hll.tsv and so on;
draws docs/accuracy-hll.svg and so on, and renews the tables of docs/accuracy.md: each
is what stands between "<!-- NAME: by make accuracy -->" and "<!-- end of NAME -->".

With --check it writes nothing, and fails if there is anything to write.
"""

import csv
import difflib
import math
import pathlib
import re
import sys

from plot import Panel, Scale, key, log_scale, logit_scale, picture, zero_log_scale

TOP = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = TOP / "docs/accuracy.md"


def read(path):
    """Rows as dictionaries.  A line without a tab is no part of the table."""
    lines = [line for line in path.read_text().splitlines() if "\t" in line]
    return list(csv.DictReader(lines, delimiter="\t"))


def chosen(rows, **wanted):
    return [row for row in rows
            if all(row[name] == str(value) for name, value in wanted.items())]


def only(rows, **wanted):
    found = chosen(rows, **wanted)
    if len(found) != 1:
        raise ValueError(f"{len(found)} rows are of {wanted}")
    return found[0]


# Numbers as people read them

def table(heads, rows):
    """Markdown; columns after the first are numbers."""
    rule = "|---|" + "---:|" * (len(heads) - 1)
    return "\n".join(["| " + " | ".join(heads) + " |", rule,
                      *("| " + " | ".join(row) + " |" for row in rows)])


def size(text):
    value = int(text) / 1000
    return f"{value:.0f} KB" if value >= 9.95 else f"{value:.1f} KB"


def percent(text):
    """Of a share: two digits, one below a tenth of a percent; "0" is none at all."""
    value = 100 * float(text)
    if value == 0:
        return "0"
    if value >= 10:
        return f"{value:,.0f} %"
    if value < 0.1:
        digits = -math.floor(math.log10(float(f"{value:.1g}")))
        return f"{value:.{digits}f} %"
    return f"{value:.2f} %" if value < 1 else f"{value:.1f} %"


POWERS = ["1", "10", "100", "1k", "10k", "100k", "1M"]


def powers(low, high):
    return [(10 ** i, POWERS[i]) for i in range(low, high + 1)]


# HyperLogLog

HLL_WAYS = {"one stream": 0.8326, "merged": 1.0389}  # standard error * sqrt(2^lg_k)
HLL_SIZES = [10, 12, 14]


def hll_plot(rows):
    x = log_scale(10, 1e6, powers(1, 6))
    y = Scale(0, 4, [(i, f"{i} %") for i in range(5)])
    parts = []
    for colour, lg_k in enumerate(HLL_SIZES):
        parts += key(48 + 110 * colour, 26, colour, ["line", "full"], f"lg_k {lg_k}")
    parts += key(48 + 330, 26, 5, ["dash"], "standard error by theory")
    for i, (way, constant) in enumerate(HLL_WAYS.items()):
        panel = Panel((48 + 358 * i, 70, 338, 250), x, y)
        panel.axes(["Fed by one stream", "Merged from four sketches"][i],
                   "different values", i == 0)
        for colour, lg_k in enumerate(HLL_SIZES):
            stated = 100 * constant / math.sqrt(2 ** lg_k)
            panel.line(colour, [(10, stated), (1e6, stated)], "dash")
            panel.curve(colour, [(int(row["n"]), float(row["rmse"]))
                                 for row in chosen(rows, lg_k=lg_k, sketch=way)])
        parts += panel.parts
    return picture(366, "HyperLogLog: error of the number of different values",
                   "Relative error, root of the mean square over 1,000 streams, against the "
                   "number of different values, beside the standard error by theory.", parts)


def hll_table(rows):
    columns = [(lg_k, way) for lg_k in HLL_SIZES for way in HLL_WAYS]
    lines = []
    for n in (100, 200, 500, 1000, 10000, 100000, 1000000):
        errors = [float(only(rows, lg_k=lg_k, sketch=way, n=n)["rmse"])
                  for lg_k, way in columns]
        lines.append([f"{n:,}", *(f"{error:.2f} %" if error else "0" for error in errors)])
    stated = [only(rows, lg_k=lg_k, sketch=way, n=1000000)["stated"] for lg_k, way in columns]
    lines.append(["stated", *(f"{float(text):.2f} %" for text in stated)])
    held = [min(float(row["inside"]) for row in chosen(rows, lg_k=lg_k, sketch=way))
            for lg_k, way in columns]
    lines.append(["in the interval, at least", *(f"{share:.1f} %" for share in held)])
    return table(["different values", *(f"lg_k {lg_k}, {way}" for lg_k, way in columns)], lines)


# Top-k

TOPK_STREAMS = ["Zipf 1.0", "Zipf 0.8", "sorted", "heaviest last", "2 million others first",
                "even"]
TOPK_DEFAULTS = {10: 42, 25: 57, 100: 150, 1000: 1500}


def topk_plot(rows):
    x = Scale(-0.5, 3.5, [(i, f"{k:,}") for i, k in enumerate(TOPK_DEFAULTS)])
    recall = Scale(-0.05, 1.05, [(i / 5, f"{20 * i} %") for i in range(6)])
    error = zero_log_scale(1e-7, 1e3, [
        (1e-7, "0.00001 %"), (1e-5, "0.001 %"), (1e-3, "0.1 %"), (1e-1, "10 %"),
        (1e1, "1,000 %"), (1e3, "100,000 %")])
    parts = []
    for colour, stream in enumerate(TOPK_STREAMS):
        parts += key(46 + 172 * (colour % 3), 24 + 20 * (colour // 3), colour,
["full"], stream)
    parts += key(572, 24, 0, ["full"], "default counters")
    parts += key(572, 44, 0, ["open"], "only k counters")
    for box, name, scale, title in (
            ((48, 92, 300, 260), "recall", recall, "How many of the true k are found"),
            ((430, 92, 316, 260), "error", error, "How far their counts are off, on average")):
        panel = Panel(box, x, scale)
        panel.axes(title, "k")
        for colour, stream in enumerate(TOPK_STREAMS):
            for style in ("full", "open"):
                panel.marks(colour, [
                    (i + (colour - 2.5) * 0.15, float(only(
                        rows, stream=stream, k=k,
                        counters=counters if style == "full" else k)[name]))
                    for i, (k, counters) in enumerate(TOPK_DEFAULTS.items())], style)
        parts += panel.parts
    return picture(398, "Top-k: values found, and the error of their counts",
                   "For six streams of 5 million rows and four values of k, with the default "
                   "number of counters and with the smallest.", parts)


def topk_table(rows):
    lines = []
    for stream in TOPK_STREAMS:
        for k, counters in TOPK_DEFAULTS.items():
            row = only(rows, stream=stream, k=k, counters=counters)
            lines.append([stream if k == 10 else "", f"{k:,}", f"{float(row['recall']):.3f}",
                          percent(row["error"]), percent(row["reported"])])
    return table(["stream", "k", "found", "error of counts", "error reported"], lines)


def topk_sizes_table(rows):
    lines = []
    for counters in (25, 57, 100, 200):
        found = [only(rows, stream=stream, k=25, counters=counters)
                 for stream in TOPK_STREAMS[:5]]
        lines.append([f"{counters}", size(max(int(row["memory"]) for row in found)),
                      size(max(int(row["bytes"]) for row in found)),
                      *(percent(row["error"]) for row in found)])
    return table(["counters", "memory", "stored", *TOPK_STREAMS[:5]], lines)


# Count-min

CMS_STREAMS = ["Zipf 1.0", "Zipf 0.8", "even"]
CMS_ROWS = 5000000


def cms_plot(rows):
    x = log_scale(1, 2e5, powers(0, 5))
    y = log_scale(1, 1e6, powers(0, 6))
    parts = []
    for left, colour, styles, text in (
            (52, 2, ["line", "full"], "true count"),
            (172, 0, ["line", "full"], "mean error"),
            (296, 1, ["line", "full"], "99 % of the errors are below"),
            (530, 5, ["dash"], "promised: eps * rows")):
        parts += key(left, 26, colour, styles, text)
    for i, stream in enumerate(CMS_STREAMS):
        panel = Panel((52 + 238 * i, 70, 218, 250), x, y)
        panel.axes(f"{stream}: counts by rank", "rank of the value", i == 0)
        panel.line(5, [(1, CMS_ROWS / 1000), (2e5, CMS_ROWS / 1000)], "dash")
        ranks = chosen(rows, stream=stream, values=200000, eps="0.001")[1:]
        for colour, name in ((2, "truth"), (0, "mean"), (1, "p99")):
            panel.curve(colour, [
                (math.sqrt(int(row["first"]) * int(row["last"])), float(row[name]))
                for row in ranks])
        parts += panel.parts
    return picture(366, "Count-min: true counts and errors by rank",
                   "For three streams of 5 million rows, eps 0.001: the true count of a value "
                   "against its rank, and the errors of the estimates.", parts)


def cms_table(rows):
    lines = []
    for row in rows:
        if row["first"] != "1" or int(row["last"]) < 1000:
            continue
        promised = float(row["eps"]) * CMS_ROWS
        if int(row["below"]) > 0:
            raise ValueError("an estimate is too small")
        lines.append([
            f"{row['stream']}, {int(row['values']):,}", row["eps"],
            size(row["memory"]), size(row["bytes"]), f"{promised:,.0f}",
            *(f"{float(row[name]):,.0f}" for name in ("median", "p99", "largest")),
            row["beyond"]])
    return table(["stream, values", "eps", "memory", "stored", "eps * rows", "median error",
                  "99 % are below", "largest", "beyond"], lines)


# Samples

def samples_table(rows):
    return table(
        ["sample", "n", "rows", "fair share", "first row", "last row", "chi-square", "bound"],
        [list(row.values())[:-1] for row in rows])


# Top-k by distinct

def topk_distinct_table(rows):
    lines, order = [], None
    for row in rows:
        lines.append(["" if row["order"] == order else row["order"], row["lg_k"], row["recall"],
                      percent(row["error"]), percent(row["largest"]), row["held"],
                      size(row["memory"]), size(row["bytes"])])
        order = row["order"]
    return table(["rows", "lg_k", "found", "error of counts", "largest", "intervals that hold",
                  "memory", "stored"], lines)


# t-digest

TDIGEST_STREAMS = ["lognormal", "lognormal, ascending", "uniform", "two humps",
                   "whole numbers, Pareto", "five spikes, 10 % uniform"]
TDIGEST_SIZES = [100, 200, 400]


def tdigest_questions(rows):
    """Names of the columns, with the shares of all values that they ask for."""
    return {name: float(name[1:]) / 100 for name in rows[0] if re.fullmatch(r"p[\d.]+", name)}


def tdigest_plot(rows):
    questions = tdigest_questions(rows)
    x = logit_scale(0.001, 0.9999, [
        (0.001, "0.1"), (0.01, "1"), (0.1, "10"), (0.5, "50"), (0.9, "90"), (0.99, "99"),
        (0.999, "99.9"), (0.9999, "")])
    y = zero_log_scale(0.1, 1000, [(0.1, "0.1"), *powers(0, 3)])
    parts = []
    for colour, stream in enumerate(TDIGEST_STREAMS):
        parts += key(58 + 220 * (colour % 3), 24 + 20 * (colour // 3), colour,
                     ["line", "full"], stream)
    for i, k in enumerate(TDIGEST_SIZES):
        panel = Panel((58 + 236 * i, 90, 218, 250), x, y)
        panel.axes(f"k {k}: error in millionths", "quantile asked for, percent", i == 0)
        for colour, stream in enumerate(TDIGEST_STREAMS):
            row = only(rows, values=stream, k=k)
            panel.curve(colour, [(q, float(row[name])) for name, q in questions.items()])
        parts += panel.parts
    return picture(386, "t-digest: error of the rank of quantiles",
                   "In millionths of a million values, against the quantile, for six "
                   "distributions and three sizes.", parts)


def tdigest_table(rows):
    names = ["p1", "p50", "p90", "p99", "p99.9"]
    return table(
        ["1,000,000 values", *names, "stored"],
        [[row["values"], *(f"{float(row[name]):,.0f}" for name in names), size(row["bytes"])]
         for row in chosen(rows, k=200)])


def tdigest_sizes_table(rows):
    names = ["p1", "p50", "p90", "p99", "p99.9"]
    return table(
        ["k", *names, "stored"],
        [[str(k), *(f"{float(row[name]):,.0f}" for name in names), size(row["bytes"])]
         for k in TDIGEST_SIZES for row in [only(rows, values="lognormal", k=k)]])


def tdigest_merge_table(rows):
    """One line for each stream, from a row for either way of merging it."""
    lines = []
    for row in chosen(rows, merged="at once"):
        other = only(rows, merged="one by one", **{key: row[key] for key in ("values", "parts")})
        lines.append([row["values"], f"{int(row['parts']):,} * {int(row['each']):,}",
                      *(f"{float(of[name]):,.0f}" for of in (row, other)
                        for name in ("mean", "worst")), size(row["bytes"])])
    return table(["values", "parts * rows", "at once, mean", "worst", "one by one, mean", "worst",
                  "stored"], lines)


# KLL

def theta_table(rows):
    """A line for each number of values; at the end the smallest share in the interval."""
    ways = [(lg_k, way) for lg_k in (10, 12) for way in ("stream", "united")]
    heads = ["different values"] + [f"lg_k {lg_k}, {name}" for lg_k, way in ways for name in
                                    ["one stream" if way == "stream" else "united"]]
    lines = [[f"{n:,}"] + [percent(only(rows, lg_k=lg_k, n=n, sketch=way)["rmse"])
                           for lg_k, way in ways] for n in (1000, 10000, 100000)]
    least = [min(float(row["inside"]) for row in chosen(rows, lg_k=lg_k, sketch=way))
             for lg_k, way in ways]
    return table(heads, lines + [["in the interval, at least"] +
                                 [f"{100 * share:.1f} %" for share in least]])


def kll_table(rows):
    """One line for each stream, from a row for either way of making the sketch."""
    lines = []
    for row in chosen(rows, form="one step"):
        merged = only(rows, form="merged", values=row["values"])
        lines.append([row["values"], *(f"{int(of[name]):,}" for of in (row, merged)
                                       for name in ("median", "p99", "theirs"))])
    return table(["values", "one step, median", "p99", "C++", "merged, median", "p99", "C++"],
                 lines)


def strangers_table(rows):
    return table(["asked", "of values", "the truth", "the answer"],
                 [[row["asked"], row["values"],
                   *(f"{int(row[name]):,}" for name in ("truth", "answer"))] for row in rows])


# What comes of each program's table
PLOTS = {"hll": hll_plot, "topk": topk_plot, "cms": cms_plot, "tdigest": tdigest_plot}
TABLES = {
    "hll": {"hll": hll_table},
    "topk": {"topk": topk_table, "topk sizes": topk_sizes_table},
    "cms": {"cms": cms_table},
    "samples": {"samples": samples_table},
    "topk_distinct": {"topk_distinct": topk_distinct_table},
    "tdigest": {"tdigest": tdigest_table, "tdigest sizes": tdigest_sizes_table},
    "kll": {"kll": kll_table},
    "theta": {"theta": theta_table},
    "strangers": {"strangers": strangers_table},
    "tdigest_merge": {"tdigest merges": tdigest_merge_table},
}


def renewed(text, name, content):
    pattern = re.compile(rf"(<!-- {name}: by make accuracy -->\n).*?(<!-- end of {name} -->)",
                         re.S)
    text, times = pattern.subn(lambda match: f"{match[1]}\n{content}\n\n{match[2]}", text)
    if times != 1:
        raise ValueError(f"{DOCUMENT.name} has {times} places for the table of {name}")
    return text


def results(folder):
    """What the files should hold, by path."""
    files, text, made = {}, DOCUMENT.read_text(), []
    for path in sorted(folder.glob("*.tsv")):
        rows = read(path)
        for name, make in TABLES[path.stem].items():
            text = renewed(text, name, make(rows))
            made.append(name)
        if path.stem in PLOTS:
            files[TOP / f"docs/accuracy-{path.stem}.svg"] = PLOTS[path.stem](rows)
    places = re.findall(r"<!-- (.*): by make accuracy -->", text)
    if not made or sorted(places) != sorted(made):
        raise ValueError(f"{DOCUMENT.name} has tables of {places}, measured are {made}")
    return {**files, DOCUMENT: text}


def main(arguments):
    check = arguments[:1] == ["--check"]
    stale = False
    for path, wanted in results(pathlib.Path(arguments[-1])).items():
        present = path.read_text() if path.exists() else ""
        if wanted == present:
            continue
        stale = True
        name = str(path.relative_to(TOP))
        if check:
            sys.stdout.writelines(difflib.unified_diff(
                present.splitlines(True), wanted.splitlines(True), name, name + ", measured"))
        else:
            path.write_text(wanted)
            print("renewed", name)
    if check and stale:
        print("these are not what was measured: run make accuracy and look at the difference")
    elif not stale:
        print("docs/accuracy.md and its plots are what was measured")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
