"""Bad input: a clear message, the right exit code, and nothing lost."""
import gzip
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import threading
import time

import harness
import posts
from harness import Folder, ask, check, has_posts, load, number, same, soon, wait_until

COUNT = "SELECT count(*) FROM post"
USAGE, REFUSED, NETWORK, DATABASE, INPUT = 2, 3, 4, 5, 6


def says(errors, *words):
    for word in words:
        check(word in errors, "%r is not in the message: %s" % (word, errors))


def test_a_recording_is_replayed_once_however_often():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(50))
        load("--replay", stream, f.db)
        load("--replay", stream, "--replay", stream, f.db)
        same(number(f.db, COUNT), 50, "posts")
        same(number(f.db, "SELECT count(*) FROM word"), 150, "words")
        same(ask(f.db, "SELECT posts, end_reason FROM session"), [(50, "end"), (0, "end")],
             "sessions")


def test_the_bundled_morning_gives_its_truth():
    data = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
    with open(os.path.join(data, "demo.truth.json"), encoding="utf-8") as f:
        truth = json.load(f)
    for rule in ("ascii", "seed"):
        with Folder() as f:
            load("--words", rule, "--replay", os.path.join(data, "demo.sse"), f.db)
            same(ask(f.db, "SELECT count(*), count(DISTINCT author), sum(bot),"
                           " sum(edited_ms IS NOT NULL), sum(spoiler IS NOT NULL) FROM post"),
                 [tuple(truth[k] for k in ("posts", "authors", "posts_by_bots",
                                           "posts_edited", "posts_with_warning"))], "posts")
            same(number(f.db, "SELECT count(*) FROM tombstone"), truth["tombstones"],
                 "tombstones")
            same(number(f.db, "SELECT count(*) FROM mention"), truth["mentions"], "mentions")
            same(dict(ask(f.db, "SELECT tag, count(*) FROM hashtag GROUP BY 1")),
                 truth["hashtags"], "hashtags")
            same(ask(f.db, "SELECT events, rejected FROM session"),
                 [(sum(truth["events"].values()), truth["malformed"])], "events")
            words = ask(f.db, "SELECT word, count(*) FROM words GROUP BY 1 ORDER BY 2 DESC, 1")
            same(sum(n for _, n in words), truth[rule]["total"], "words")
            same(len(words), truth[rule]["distinct"], "different words")
            same(words[:25], list(truth[rule]["top"].items()), "top words")
            hours = ask(f.db, "SELECT strftime('%H', created_at),"
                              " count(DISTINCT post_id), count(*) FROM words GROUP BY 1")
            if rule == "ascii":
                same(hours, [(h, v["posts"], v["words"]) for h, v in truth["hours"].items()],
                     "hours")


def test_packed_and_plain_and_piped_are_the_same():
    with Folder() as f:
        plain = posts.stream(20)
        packed = f.file("named-like-nothing", gzip.compress(plain))
        dumps = []
        for i, (arguments, stdin) in enumerate((((packed,), b""), (("-",), plain),
                                                (("-",), gzip.compress(plain)))):
            db = f.file("%d.db" % i)
            load("--replay", *arguments, db, stdin=stdin)
            dumps.append(ask(db, "SELECT uri, text, word FROM post JOIN word USING(post_id)"
                                 " ORDER BY 1, pos"))
            same(len(dumps[-1]), 60, "words")
            same(dumps[-1], dumps[0], "rows")


def test_a_file_that_cannot_be_read():
    with Folder() as f:
        _, errors = load("--replay", f.file("none"), f.db, code=INPUT)
        says(errors, "none", "No such file")
        _, errors = load("--replay", f.path, f.db, code=INPUT)
        says(errors, f.path, "directory")


def test_a_gzip_file_that_ends_too_early_keeps_what_came_before():
    with Folder() as f:
        packed = gzip.compress(posts.stream(2000))
        _, errors = load("--replay", f.file("a.gz", packed[:len(packed) // 2]), f.db,
                         code=INPUT)
        says(errors, "a.gz", "ends too early", "stored")
        check(500 < number(f.db, COUNT) < 1500, "half of the posts")
        load("--replay", f.file("a.gz", packed), f.db)
        same(number(f.db, COUNT), 2000, "posts")


def test_a_damaged_gzip_file():
    with Folder() as f:
        packed = bytearray(gzip.compress(posts.stream(2000)))
        packed[len(packed) // 2] ^= 0x55
        packed[len(packed) // 2 + 1] ^= 0x55
        _, errors = load("--replay", f.file("a.gz", packed), f.db, code=INPUT)
        says(errors, "a.gz", "damaged")


def test_garbage_is_no_recording():
    with Folder() as f:
        noise = random.Random(1).randbytes(300000)
        _, errors = load("--replay", f.file("noise", noise), f.db, code=INPUT)
        says(errors, "noise", "no event")
        _, errors = load("--replay", "-", f.db, stdin=b"<html>Not found</html>\n", code=INPUT)
        says(errors, "standard input", "no event")
        load("--replay", "-", f.db, stdin=b"")
        load("--replay", "-", f.db, stdin=b":)\n:thump\n")
        same(number(f.db, COUNT), 0, "posts")


BAD_STATUSES = (
    {"id": None}, {"id": {}}, {"id": ""}, {"id": "x y"}, {"id": 1.5}, {"id": -1}, {"id": 10 ** 20},
    {"id": "../x"}, {"uri": 7, "url": None}, {"uri": None, "url": None},
    {"created_at": "yesterday"}, {"created_at": 1}, {"content": ["x"]}, {"account": None},
    {"account": "ann"}, {"account": {}}, {"account": {"acct": 1}},
    {"account": {"acct": "ann", "bot": "x"}}, {"account": {"acct": "ann", "noindex": 0}},
    {"sensitive": "no"}, {"reblog": "x"}, {"visibility": []}, {"content": "<b>" * 300},
)


def test_a_bad_event_costs_that_event_only():
    bad = [posts.update(100 + i, **changes) for i, changes in enumerate(BAD_STATUSES)]
    bad += [
        posts.event("update", "undefined"),
        posts.event("update", "[]"),
        posts.event("update", "{" * 5000),
        posts.event("update", '{"id": "1"'),
        b"event: update\ndata: " + b'{"id":"\xff\xfe"}' + b"\n\n",
        b'event: update\ndata: {"id":"\x00"}\n\n',
        posts.event("delete", '{"id":"1000"}'),
        posts.event("delete", '"1000"'),
        posts.event("delete", "1000.5"),
        posts.event("delete", "[object Object]"),
        posts.event("delete", "two words"),
        posts.event("delete", "x" * 1000),
        posts.event("status.update", "null"),
    ]
    with Folder() as f:
        stream = b"".join(posts.update(i) + b for i, b in enumerate(bad)) + posts.update(99)
        _, errors = load("--replay", "-", f.db, stdin=stream)
        same(number(f.db, COUNT), len(bad) + 1, "posts")
        same(number(f.db, "SELECT rejected FROM session"), len(bad), "counted")
        same(number(f.db, "SELECT count(*) FROM rejected"), len(bad), "noted")
        says(errors, "rejected one update event: id is null, not a string or a whole"
                     " number", "rejected")
        check(errors.count("rejected one") == 3, "only the first ones are logged: " + errors)


def test_what_is_only_odd_costs_nothing():
    odd = {"content": None}, {"uri": None}, {"uri": ""}, {"content": "a \ud83d b"}
    with Folder() as f:
        stream = b"".join(posts.update(i, **changes) for i, changes in enumerate(odd))
        load("--replay", "-", f.db, stdin=stream)
        same(ask(f.db, "SELECT posts, rejected FROM session"), [(len(odd), 0)], "counts")
        same(ask(f.db, "SELECT uri FROM post ORDER BY post_id LIMIT 2 OFFSET 1"),
             [("https://a.example/@ann/1001",), ("https://a.example/@ann/1002",)], "uris")
        same(ask(f.db, "SELECT word_count, text FROM post WHERE status_id IN (1000, 1003)"),
             [(0, ""), (2, "a \ufffd b")], "texts")


def test_a_piece_that_is_wrong_costs_that_piece_only():
    pieces = ({"url": 7}, {"tags": {}}, {"tags": ["x", {"name": None}, {"name": "y"}]},
              {"mentions": [1, {}]}, {"emojis": "x"}, {"language": 1}, {"edited_at": 5},
              {"in_reply_to_id": {}}, {"in_reply_to_id": 1.5}, {"spoiler_text": {}},
              {"media_attachments": ["x", 7, {"type": "image", "description": 3}]},
              {"content": "a\x00b"}, {"account": {"acct": "ann", "url": 8, "id": 1.5}},
              {"card": {"width": 10 ** 30}})
    with Folder() as f:
        stream = b"".join(posts.update(i, **changes) for i, changes in enumerate(pieces))
        stream += posts.update(50, content="c@d").replace(b"@d", b"\xff" + b"d")
        load("--language", "any", "--replay", "-", f.db, stdin=stream)
        same(ask(f.db, "SELECT posts, rejected FROM session"), [(len(pieces) + 1, 0)], "counts")
        same(ask(f.db, "SELECT text FROM post WHERE status_id IN (1011, 1050) ORDER BY 1"),
             [("a\ufffdb",), ("c\ufffdd",)], "texts")
        same(ask(f.db, "SELECT tag FROM hashtag"), [("y",)], "tags")
        same(ask(f.db, "SELECT kind, alt FROM media"), [("image", "")], "media")
        same(number(f.db, "SELECT count(*) FROM mention"), 0, "mentions")


def test_ids_may_be_whole_numbers():
    with Folder() as f:
        load("--replay", "-", f.db, stdin=posts.update(1, id=77, in_reply_to_id=76) +
             posts.update(2, id="78") + posts.event("delete", "78"))
        same(ask(f.db, "SELECT status_id, in_reply_to_id, reply FROM post"), [("77", "76", 1)],
             "posts")


def test_a_delete_names_an_id_as_that_server_makes_them():
    with Folder() as f:
        stream = posts.stream(3) + b"".join(posts.event("delete", data) for data in
                                            ("undefined", "9vPNwtLqGTHDyMtJxo", "1001"))
        load("--server", "a.example", "--replay", "-", f.db, stdin=stream)
        same(ask(f.db, "SELECT deletes, rejected FROM session"), [(1, 2)], "counts")
        same(number(f.db, "SELECT count(*) FROM tombstone"), 1, "tombstones")
        # Recordings without a name may be of several servers.
        load("--replay", "-", f.file("b.db"), stdin=stream)
        same(ask(f.file("b.db"), "SELECT deletes, rejected FROM session"), [(3, 0)], "counts")


def test_events_that_are_none_of_ours_are_ignored():
    with Folder() as f:
        stream = (posts.event("filters_changed", "undefined") +
                  posts.event("notification", "{") + posts.event("x" * 5000, "y") +
                  b"data: no name\n\n" + posts.update(1))
        load("--replay", "-", f.db, stdin=stream)
        same(ask(f.db, "SELECT events, posts, rejected FROM session"), [(5, 1, 0)], "counts")


def test_a_line_of_two_mebibytes_costs_that_event_only():
    with Folder() as f:
        large = posts.update(1, content="x" * (2 << 20))
        load("--replay", "-", f.db, stdin=posts.update(0) + large + posts.update(2))
        same(number(f.db, COUNT), 2, "posts")
        same(number(f.db, "SELECT rejected FROM session"), 1, "counted")
        load("--replay", "-", "--max-event", "4000000", f.db, stdin=large)
        same(number(f.db, COUNT), 3, "posts with a larger limit")


def test_a_database_of_another_program_is_left_alone():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(3))
        foreign = sqlite3.connect(f.db)
        foreign.execute("CREATE TABLE mine(x)")
        foreign.commit()
        foreign.close()
        text = f.file("text", b"This is no database.\n" * 100)
        for path, word in ((f.db, "another program"), (text, "no SQLite database")):
            with open(path, "rb") as g:
                before = g.read()
            _, errors = load("--replay", stream, path, code=DATABASE)
            says(errors, path, word, "left as it")
            with open(path, "rb") as g:
                check(g.read() == before, "the file is changed")


def test_a_database_of_a_newer_loader_is_left_alone():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(3))
        load("--replay", stream, f.db)
        db = sqlite3.connect(f.db)
        db.execute("PRAGMA user_version = 99")
        db.close()
        _, errors = load("--replay", stream, f.db, code=DATABASE)
        says(errors, "newer mastodon-loader")


def test_a_place_where_no_database_can_be():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(3))
        for path in (f.file("no/such/folder.db"), f.path):
            _, errors = load("--replay", stream, path, code=DATABASE)
            says(errors, path, "folder")


def test_a_full_disk_loses_nothing_that_was_committed():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(20000))

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, 3 << 20))

        loader = harness.start("--replay", stream, f.db, preexec_fn=limit)
        _, errors = loader.communicate()
        same(loader.returncode, DATABASE, "exit code")
        says(errors.decode(), f.db, "what was committed is safe")
        kept = number(f.db, COUNT)
        check(kept >= 1000, "only %d posts" % kept)
        same(ask(f.db, "SELECT posts, events FROM session"), [(kept, kept)], "counts")
        says(errors.decode(), "| {:,} posts".format(kept))
        same(ask(f.db, "PRAGMA integrity_check"), [("ok",)], "integrity")
        load("--replay", stream, f.db)
        same(number(f.db, COUNT), 20000, "posts after a second run")


def test_a_locked_database_is_waited_for():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(30))
        load("--replay", f.file("b.sse", posts.stream(1, 500)), f.db)
        other = sqlite3.connect(f.db, check_same_thread=False, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.7, lambda: other.execute("ROLLBACK")).start()
        start = time.monotonic()
        load("--replay", stream, f.db)
        check(time.monotonic() - start > 0.5, "the loader did not wait")
        other.close()
        same(number(f.db, COUNT), 31, "posts")


def test_a_reader_sees_whole_posts_while_the_loader_writes():
    with Folder() as f:
        loader = harness.start("--replay", "-", f.db, stdin=subprocess.PIPE)
        loader.stdin.write(posts.stream(10))
        loader.stdin.flush()
        wait_until(has_posts(f.db, 10), "posts of a slow pipe")
        same(number(f.db, "SELECT count(*) FROM words"), 30, "words")
        loader.stdin.close()
        same(loader.wait(), 0, "exit code")


def test_signals_commit_and_end_in_order():
    for number_of_signal in (signal.SIGINT, signal.SIGTERM):
        with Folder() as f:
            loader = harness.start("--replay", "-", f.db, stdin=subprocess.PIPE)
            loader.stdin.write(posts.stream(25))
            loader.stdin.flush()
            wait_until(has_posts(f.db, 25), "posts")
            with soon("the end"):
                loader.send_signal(number_of_signal)
                same(loader.wait(), 0, "exit code")
            loader.communicate()
            same(number(f.db, COUNT), 25, "posts")
            same(ask(f.db, "SELECT end_reason FROM session"), [("signal",)], "reason")


def test_a_second_signal_ends_at_once():
    with Folder() as f:
        load("--replay", f.file("a.sse", posts.stream(1)), f.db)
        other = sqlite3.connect(f.db, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        status = f.file("status")
        loader = harness.start("--status-file", status, "--replay", f.file("a.sse"), f.db)
        wait_until(lambda: os.path.exists(status), "the status")
        loader.send_signal(signal.SIGINT)
        time.sleep(0.3)
        same(loader.poll(), None, "the first signal waits for the database")
        loader.send_signal(signal.SIGINT)
        same(loader.wait(), -signal.SIGINT, "exit code")
        loader.communicate()
        other.close()


def test_killed_at_any_moment_and_run_again_nothing_is_missing():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(4000))
        for i in range(10):
            loader = harness.start("--replay", stream, f.db)
            time.sleep(0.01 * i)
            loader.kill()
            loader.communicate()
        load("--replay", stream, f.db)
        same(number(f.db, COUNT), 4000, "posts")
        same(number(f.db, "SELECT sum(word_count) FROM post"), 12000, "words by posts")
        same(number(f.db, "SELECT count(*) FROM word"), 12000, "words")
        same(ask(f.db, "PRAGMA integrity_check"), [("ok",)], "integrity")


def test_languages_are_filtered_and_held_posts_follow_their_edits():
    with Folder() as f:
        edit = {"edited_at": "2026-06-02T00:00:00Z", "language": "de", "content": "neu"}
        stream = (posts.update(1) + posts.update(2, language="de") +
                  posts.update(3, language=None) + posts.update(4, language="en-GB") +
                  posts.event("status.update", posts.status(1, **edit)) +
                  posts.event("status.update", posts.status(2, **edit)) +
                  posts.event("status.update", posts.status(5, edited_at="2026-06-02T00:00Z"
                                                            .replace("Z", ":00Z"))))
        load("--replay", "-", f.db, stdin=stream)
        same(ask(f.db, "SELECT status_id, language FROM post ORDER BY 1"),
             [("1001", "de"), ("1004", "en-GB"), ("1005", "en")], "posts of en")
        db = f.file("null.db")
        load("--language", "null", "--replay", "-", db, stdin=stream)
        same(ask(db, "SELECT status_id FROM post"), [("1003",)], "posts of null")
        db = f.file("any.db")
        load("--language", "any", "--replay", "-", db, stdin=stream)
        same(number(db, COUNT), 5, "posts of any")


def test_only_public_posts_are_kept():
    with Folder() as f:
        stream = (posts.update(1, visibility="unlisted") + posts.update(2, visibility="private")
                  + posts.update(3, visibility="direct") + posts.update(4)
                  + posts.update(5, reblog=posts.status(6)))
        load("--replay", "-", f.db, stdin=stream)
        same(ask(f.db, "SELECT status_id FROM post"), [("1004",)], "posts")


CONTENT = ('<p><span class="h-card"><a href="https://b.example/@bob" class="u-url mention">@'
           '<span>bob</span></a></span> Caf&eacute; see<a href="https://News.Example:80/x?a=1">'
           '<span class="invisible">https://</span>news.example</a>now</p><p>Don’t '
           '<a href="https://a.example/tags/Cats" class="mention hashtag" rel="tag">#<span>Cats'
           '</span></a> #bare @carol http://c.example/y :blob: e-mail</p>')


def test_words_links_tags_and_mentions_have_their_tables():
    with Folder() as f:
        post = posts.update(1, content=CONTENT, spoiler_text="Warning: cats",
                            tags=[{"name": "cats"}], emojis=[{"shortcode": "blob"}],
                            mentions=[{"acct": "bob@b.example"}])
        load("--accounts", "plain", "--replay", "-", f.db, stdin=post)
        same([w for w, in ask(f.db, "SELECT word FROM word ORDER BY pos")],
             ["café", "see", "now", "don't", "e", "mail"], "words")
        same(ask(f.db, "SELECT tag FROM hashtag ORDER BY 1"), [("bare",), ("cats",)], "tags")
        same(ask(f.db, "SELECT account FROM mention"), [("bob@b.example",)], "mentions")
        same(ask(f.db, "SELECT host, url FROM link ORDER BY 1"),
             [("c.example", "http://c.example/y"),
              ("news.example", "https://News.Example:80/x?a=1")], "links")
        same(ask(f.db, "SELECT author, spoiler, word_count FROM post"),
             [("ann@a.example", "Warning: cats", 6)], "post")
        text = number(f.db, "SELECT text FROM post")
        check(text.startswith("@bob Café seehttps://news.examplenow\nDon’t #Cats"), text)
        load("--no-text", "--with-spoiler", "--replay", "-", f.file("b.db"), stdin=post)
        same(ask(f.file("b.db"), "SELECT text, spoiler, word_count FROM post"),
             [(None, None, 8)], "post without text")


def test_times_are_milliseconds_and_group_by_hour():
    with Folder() as f:
        load("--replay", "-", f.db, stdin=posts.update(1, created_at="2026-06-01T23:30:00+02:00"))
        same(ask(f.db, "SELECT strftime('%H', created_at) FROM words"
                       " LIMIT 1"), [("21",)], "hour")


def test_limits_end_the_run():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(100))
        load("--max-posts", "7", "--replay", stream, f.db)
        same(number(f.db, COUNT), 7, "posts")
        same(ask(f.db, "SELECT end_reason FROM session"), [("limit",)], "reason")
        loader = harness.start("--duration", "1s", "--replay", "-", f.db,
                               stdin=subprocess.PIPE)
        start = time.monotonic()
        same(loader.wait(), 0, "exit code")
        check(0.8 < time.monotonic() - start < harness.SOON, "one second")
        loader.communicate()


def test_one_database_has_one_rule_for_words():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(3))
        load("--words", "ascii", "--replay", stream, f.db)
        _, errors = load("--words", "unicode", "--replay", stream, f.db, code=DATABASE)
        says(errors, "--words ascii")
        load("--replay", stream, f.db)


def test_mistakes_on_the_command_line_are_explained():
    with Folder() as f:
        for arguments, word in (
                ((), "--server"),
                (("--replay",), "--replay needs a value"),
                (("--replay", "x"), "database"),
                (("--replay", "x", "a.db", "b.db"), "b.db"),
                (("--replay", "x", ""), "empty"),
                (("--frobnicate", f.db), "--frobnicate"),
                (("-x", f.db), "-x"),
                (("--words", "klingon", "--replay", "x", f.db), "unicode, ascii or seed"),
                (("--language", "e n", "--replay", "x", f.db), "--language"),
                (("--max-posts", "0", "--replay", "x", f.db), "--max-posts"),
                (("--max-posts", "9x", "--replay", "x", f.db), "9x"),
                (("--duration", "soon", "--replay", "x", f.db), "--duration"),
                (("--watch", "0", "--replay", "x", f.db), "--watch"),
                (("--local", "--remote", "--server", "a.example", f.db), "--remote"),
                (("--server", "https://a.example/path", f.db), "host name"),
                (("--server", "user:secret@a.example", f.db), "host name"),
                (("--server", "http://a.example", f.db), "https://a.example"),
                (("--server", "http://127.evil.example", f.db), "https://")):
            _, errors = load(*arguments, code=USAGE)
            says(errors, word)
            check(not os.path.exists(f.db), "%r has made a database" % (arguments,))


def test_no_database_is_made_for_a_run_that_cannot_be():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(3))
        html = f.file("b.html", b"<html>Not found</html>\n")
        packed = f.file("c.gz", gzip.compress(posts.stream(2000))[:20])
        pipe = f.file("pipe")
        os.mkfifo(pipe, 0o600)
        watch = ("--watch", "5", "--replay", stream)
        for arguments, code, word in (
                ((*watch, "--stop-words", "xx"), USAGE, "--stop-words xx"),
                ((*watch, "--stop-words", "en," + f.path), USAGE, "Is a directory"),
                ((*watch, "--stop-words", stream + "," + pipe), USAGE, "No data available"),
                ((*watch, "--stop-words", ""), USAGE, "--stop-words needs a value"),
                ((*watch, "--extension", ""), USAGE, "--extension needs a value"),
                (("--replay", stream, "--replay", f.file("none")), INPUT, "No such file"),
                (("--replay", stream, "--replay", f.path), INPUT, "Is a directory"),
                (("--replay", stream, "--replay", html), INPUT, "no event in it"),
                (("--replay", packed), INPUT, "ends too early; fetch it again"),
                (("--replay", ""), USAGE, "--replay needs a value"),
                (("--replay", stream, "--token-file", f.path), USAGE, "Is a directory"),
                (("--replay", stream, "--token-file", pipe), USAGE, "No data available"),
                (("--replay", stream, "--config", pipe), USAGE, "No data available"),
                (("--replay", stream, "--config", ""), USAGE, "--config")):
            status = f.file("status.json")
            _, errors = load(*arguments, "--status-file", status, f.db, code=code)
            says(errors, word)
            check(not os.path.exists(f.db), "%r has made a database" % (arguments,))
            if os.path.exists(status):
                with open(status, encoding="utf-8") as g:
                    same(json.load(g)["exit_code"], code, "in the status")
                os.unlink(status)
        same(sorted(f.files()), ["a.sse", "b.html", "c.gz", "pipe"], "files")


def test_a_pipe_that_nobody_writes_to_is_waited_for():
    with Folder() as f:
        pipe = f.file("pipe")
        os.mkfifo(pipe)
        loader = harness.start("--replay", pipe, "--progress", "none", f.db)
        wait_until(lambda: os.path.exists(f.db), "the database")
        time.sleep(0.3)
        loader.send_signal(signal.SIGUSR1)
        says(loader.stderr.readline().decode(), "0 posts")
        with open(pipe, "wb") as g:
            g.write(posts.stream(5))
        loader.communicate()
        same(loader.returncode, 0, "exit code")
        same(number(f.db, COUNT), 5, "posts")
        load("--replay", pipe, "--duration", "1s", f.db)


def test_help_and_version_fit_a_screen():
    output, errors = load("--help")
    same(errors, "", "errors")
    lines = output.splitlines()
    check(len(lines) <= 56, "%d lines" % len(lines))
    check(max(map(len, lines)) <= 80, "a line is longer than 80 characters")
    output, _ = load("--version")
    check(output.startswith("mastodon-loader ") and output.count("\n") == 1, output)
