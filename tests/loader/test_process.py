"""The process: threads, locks, signals, what it leaves behind."""
import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

import fake
import harness
import posts
from fake import Server, streams
from harness import Folder, ask, check, has_posts, load, number, same, soon, wait_until
from test_input import COUNT, says
from test_server import TOKEN, with_token


DATABASE, HELD = 5, 7


@contextlib.contextmanager
def writing(db):
    """Another program that holds the database for writing."""
    other = sqlite3.connect(db, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield other
    finally:
        other.close()


def resident_kb(process):
    with open("/proc/%d/status" % process.pid) as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))


def tables(db):
    """All rows but what tells when a run was and by which key it wrote."""
    queries = ("SELECT post_id, uri, status_id, created_ms, edited_ms, language, text FROM post",
               "SELECT * FROM word", "SELECT * FROM hashtag", "SELECT * FROM link",
               "SELECT count(*) FROM mention", "SELECT server, status_id, uri FROM tombstone",
               "SELECT event, reason, excerpt FROM rejected",
               "SELECT events, posts, edits, deletes, rejected, bytes, end_reason FROM session")
    return [ask(db, query) for query in queries]


def read_status(path):
    with open(path) as g:
        return json.load(g)


# ---- two threads ----

def test_one_thread_and_two_give_the_same_tables():
    with Folder() as f:
        results = []
        for buffer in ("0", "4k", "4M"):
            db = f.file("buffer%s.db" % buffer)
            load("--buffer", buffer, "--max-event", "20000", "--replay", "tests/data/demo.sse",
                 db)
            results.append(tables(db))
        check(len(results[0][0]) > 200, "the recording has posts")
        check(results[0][5] and results[0][6], "and deletes, and rejected ones")
        same(results[1], results[0], "tables with a tiny buffer")
        same(results[2], results[0], "tables with a large one")


def test_a_limit_is_kept_to_the_post_with_two_threads_too():
    with Folder() as f:
        load("--max-posts", "777", "--replay", "-", f.db, stdin=posts.stream(3000))
        same(number(f.db, COUNT), 777, "posts")
        same(ask(f.db, "SELECT posts, end_reason FROM session"), [(777, "limit")], "session")


def test_a_database_that_stalls_makes_nobody_lose_or_hoard_posts():
    with Folder() as f:
        load("--replay", "-", f.db, stdin=b":)\n")
        stream = posts.stream(16000, 0) + posts.event("delete", "1007")
        check(len(stream) > 6 << 20, "it has to be more than the buffer")
        loader = harness.start("--replay", "-", f.db, stdin=subprocess.PIPE)
        wait_until(lambda: number(f.db, "SELECT count(*) FROM session") == 2, "the start")
        before = resident_kb(loader)
        with writing(f.db) as other:
            os.set_blocking(loader.stdin.fileno(), False)
            sent, quiet = 0, time.monotonic()
            while sent < 1 << 20 or time.monotonic() - quiet < 0.7:
                try:
                    sent += os.write(loader.stdin.fileno(), stream[sent:sent + 65536])
                    quiet = time.monotonic()
                except BlockingIOError:
                    time.sleep(0.01)
            check(1 << 20 < sent < 5 << 20, "%d bytes were taken meanwhile" % sent)
            grown = resident_kb(loader) - before
            check(grown < 16 << 10, "%d kB more than at the start" % grown)
            other.execute("ROLLBACK")
        os.set_blocking(loader.stdin.fileno(), True)
        loader.stdin.write(stream[sent:])
        loader.stdin.close()
        same(loader.wait(), 0, "exit code")
        loader.stderr.close()
        loader.stdout.close()
        same(number(f.db, COUNT), 15999, "posts")


def test_a_reader_disturbs_nothing():
    with Folder() as f:
        load("--replay", "-", f.db, stdin=posts.stream(10))
        reader = sqlite3.connect(f.db, isolation_level=None)
        reader.execute("BEGIN")
        same(reader.execute(COUNT).fetchone(), (10,), "posts")
        load("--replay", "-", f.db, stdin=posts.stream(500))
        same(reader.execute(COUNT).fetchone(), (10,), "posts, as the reader sees them")
        reader.execute("COMMIT")
        same(reader.execute(COUNT).fetchone(), (500,), "posts")
        reader.close()


def late(stream):
    def act(connection, server):
        server.go = threading.Event()
        connection.sendall(fake.OK + b"\r\n:)\n")
        server.go.wait()
        connection.sendall(stream)
        server.over.wait()
    return act


def test_a_stalled_database_shows_in_the_status_and_the_end_is_in_order():
    with Folder() as f, Server(late(posts.stream(3))) as server:
        path = f.file("status")
        loader = harness.start("--server", server.url, "--status-file", path, f.db)
        wait_until(lambda: os.path.exists(path) and read_status(path)["state"] == "open",
                   "the stream")
        with writing(f.db):
            server.go.set()
            wait_until(lambda: read_status(path)["database_stalled_ms"] > 400 and
                       read_status(path)["buffer_events"] == 3, "a status of three posts that wait")
            same(read_status(path)["posts"], 0, "posts")
            with soon("the end"):
                loader.send_signal(signal.SIGTERM)
                same(loader.wait(), DATABASE, "exit code")
            says(loader.communicate()[1].decode(), "another program is writing to it")


def answers_while_it_waits(loader, status):
    """The status file is renewed, and SIGUSR1 has an answer."""
    if os.path.exists(status):
        os.unlink(status)
    wait_until(lambda: os.path.exists(status), "the status")
    loader.send_signal(signal.SIGUSR1)
    line = loader.stderr.readline().decode()
    says(line, " events")


def test_it_answers_while_the_database_is_locked_at_the_start_and_at_the_end():
    for buffer in ("4M", "0"):
        with Folder() as f:
            load("--replay", "-", f.db, stdin=posts.stream(1))
            status = f.file("status")
            with writing(f.db) as other:
                loader = harness.start("--replay", "-", "--buffer", buffer, "--progress", "none",
                                       "--status-file", status, f.db, stdin=subprocess.PIPE)
                answers_while_it_waits(loader, status)
                same(read_status(status)["state"], "starting", "state")
                other.execute("ROLLBACK")
            wait_until(lambda: number(f.db, "SELECT count(*) FROM session") == 2, "the session")
            with writing(f.db) as other:
                loader.stdin.write(posts.stream(9))
                loader.stdin.close()
                time.sleep(0.7)
                answers_while_it_waits(loader, status)
                other.execute("ROLLBACK")
            same(loader.wait(), 0, "exit code")
            loader.stderr.close()
            loader.stdout.close()
            same(number(f.db, COUNT), 9, "posts")
            same(read_status(status)["exit_code"], 0, "in the status")


# ---- one loader for one database ----

def test_a_second_loader_is_refused_until_the_first_is_gone():
    with Folder() as f:
        first = harness.start("--replay", "-", f.db, stdin=subprocess.PIPE)
        wait_until(lambda: os.path.exists(f.db + "-lock"), "the lock")
        link = f.file("link.db")
        os.symlink(f.db, link)
        for name in (f.db, link, os.path.join(f.path, ".", "posts.db")):
            _, errors = load("--replay", "-", name, code=HELD)
            says(errors, "another mastodon-loader", "process %d" % first.pid)
        load("--replay", "-", f.file("other.db"))
        first.kill()
        first.communicate()
        load("--replay", "-", f.db, stdin=posts.stream(2))
        same(number(f.db, COUNT), 2, "posts")
        check(not os.path.exists(f.db + "-lock"), "the lock is left behind")


def test_of_loaders_started_at_once_one_wins():
    with Folder() as f:
        loaders = [harness.start("--replay", "-", f.db, stdin=subprocess.PIPE)
                   for _ in range(6)]
        wait_until(lambda: sum(l.poll() is None for l in loaders) == 1, "all but one to end")
        for loader in loaders:
            loader.communicate()
        same(sorted(l.returncode for l in loaders), [0] + 5 * [HELD], "exit codes")


# ---- signals ----

def ends_after_sigterm(loader, what):
    with soon("the end while " + what):
        loader.send_signal(signal.SIGTERM)
        same(loader.wait(), 0, "exit code while " + what)
    loader.communicate()


def test_sigterm_ends_it_in_every_state():
    def mute(connection, server):
        server.over.wait()

    def mute_on_questions(connection, server, path):
        server.over.wait()

    states = (("starting", mute), ("connecting", mute), ("open", streams(posts.stream(3))),
              ("waiting", fake.sends(fake.answer("503 No", b"", "Retry-After: 600"))))
    for state, act in states:
        rest = mute_on_questions if state == "starting" else fake.not_found
        with Folder() as f, Server(act, rest=rest) as server:
            status = f.file("status")
            loader = harness.start("--server", server.url, "--status-file", status, f.db)

            def arrived():
                with contextlib.suppress(OSError):
                    with open(status) as g:
                        return json.load(g)["state"] == state
                return False
            wait_until(arrived, "state " + state)
            ends_after_sigterm(loader, state)
            if state == "starting":
                check(not os.path.exists(f.db), "a database before the server was asked")
                same(read_status(status)["end_reason"], "signal", "reason")
            else:
                same(ask(f.db, "SELECT end_reason FROM session"), [("signal",)], "reason")
    with Folder() as f:
        loader = harness.start("--replay", "-", f.db, stdin=subprocess.PIPE)
        loader.stdin.write(posts.stream(5))
        loader.stdin.flush()
        wait_until(has_posts(f.db, 5), "posts")
        ends_after_sigterm(loader, "waiting for input")


def test_sighup_is_an_orderly_end_but_not_under_nohup():
    for ignored, wanted in ((False, "signal"), (True, "end")):
        with Folder() as f:
            loader = harness.start(
                "--replay", "-", f.db, stdin=subprocess.PIPE,
                preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN) if ignored
                else None)
            loader.stdin.write(posts.stream(5))
            loader.stdin.flush()
            wait_until(has_posts(f.db, 5), "posts")
            loader.send_signal(signal.SIGHUP)
            time.sleep(0.3)
            loader.communicate()
            same(loader.returncode, 0, "exit code")
            same(ask(f.db, "SELECT end_reason FROM session"), [(wanted,)], "reason")


def test_sigusr1_asks_for_a_line():
    with Folder() as f:
        loader = harness.start("--replay", "-", "--progress", "none", f.db,
                               stdin=subprocess.PIPE)
        loader.stdin.write(posts.stream(5))
        loader.stdin.flush()
        wait_until(has_posts(f.db, 5), "posts")
        loader.send_signal(signal.SIGUSR1)
        says(loader.stderr.readline().decode(), "5 posts", "5 events")
        loader.communicate()
        same(loader.returncode, 0, "exit code")


def test_a_process_with_a_token_leaves_no_core():
    with Folder() as f, Server(streams(posts.stream(2))) as server:
        # As another user than root, whom /proc belongs to in any case.
        os.chmod(f.path, 0o777)
        program = shutil.copy(harness.LOADER, f.path)
        loader = harness.start("--server", server.url, f.db, program=program,
                               env=with_token(), cwd=f.path, preexec_fn=ordinary)
        wait_until(has_posts(f.db, 2), "posts")
        same(core_limit(loader.pid), "0", "size of a core file")
        same(os.stat("/proc/%d/mem" % loader.pid).st_uid, 0,
             "owner in /proc of a process that must not be looked into")
        loader.send_signal(signal.SIGQUIT)
        loader.communicate()
        same(loader.returncode, -signal.SIGQUIT, "how it ended")
        for name in os.listdir(f.path):
            with open(f.file(name), "rb") as g:
                check(TOKEN.encode() not in g.read(), "the token is in " + name)


def ordinary():
    allow_core()
    if os.geteuid() == 0:
        os.setuid(65534)


def allow_core():
    import resource
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def core_limit(pid):
    with open("/proc/%d/limits" % pid) as g:
        return re.search(r"Max core file size\s+(\S+)", g.read()).group(1)
