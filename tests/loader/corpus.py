"""Checks the loader against recorded and computed material: corpus.py FOLDER.

The folder holds sse-cases/, html/, sse-recorded/, sse-converted/, statuses/ and
corpus/ with *.truth.json; what is missing fails.
"""
import base64
import collections
import glob
import gzip
import json
import os
import signal
import sqlite3
import sys
import time

import harness
from harness import check, load, same

FOLDER = None


def path(*parts):
    return os.path.join(FOLDER, *parts)


def read_json(*parts):
    with open(path(*parts), encoding="utf-8") as f:
        return json.load(f)


def files(pattern, least):
    found = sorted(glob.glob(path(pattern)))
    check(len(found) >= least, "%s: only %d files" % (pattern, len(found)))
    return found


def text(hexadecimal):
    return bytes.fromhex(hexadecimal).decode("utf-8", "replace")


def test_every_case_of_the_event_stream_parser():
    cases = read_json("sse-cases", "cases.json")
    check(len(cases) >= 86, "only %d cases" % len(cases))
    with harness.Probe() as probe:
        for case in cases:
            chunks = [base64.b64decode(c) for c in case["chunks_base64"]]
            whole = b"".join(chunks)
            for pieces in (chunks, [whole], [whole[i:i + 1] for i in range(len(whole))]):
                got = probe.ask("sse", ",".join(p.hex() for p in pieces))
                events = [{"type": text(t), "data": text(d), "id": text(i)}
                          for t, d, i in got["events"]]
                same(events, case["expect"], case["name"])
                retry = None if got["retry"] < 0 else got["retry"]
                same(retry, case["retry"], case["name"] + ", retry")
                same(got["comments"], case["comments"], case["name"] + ", comments")


def test_every_content_gives_the_words_of_the_oracles():
    with harness.Probe() as probe, open(path("html", "contents.jsonl")) as lines:
        count = 0
        for line in lines:
            entry = json.loads(line)
            html = entry["content"].encode().hex()
            for rule, oracle in (("seed", "seed_words"), ("ascii", "sep_words")):
                same(probe.ask("words", rule, html), entry[oracle],
                     "%s of %r" % (rule, entry["content"]))
            count += 1
        check(count >= 256, "only %d contents" % count)


def events_of(stream):
    """A plain reading of a stream with LF line ends and one data line an event."""
    kind, data = None, None
    for line in stream.decode().split("\n"):
        if line.startswith("event: "):
            kind = line[7:]
        elif line.startswith("data: "):
            data = line[6:]
        elif not line and data is not None:
            yield kind, data
            kind, data = None, None


def expected_posts(stream):
    """What must be there, by uri.  Ids of different servers meet in these streams."""
    posts, ids, dead = {}, collections.defaultdict(set), set()
    for kind, data in events_of(stream):
        if kind == "delete":
            dead.add(data)
            for uri in ids.pop(data, ()):
                dead.add(uri)
                posts.pop(uri, None)
        elif kind in ("update", "status.update"):
            s = json.loads(data)
            if s["visibility"] != "public" or s.get("reblog"):
                continue
            if str(s["id"]) in dead or s["uri"] in dead:
                continue
            ids[str(s["id"])].add(s["uri"])
            held = posts.get(s["uri"])
            if not held or (s.get("edited_at") or "") > (held.get("edited_at") or ""):
                posts[s["uri"]] = s
    return posts


def test_the_recorded_streams_are_read_to_their_end():
    for name in files("sse-recorded/*.sse", 2) + files("sse-converted/*.sse", 1):
        with open(name, "rb") as f:
            stream = f.read()
        wanted = expected_posts(stream)
        with harness.Folder() as folder:
            load("--language", "any", "--replay", name, folder.db)
            same(harness.number(folder.db, "SELECT sum(rejected) FROM session"), 0,
                 name + ", rejected")
            same(harness.number(folder.db, "SELECT events FROM session"),
                 len(list(events_of(stream))), name + ", events")
            same({u for u, in harness.ask(folder.db, "SELECT uri FROM post")}, set(wanted),
                 name + ", posts")
            same({u for u, in harness.ask(folder.db,
                                          "SELECT uri FROM post WHERE edited_at IS NOT NULL")},
                 {u for u, s in wanted.items() if s.get("edited_at")}, name + ", edits")


def test_every_status_is_accepted():
    count = 0
    with harness.Probe() as probe:
        for name in files("statuses/*.json", 9):
            with open(name, encoding="utf-8") as f:
                for status in json.load(f):
                    same(probe.ask("status", json.dumps(status).encode().hex()), None,
                         "%s, %s" % (name, status.get("uri")))
                    count += 1
    check(count >= 382, "only %d statuses" % count)


def assert_truth(db, truth, oracle):
    same(harness.number(db, "SELECT count(*) FROM post"), truth["posts_kept"], "posts")
    same(harness.number(db, "SELECT count(DISTINCT author) FROM post"), truth["authors"],
         "authors")
    same(harness.number(db, "SELECT sum(word_count) FROM post"),
         truth[oracle + "_total_words"], "sum of word_count")
    counts = collections.Counter()
    for word, in harness.ask(db, "SELECT word FROM words"):
        counts[word] += 1
    same(sum(counts.values()), truth[oracle + "_total_words"], "words")
    same(len(counts), truth[oracle + "_distinct_words"], "different words")
    top = sorted(counts.items(), key=lambda c: (-c[1], c[0]))[:50]
    wanted = sorted(map(tuple, truth[oracle + "_top50"]), key=lambda c: (-c[1], c[0]))
    same(top, wanted, "top 50")
    same(harness.ask(db, "PRAGMA integrity_check"), [("ok",)], "integrity")


RULES = (("seed", "seed"), ("ascii", "sep"))


def assert_corpus(name):
    truth = read_json("corpus", name + ".truth.json")
    stream = path("corpus", name + ".sse.gz")
    for rule, oracle in RULES:
        with harness.Folder() as folder:
            load("--words", rule, "--replay", stream, folder.db)
            assert_truth(folder.db, truth, oracle)
            before = list(sqlite3.connect(folder.db).iterdump())
            load("--replay", stream, "--replay", stream, folder.db)
            assert_truth(folder.db, truth, oracle)
            after = list(sqlite3.connect(folder.db).iterdump())
            changed = [line for line in set(before) ^ set(after) if '"session"' not in line]
            same(changed, [], "rows changed by replaying again")


def test_the_english_corpus_equals_its_truth_also_when_replayed_again():
    assert_corpus("en")


def test_the_faulty_corpus_equals_its_truth_also_when_replayed_again():
    assert_corpus("mixed-faults")


def test_killed_in_the_middle_and_started_again_the_truth_is_the_same():
    for name in ("en", "mixed-faults"):
        truth = read_json("corpus", name + ".truth.json")
        stream = path("corpus", name + ".sse.gz")
        with gzip.open(stream) as f:
            plain = f.read()
        with harness.Folder() as folder:
            for part in (0.2, 0.5, 0.9):
                loader = harness.start("--words", "ascii", "--replay", "-", folder.db,
                                       stdin=-1)
                loader.stdin.write(plain[:int(part * len(plain))])
                loader.stdin.flush()
                loader.send_signal(signal.SIGKILL)
                loader.communicate()
                same(harness.ask(folder.db, "PRAGMA integrity_check"), [("ok",)], "integrity")
            check(harness.number(folder.db, "SELECT count(*) FROM post") > 0,
                  "the killed runs have stored something")
            load("--words", "ascii", "--replay", stream, folder.db)
            assert_truth(folder.db, truth, "sep")


def test_killed_at_any_moment_the_truth_is_the_same():
    truth = read_json("corpus", "mixed-faults.truth.json")
    stream = path("corpus", "mixed-faults.sse.gz")
    for i in range(20):
        with harness.Folder() as folder:
            loader = harness.start("--words", "seed", "--replay", stream, folder.db)
            time.sleep(0.015 * i)
            loader.kill()
            loader.communicate()
            load("--words", "seed", "--replay", stream, folder.db)
            assert_truth(folder.db, truth, "seed")


def main():
    global FOLDER
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        sys.exit("test-corpus: %r is no folder; name it: make test-corpus CORPUS=folder"
                 % (sys.argv[1:] or [""])[0])
    FOLDER = os.path.abspath(sys.argv[1])
    sys.exit(harness.run(harness.tests_of(sys.modules[__name__])))


if __name__ == "__main__":
    main()
