"""The process: threads, locks, signals, files of options and of status, privacy."""
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
from harness import Folder, ask, check, load, number, same
from test_input import COUNT, USAGE, says
from test_server import TOKEN, with_token

DATABASE, HELD = 5, 7
DAY_MS = 86400000


def wait_until(true, what, seconds=10):
    deadline = time.monotonic() + seconds
    while not true():
        check(time.monotonic() < deadline, "waited in vain for " + what)
        time.sleep(0.02)


def has_posts(db, least):
    def enough():
        try:  # to ask would make the file
            return os.path.exists(db) and number(db, COUNT) >= least
        except sqlite3.OperationalError:
            return False
    return enough


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
            while time.monotonic() - quiet < 0.7:
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
        same(loader.wait(timeout=30), 0, "exit code")
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
        server.go.wait(20)
        connection.sendall(stream)
        server.over.wait(20)
    return act


def test_a_stalled_database_shows_in_the_status_and_the_end_is_in_order():
    with Folder() as f, Server(late(posts.stream(3))) as server:
        path = f.file("status")
        loader = harness.start("--server", server.url, "--status-file", path, f.db)
        wait_until(lambda: os.path.exists(path) and read_status(path)["state"] == "open",
                   "the stream")
        with writing(f.db):
            server.go.set()
            time.sleep(0.5)
            os.unlink(path)
            wait_until(lambda: os.path.exists(path), "the next status")
            status = read_status(path)
            same((status["posts"], status["buffer_events"]), (0, 3), "posts")
            check(status["database_stalled_ms"] > 400, "it has stalled")
            start = time.monotonic()
            loader.send_signal(signal.SIGTERM)
            same(loader.wait(timeout=10), DATABASE, "exit code")
            check(time.monotonic() - start < 4, "it took too long")
            says(loader.communicate()[1].decode(), "another program is writing to it")


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

def ends_after_sigterm(loader, what, seconds=0.5):
    start = time.monotonic()
    loader.send_signal(signal.SIGTERM)
    same(loader.wait(timeout=10), 0, "exit code while " + what)
    took = time.monotonic() - start
    check(took < seconds, "%.2f s to end while %s" % (took, what))
    loader.communicate()


def test_sigterm_ends_it_in_every_state():
    def mute(connection, server):
        server.over.wait(20)

    def mute_on_questions(connection, server, path):
        server.over.wait(20)

    states = (("starting", mute), ("connecting", mute), ("open", streams(posts.stream(3))),
              ("waiting", fake.sends(fake.answer("503 No", b"", "Retry-After: 60"))))
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


# ---- privacy ----

def crowd():
    return b"".join(posts.update(
        n, account={"acct": acct, "url": "https://a.example/@" + acct},
        mentions=[{"acct": "bob@b.example"}, {"acct": "Ann", "url": "https://a.example/@ann"}])
        for n, acct in enumerate(("ann", "Bob@b.example", "ann", "cy@c.example")))


def test_accounts_are_kept_as_a_hash_by_a_key_of_the_database():
    with Folder() as f:
        load("--replay", "-", f.db, stdin=crowd())
        authors = [a for a, in ask(f.db, "SELECT author FROM post ORDER BY status_id")]
        check(all(re.fullmatch("[0-9a-f]{16}", a) for a in authors), authors)
        same(authors[0], authors[2], "one author")
        same(len(set(authors)), 3, "authors")
        same({m for m, in ask(f.db, "SELECT account FROM mention")}, set(authors[:2]),
             "mentions of the same two, in another case")
        load("--replay", "-", f.file("b.db"), stdin=crowd())
        others = {a for a, in ask(f.file("b.db"), "SELECT author FROM post")}
        check(not others & set(authors), "another database has another key")
        load("--replay", "-", f.db, stdin=posts.update(9))
        same(number(f.db, "SELECT author FROM post WHERE status_id = '1009'"), authors[0],
             "author in a later run")


def test_accounts_may_be_plain_or_none():
    with Folder() as f:
        load("--accounts", "plain", "--replay", "-", f.db, stdin=crowd())
        same({a for a, in ask(f.db, "SELECT author FROM post")},
             {"ann@a.example", "Bob@b.example", "cy@c.example"}, "authors")
        load("--accounts", "none", "--replay", "-", f.file("none.db"), stdin=crowd())
        same(ask(f.file("none.db"), "SELECT count(*), count(author) FROM post"), [(4, 0)],
             "authors")
        same(number(f.file("none.db"), "SELECT count(*) FROM mention"), 0, "mentions")


def test_the_mode_of_accounts_is_settled_with_the_database():
    with Folder() as f:
        load("--accounts", "plain", "--replay", "-", f.db, stdin=crowd())
        _, errors = load("--accounts", "hash", "--replay", "-", f.db, code=DATABASE)
        says(errors, "--accounts plain")
        load("--replay", "-", f.db, stdin=posts.update(9))
        same(number(f.db, "SELECT author FROM post WHERE status_id = '1009'"), "ann@a.example",
             "author")


def test_some_posts_are_left_out_on_request_or_by_their_author():
    def account(**changes):
        return dict({"acct": "ann", "url": "https://a.example/@ann"}, **changes)

    stream = (posts.update(0) + posts.update(1, account=account(bot=True)) +
              posts.update(2, sensitive=True) + posts.update(3, in_reply_to_id="1") +
              posts.update(4, account=account(noindex=True)))
    for arguments, kept in (((), "0123"), (("--no-bots",), "023"), (("--no-sensitive",), "013"),
                            (("--no-replies",), "012"),
                            (("--no-bots", "--no-replies", "--no-sensitive"), "0")):
        with Folder() as f:
            load(*arguments, "--replay", "-", f.db, stdin=stream)
            same({i for i, in ask(f.db, "SELECT status_id FROM post")},
                 {"100" + k for k in kept}, "posts with %r" % (arguments,))


def test_deletes_and_edits_reach_posts_of_earlier_runs_and_last():
    with Folder() as f:
        load("--replay", "-", f.db, stdin=posts.stream(3))
        edit = posts.event("status.update", posts.status(
            1, content="<p>other</p>", edited_at="2026-06-02T00:00:00Z"))
        load("--replay", "-", f.db, stdin=posts.event("delete", "1000") + edit)
        for _ in range(2):
            load("--replay", "-", f.db, stdin=posts.stream(3))
            same(ask(f.db, "SELECT status_id, text FROM post ORDER BY 1"),
                 [("1001", "other"), ("1002", "words number 2")], "posts")


def test_a_deleted_post_leaves_no_trace_in_the_file():
    with Folder() as f:
        marked = posts.update(1, content="<p>xyzzyplugh</p>")
        load("--replay", "-", f.db, stdin=posts.stream(50, 10) + marked)
        with open(f.db, "rb") as g:
            check(b"xyzzyplugh" in g.read(), "the post was there")
        load("--replay", "-", f.db, stdin=posts.event("delete", "1001"))
        for name in os.listdir(f.path):
            with open(f.file(name), "rb") as g:
                check(b"xyzzyplugh" not in g.read(), "the text is still in " + name)


def dated(n, days_ago):
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - days_ago * 86400))
    return posts.update(n, created_at=stamp, tags=[{"name": "cats"}])


def test_what_is_older_than_the_retention_goes():
    with Folder() as f:
        old = b"".join(dated(n, 10 + n % 3) for n in range(300))
        young = b"".join(dated(n, 1) for n in range(300, 320))
        load("--replay", "-", f.db, stdin=old + young + posts.event("delete", "9999999"))
        with writing(f.db) as other:
            other.execute("UPDATE tombstone SET deleted_ms = deleted_ms - 8 * 86400000")
            other.execute("COMMIT")
        loader = harness.start("--retention", "7", "--replay", "-", f.db,
                               stdin=subprocess.PIPE)
        loader.stdin.write(dated(400, 8) + dated(401, 1) + posts.event("delete", "9999998"))
        loader.stdin.flush()
        wait_until(lambda: number(f.db, COUNT) == 21, "old posts to go")
        loader.communicate()
        same(loader.returncode, 0, "exit code")
        for table in ("word", "hashtag"):
            same(number(f.db, "SELECT count(DISTINCT post_id) FROM " + table), 21, table)
        same(number(f.db, "SELECT count(*) FROM word WHERE post_id NOT IN"
                          " (SELECT post_id FROM post)"), 0, "words without a post")
        same(ask(f.db, "SELECT status_id FROM tombstone"), [("9999998",)], "tombstones")


# ---- limits, options, status ----

def test_a_database_of_the_largest_size_ends_the_run():
    with Folder() as f:
        _, errors = load("--max-db-size", "1M", "--replay", "-", f.db,
                         stdin=posts.stream(30000))
        says(errors, "--max-db-size")
        size = os.path.getsize(f.db)
        check(1 << 20 <= size < 2 << 20, "%d bytes" % size)
        same(ask(f.db, "SELECT end_reason FROM session"), [("limit",)], "reason")


def print_config(*arguments, env=None, code=0):
    output, errors = load("--print-config", *arguments, env=env, code=code)
    return dict(line.split(" = ", 1) for line in output.splitlines()), errors


def test_the_command_line_goes_before_the_file_and_that_before_the_defaults():
    with Folder() as f:
        config = f.file("config", b"# mine\n\n  language = de,fr \r\nhashtag=cats\nno-bots\n"
                                  b"no-text = no\nmax-posts = 5\ndatabase = there.db\n"
                                  b"replay = a.sse\nreplay = b.sse\n")
        got, _ = print_config("--config", config)
        for name, value in (("language", "de,fr"), ("hashtag", "cats"), ("no-bots", "yes"),
                            ("max-posts", "5"), ("database", "there.db"), ("buffer", "4M"),
                            ("progress", "auto")):
            same(got[name], value, name)
        check("no-text" not in got, "no is no")
        got, _ = print_config("--language", "en", "--local", "--config", config, "here.db")
        same((got["language"], got["local"], got["database"]), ("en", "yes", "here.db"),
             "options that were given twice")
        check("hashtag" not in got, "--local takes the place of the hashtag")
        output, _ = load("--print-config", "--config", config)
        says(output, "replay = a.sse\nreplay = b.sse\n")
        output, _ = load("--print-config", "--replay", "c.sse", "--config", config)
        check("a.sse" not in output and "replay = c.sse" in output, output)
        again = f.file("again", output.encode())
        same(load("--print-config", "--config", again)[0], output, "what was printed, read")
        output, _ = load("--print-config", "--server", "a.example", "--poll")
        says(output, "poll = 60s\n")
        again = f.file("again", output.encode())
        same(load("--print-config", "--config", again)[0], output, "an option without value")


def test_a_file_of_options_can_do_the_work():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(9))
        config = f.file("config", ("replay = %s\ndatabase = %s\nquiet\n" % (stream, f.db))
                        .encode())
        same(load("--config", config), ("", ""), "output")
        same(number(f.db, COUNT), 9, "posts")


def test_mistakes_in_a_file_are_explained_with_their_line():
    with Folder() as f:
        for content, words in ((b"\nfrobnicate = 1\n", ("line 2", "'frobnicate'")),
                               (b"config = x", ("line 1", "'config'")),
                               (b"no-bots = perhaps", ("line 1", "no-bots", "perhaps")),
                               (b"max-posts = many", ("--max-posts", "many")),
                               (b"a\0b", ("no list of options",))):
            _, errors = load("--config", f.file("config", content), "--replay", "x", f.db,
                             code=USAGE)
            says(errors, *words)
        _, errors = load("--config", f.file("missing"), f.db, code=USAGE)
        says(errors, "missing", "No such file")


def test_sizes_have_units_and_bounds():
    for arguments, word in ((("--buffer", "5X"), "5X"), (("--max-db-size", "1k"), "--max-db-size"),
                            (("--max-event", "9999999999G"), "--max-event"),
                            (("--buffer", ""), "--buffer"), (("--retention", "0"), "--retention"),
                            (("--contact", "a\nX-Evil: 1"), "--contact"),
                            (("--accounts", "x"), "hash, plain or none"),
                            (("--log-format", "xml"), "text or json")):
        _, errors = load(*arguments, "--replay", "x", "y.db", code=USAGE)
        says(errors, word)


def test_the_token_is_not_in_the_printed_options():
    output, errors = load("--print-config", "--server", "a.example", env=with_token())
    says(output, "# token = ***")
    check(TOKEN not in output + errors, "the token is printed")
    check("token" not in load("--print-config", "--server", "a.example")[0], "there is none")


FIELDS = {"version": str, "pid": int, "state": str, "state_since": int, "server": str,
          "channel": str, "database": str, "started_at": int, "written_at": int,
          "last_byte_at": int, "last_post_at": int, "lag_ms": int, "connects": int,
          "events": int, "posts": int, "edits": int, "deletes": int, "known": int,
          "unwanted": int, "ignored": int, "rejected": int, "future": int, "words": int,
          "expired": int, "gaps": int, "commits": int, "bytes": int, "oversized": int, "buffer_events": int,
          "buffer_bytes": int, "buffer_room": int, "database_stalled_ms": int,
          "database_bytes": int}


def read_status(path):
    with open(path) as g:
        return json.load(g)


def test_the_status_file_tells_how_it_goes():
    with Folder() as f, Server(streams(posts.stream(7), posts.event("delete", "1000"))) as server:
        path = f.file("status.json")
        loader = harness.start("--server", server.url, "--status-file", path, f.db,
                               env=with_token())
        wait_until(lambda: os.path.exists(path) and read_status(path)["state"] == "open",
                   "the state open")
        wait_until(has_posts(f.db, 6), "posts")
        status = read_status(path)
        same(status["pid"], loader.pid, "pid")
        loader.send_signal(signal.SIGTERM)
        same(loader.wait(timeout=10), 0, "exit code")
        loader.communicate()
        status = read_status(path)
        same({n: type(v) for n, v in status.items() if n in FIELDS}, FIELDS, "fields")
        same(set(status) - set(FIELDS), {"end_reason", "exit_code"}, "more fields")
        for name, value in (("state", "ended"), ("end_reason", "signal"), ("exit_code", 0),
                            ("posts", 7), ("events", 8), ("deletes", 1), ("connects", 1),
                            ("channel", "public"), ("database", f.db), ("buffer_events", 0)):
            same(status[name], value, name)
        check(status["started_at"] <= status["last_post_at"] <= status["written_at"] <=
              time.time() * 1000, "times")
        check(TOKEN not in json.dumps(status), "the token is in it")
        same(sorted(os.listdir(f.path)), ["posts.db", "status.json"], "files")


def test_a_status_file_that_cannot_be_written_is_only_a_warning():
    with Folder() as f:
        _, errors = load("--status-file", f.file("none/status"), "--replay", "-", f.db,
                         stdin=posts.stream(3))
        same(errors.count("--status-file"), 1, "warnings")
        same(number(f.db, COUNT), 3, "posts")


def test_a_status_file_is_written_through_no_link_of_others():
    with Folder() as f:
        victim = f.file("victim", b"mine")
        for leave in (lambda name: os.symlink(victim, name), lambda name: os.link(victim, name),
                      lambda name: f.file("status.new", b"of a loader that was killed")):
            leave(f.file("status.new"))
            load("--replay", "-", "--status-file", f.file("status"), f.db, stdin=posts.stream(1))
            same(read_status(f.file("status"))["state"], "ended", "state")
            with open(victim, "rb") as g:
                same(g.read(), b"mine", "the file that a link led to")
            check("status.new" not in f.files(), "what was written before is left")
        os.mkdir(f.file("status.new"))
        _, errors = load("--replay", "-", "--status-file", f.file("status"), f.db,
                         stdin=posts.stream(1))
        says(errors, "cannot be written")


def test_a_choice_that_has_changed_is_told():
    with Folder() as f:
        both = posts.update(1) + posts.update(2, language="de")
        _, first = load("--replay", "-", f.db, stdin=both)
        _, same_again = load("--replay", "-", f.db, stdin=both)
        _, other = load("--replay", "-", "--language", "de", "--no-bots", f.db, stdin=both)
        check("last run" not in first + same_again, "nothing has changed")
        says(other, "the last run kept posts by language=en, this one by language=de no-bots:"
                    " what is stored stays as it is")
        same(number(f.db, COUNT), 2, "posts")


def test_a_log_may_be_json():
    with Folder() as f:
        evil = posts.event("update", '{"id":"\x1b]0;\\"evil\x07"}')
        _, errors = load("--log-format", "json", "--replay", "-", f.db, stdin=evil)
        lines = [json.loads(line) for line in errors.splitlines()]
        same([sorted(line) for line in lines], 2 * [["at", "level", "message"]], "fields")
        same([line["level"] for line in lines], ["warning", "info"], "levels")
        check(not re.search(r"\\u001b|\\u0007", errors), errors)


def test_the_server_is_told_who_is_there():
    for arguments, agent in ((("--contact", "mailto:me@a.example"),
                              r"mastodon-loader/[\d.]+ \(\+mailto:me@a.example\)\r"),
                             (("--user-agent", "mine/1"), "mine/1\r")):
        with Folder() as f, Server(streams(posts.stream(1))) as server:
            load(*arguments, "--server", server.url, "--max-posts", "1", f.db)
            check(re.search("User-Agent: " + agent, server.requests[0]), server.requests[0])


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


# ---- the manual ----

def test_every_option_is_in_the_help_and_in_the_manual():
    names = set()
    with open("loader/cli/options.c") as g:
        names = set(re.findall(r'\[KEY_[A-Z_]+\] += \{(?:\.name = )?"([a-z0-9-]+)", '
                               r'(?:\.kind = )?OPTION_', g.read()))
    names.remove("database")  # is written without dashes
    check(len(names) > 30, names)
    help_text, _ = load("--help")
    same(set(re.findall(r"--([a-z0-9-]+)", help_text)) - names, set(), "invented in --help")
    same(names - set(re.findall(r"--([a-z0-9-]+)", help_text)), set(), "missing in --help")
    with open("docs/mastodon-loader.1") as g:
        manual = g.read()
    described = set(re.findall(r"^\.It .*?Fl Fl ([a-z0-9-]+)", manual, re.M))
    described |= set(re.findall(r"^\.It .*?, Fl Fl ([a-z0-9-]+)", manual, re.M))
    same(names - described, set(), "missing in the manual")
    same(described - names, set(), "invented in the manual")


def test_the_manual_describes_every_table_and_every_field_of_the_status():
    with open("docs/mastodon-loader.1") as g:
        manual = g.read()
    with Folder() as f:
        load("--replay", "-", f.db, stdin=b":)\n")
        for table, in ask(f.db, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
                                " AND name NOT LIKE 'sqlite_%'"):
            check(re.search(r"^\.It (Li|Sy) %s\b" % table, manual, re.M), "table " + table)
    for field in list(FIELDS) + ["end_reason", "exit_code"]:
        check(re.search(r"\b%s\b" % field, manual), "field " + field)


def test_the_unit_of_systemd_starts_the_loader_and_knows_its_exit_codes():
    with open("docs/mastodon-loader.service", encoding="utf-8") as g:
        unit = dict(re.findall(r"^([A-Za-z]+)=(.*)$", g.read(), re.M))
    with open("loader/base/outcome.h", encoding="utf-8") as g:
        codes = dict(re.findall(r"OUTCOME_([A-Z]+) = (\d)", g.read()))
    same(unit["RestartPreventExitStatus"].split(),
         [codes[name] for name in ("USAGE", "REFUSED", "HELD")], "codes that are for good")
    with Folder() as f:
        os.chmod(f.file("token", TOKEN.encode()), 0o400)
        f.file("config", b"server = mastodon.example\nretention = 30\n")
        line = re.sub(r"\$\{[A-Z_]+\}|/etc/mastodon-loader", f.path, unit["ExecStart"])
        program, *arguments = line.split(" ")
        same(program, "/usr/local/bin/mastodon-loader", "program")
        output, _ = load("--print-config", *arguments)
        says(output, "server = mastodon.example\n", "retention = 30\n", "# token = ***",
             "status-file = %s/status\n" % f.path, "database = %s/posts.db\n" % f.path)
