"""What a run leaves behind, so that the next one knows what it missed: of quiet channels,
of runs that were killed, and while the database is locked."""
import contextlib
import json
import os
import random
import re
import signal
import sqlite3
import time

import fake
import harness
import posts
import survive
from fake import Server, streams
from harness import Folder, ask, check, load, number, same, wait_until
from test_catchup import GAPS, event, run_until, uris
from survive import heard
from test_faults import ended
from test_input import COUNT, says
from timeline import Timeline

QUIET = ("--hashtag", "quietone")


def present(n):
    """Post number n, which is written at this moment."""
    ms = int(time.time() * 1000)
    return posts.status(n, id=str((ms << 16) + n), uri="https://a.example/%d" % n,
                        created_at=survive.stamp(ms))


def test_a_run_without_a_post_knows_when_it_ended():
    world = Timeline()
    with Folder() as f, Server(streams(), rest=world.rest) as server:
        load("--server", server.url, *QUIET, "--duration", "1s", f.db)
        same((number(f.db, COUNT), ask(f.db, GAPS)), (0, []), "a quiet first run")
        for n in range(7):
            world.put(present(n))
        run_until(set(range(7)), ("--server", server.url, *QUIET), f.db)
        same(ask(f.db, "SELECT state, recovered, reason, from_ms <= to_ms FROM gap"),
             [("closed", 7, "the loader was not running", 1)], "gap")
        load("--server", server.url, *QUIET, "--duration", "1s", f.db)
        same(uris(f.db), set(range(7)), "posts after a third run")


def test_a_loader_killed_soon_after_its_first_post_knows_what_it_missed():
    for sent in (0, 1):
        world = Timeline([present(n) for n in range(sent)])
        first = b"".join(event(p) for p in world.newest_first())
        with Folder() as f, Server(streams(first), streams(), rest=world.rest) as server:
            loader = harness.start("--server", server.url, f.db)
            wait_until(lambda: heard(f.db), "a trace")
            loader.kill()
            loader.communicate()
            for n in range(sent, 225):
                world.put(present(n))
            run_until(set(range(225)), ("--server", server.url), f.db)
            same(ask(f.db, "SELECT state FROM gap"), [("closed",)], "gap")


def test_the_trace_is_renewed_while_nothing_but_heartbeats_comes():
    def beats(connection, server):
        connection.sendall(fake.OK + b"\r\n:)\n")
        while not server.over.wait(1):
            connection.sendall(b":thump\n\n")

    with Folder() as f, Server(beats) as server:
        loader = harness.start("--server", server.url, *QUIET, f.db)
        wait_until(lambda: heard(f.db), "a trace")
        opened = number(f.db, "SELECT last_ms FROM source")
        wait_until(lambda: number(f.db, "SELECT last_ms FROM source") - opened >= 9000,
                 "another trace")
        age = time.time() * 1000 - number(f.db, "SELECT last_ms FROM source")
        check(-1000 < age < 1000 * harness.SOON, "it is of the present, not %d ms old" % age)
        ended(loader)


def test_killed_at_random_moments_a_quiet_channel_misses_nothing():
    chance = random.Random(7)
    for _ in range(6):
        survive.kill_quiet(chance.random())


def test_a_poll_of_a_quiet_timeline_leaves_a_trace_too():
    world = Timeline()
    with Folder() as f, Server(rest=world.rest) as server:
        load("--server", server.url, "--poll=1s", "--duration", "2s", f.db)
        check(heard(f.db), "no trace")
        for n in range(50):
            world.put(present(n))
        run_until(set(range(50)), ("--server", server.url, "--poll=1s"), f.db)
        same(ask(f.db, GAPS), [("closed", 50, None)], "gap")


def test_the_state_of_a_loader_that_polls_is_told():
    world = Timeline()
    with Folder() as f, Server(rest=world.rest) as server:
        status = f.file("status")
        loader = harness.start("--server", server.url, "--poll=1s", "--status-file", status, f.db)

        def state():
            with contextlib.suppress(OSError):
                with open(status) as g:
                    return json.load(g)["state"]
        wait_until(lambda: state() == "open", "state open")
        world.first = [lambda c: c.sendall(fake.answer("404 Not Found"))]
        wait_until(lambda: state() == "waiting", "state waiting")
        ended(loader)


def test_while_the_database_is_locked_the_loader_answers_and_streams():
    """Pages of what was missed wait for the database; nothing else waits for them."""
    world = Timeline([present(n) for n in range(100)])
    first = event(world.newest_first()[-1])
    with Folder() as f, Server(streams(first, stay=False), streams(), rest=world.rest) as server:
        load("--server", server.url, "--max-posts", "1", f.db)
        holder = sqlite3.connect(f.db, isolation_level=None)
        errors, status = f.file("errors"), f.file("status")
        world.first = [lambda connection: holder.execute("BEGIN IMMEDIATE") and
                       fake.sends(fake.answer("503 Busy"))(connection, server)]
        holder = sqlite3.connect(f.db, isolation_level=None, check_same_thread=False)
        with open(errors, "wb") as log:
            loader = harness.start("--server", server.url, "--status-file", status, f.db,
                                   stderr=log)
        wait_until(lambda: world.pages == 1, "page")
        time.sleep(0.3)
        before = number(f.db, COUNT)
        loader.send_signal(signal.SIGUSR1)
        wait_until(lambda: re.search(rb"posts \(.*events", open(errors, "rb").read()), "answer")
        os.remove(status)
        wait_until(lambda: os.path.exists(status), "status file")
        same(number(f.db, COUNT), before, "posts while it is locked")
        holder.execute("COMMIT")
        wait_until(lambda: uris(f.db) == set(range(100)) and
                 ask(f.db, "SELECT state FROM gap") == [("closed",)], "posts")
        holder.close()
        loader.send_signal(signal.SIGTERM)
        same(loader.wait(), 0, "exit code")
        with open(errors) as log:
            says(log.read(), "caught up: 99 of 99")


def test_nobody_is_told_of_a_gap_that_was_closed_in_vain():
    world = Timeline([present(n) for n in range(10)])
    first = event(world.newest_first()[-1])
    with Folder() as f, Server(streams(first), streams(), rest=world.rest) as server:
        load("--server", server.url, "--max-posts", "1", f.db)
        connection = sqlite3.connect(f.db)
        connection.execute("CREATE TRIGGER keep BEFORE UPDATE ON gap WHEN new.state = 'closed'"
                           " BEGIN SELECT RAISE(FAIL, 'not yet'); END")
        connection.close()
        _, errors = load("--server", server.url, f.db, code=5)
        says(errors, "not yet")
        check("caught up" not in errors, errors)
        same(ask(f.db, "SELECT state FROM gap"), [("open",)], "gap")
