#!/usr/bin/env python3
"""How the loader survives: survive.py FOLDER [RUNS]

Kills it with SIGKILL at RUNS random moments (200), every fifth time soon after the start,
while FOLDER's stream mixed-faults is served live, starts it again, and compares the database
with the truth, and every second time its hourly sketches with the posts; kills it at moments
of a quiet channel, a quarter as often; then measures how soon posts come again after a cut.
"""
import gzip
import json
import os
import random
import re
import sys
import time

import harness
import posts
from fake import OK, Server
from harness import Folder, ask, check, number
from test_rollup import is_right
from timeline import World

FIRST = 1780272000000  # 2026-06-01T00:00:00Z


def stamp(ms):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000)) + ".%03dZ" % (ms % 1000)


def invent(count, seed=1):
    """A stream of posts, edits and deletes, ten a second, and the uris that remain."""
    chance = random.Random(seed)
    parts, there = [b":)\n"], []
    for n in range(count):
        ms = FIRST + 100 * n
        late = chance.randrange(20) == 0  # arrives with an id of the past
        number = (ms - (5000 if late else 0)) << 16 | n
        post = posts.status(n, id=str(number), uri="https://a.example/%d" % n,
                            created_at=stamp(number >> 16))
        parts.append(posts.event("update", post))
        there.append(post)
        if n % 50 == 0:
            parts.append(b":thump\n\n")
        old = there[-chance.randrange(1, 300):][0]
        if chance.randrange(15) == 0:
            there.remove(old)
            parts.append(posts.event("delete", old["id"]))
        elif chance.randrange(15) == 0:
            old["content"], old["edited_at"] = "<p>edited %d</p>" % n, stamp(ms)
            parts.append(posts.event("status.update", old))
        elif chance.randrange(15) == 0:
            parts.append(posts.event("update", old))
    return b"".join(parts), {p["uri"] for p in there}


def wait_for(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def known(db):
    """Has anything been committed that a later run can start from?"""
    return os.path.exists(db) and ask(db, "SELECT 1 FROM sqlite_master WHERE name = 'source'") \
        and ask(db, "SELECT 1 FROM source WHERE last_id IS NOT NULL")


def heard(db):
    """Has a connection been noted, with or without a post?"""
    return os.path.exists(db) and ask(db, "SELECT 1 FROM sqlite_master WHERE name = 'source'") \
        and ask(db, "SELECT 1 FROM source WHERE last_ms IS NOT NULL")


def is_open(db):
    return number(db, "SELECT count(*) FROM gap WHERE state = 'open'") > 0


def kill_once(stream, speed, moment, is_true, *arguments):
    """Serves the stream, kills the loader at that part of it, and starts it again; the
    database has to become true."""
    world = World(stream, speed)
    with Folder() as f, Server(world.stream, rest=world.rest) as server:
        command = ("--server", server.url, *arguments)
        loader = harness.start(*command, f.db)
        wait_for(lambda: world.start is not None, 10)
        time.sleep(moment * len(world.events) / speed)
        loader.kill()
        loader.communicate()
        check(not os.path.exists(f.db) or ask(f.db, "PRAGMA integrity_check") == [("ok",)],
              "the database is damaged")
        since = () if known(f.db) else ("--since", "2026-05-31")
        loader = harness.start(*command, *since, f.db)
        done = wait_for(lambda: world.happened == len(world.events) and known(f.db) and
                        not is_open(f.db) and is_true(f.db), 30)
        loader.terminate()
        _, errors = loader.communicate()
        check(loader.returncode == 0, "exit code %d" % loader.returncode)
        if "--rollup" in arguments:
            is_right(f.db, whole=False)
        check(done and is_true(f.db), "killed at %.3f: the database is not true; gaps %r, %s"
              % (moment, ask(f.db, "SELECT * FROM gap"), errors.decode()))


def kill_quiet(moment, count=8, interval=0.25):
    """Serves a post now and then, kills the loader at that part of the time, maybe before
    the first one, and starts it again: it has to know by itself what it missed."""
    start = time.time() + 0.5
    parts = []
    for n in range(count):
        ms = int(1000 * (start + n * interval))
        parts.append(posts.update(n, id=str(ms << 16), created_at=stamp(ms),
                                  uri="https://a.example/%d" % n))
    world = World(b":)\n\n" * 2 + b"".join(parts), 1 / interval)
    with Folder() as f, Server(world.stream, rest=world.rest) as server:
        loader = harness.start("--server", server.url, f.db)
        check(wait_for(lambda: heard(f.db), 10), "no trace of a connection")
        time.sleep(moment * count * interval)
        loader.kill()
        loader.communicate()
        loader = harness.start("--server", server.url, f.db)
        done = wait_for(lambda: world.happened == len(world.events) and not is_open(f.db) and
                        number(f.db, "SELECT count(*) FROM post") == count, 20)
        loader.terminate()
        _, errors = loader.communicate()
        check(done, "killed at %.3f: %d of %d posts, gaps %r, %s"
              % (moment, number(f.db, "SELECT count(*) FROM post"), count,
                 ask(f.db, "SELECT * FROM gap"), errors.decode()))


def reconnect_times(count):
    """Seconds from a cut to the first post in the database, for several loaders; and those of them
    in which each of these said that it would wait."""
    times, pauses = [], []
    for n in range(count):
        cut = []

        def first(connection, server):
            connection.sendall(OK + b"\r\n" + posts.stream(1))
            time.sleep(0.5)
            cut.append(time.monotonic())

        def second(connection, server):
            connection.sendall(OK + b"\r\n" + posts.stream(2))
            server.over.wait()

        with Folder() as f, Server(first, second) as server:
            loader = harness.start("--server", server.url, "--max-posts", "2", f.db)
            errors = loader.communicate()[1].decode()
            times.append(time.monotonic() - cut[0])
            pauses += [float(pause) for pause in re.findall(r"trying again in ([0-9.]+) s", errors)]
    return sorted(times), pauses


def main():
    if len(sys.argv) < 2 or not os.path.isdir(os.path.join(sys.argv[1], "corpus")):
        sys.exit(__doc__)
    folder, runs = os.path.join(sys.argv[1], "corpus"), int((sys.argv + ["200"])[2])
    with open(os.path.join(folder, "mixed-faults.truth.json"), encoding="utf-8") as f:
        truth = json.load(f)
    with gzip.open(os.path.join(folder, "mixed-faults.sse.gz")) as f:
        stream = f.read()

    def is_true(db):
        return (number(db, "SELECT count(*) FROM post") == truth["posts_kept"] and
                number(db, "SELECT count(*) FROM word") == truth["sep_total_words"] and
                number(db, "SELECT count(DISTINCT word) FROM word") ==
                truth["sep_distinct_words"] and
                [list(r) for r in ask(db, "SELECT word, count(*) AS n FROM word GROUP BY word"
                                          " ORDER BY n DESC, word LIMIT 50")] ==
                sorted(truth["sep_top50"], key=lambda r: (-r[1], r[0])))

    chance = random.Random(200)
    failed = 0
    for n in range(runs):
        try:
            rollup = ("--rollup", "hour") if n % 2 else ()
            moment = chance.random() / (1 if n % 5 else 20)
            kill_once(stream, 6000, moment, is_true, "--words", "ascii", *rollup)
        except harness.Failure as error:
            failed += 1
            print("FAILED run", n, error, flush=True)
        if n % 50 == 49:
            print("killed %d times, %d failed" % (n + 1, failed), flush=True)
    for n in range(runs // 4):
        try:
            kill_quiet(chance.random())
        except harness.Failure as error:
            failed += 1
            print("FAILED quiet run", n, error, flush=True)
    times, _ = reconnect_times(40)
    p95 = times[int(0.95 * len(times))]
    print("posts come again after a cut: median %.2f s, p95 %.2f s, most %.2f s"
          % (times[len(times) // 2], p95, times[-1]))
    failed += p95 > 3
    print("%d passed, %d failed" % (runs + runs // 4 + 1 - failed, failed))
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
