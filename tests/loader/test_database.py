"""The database while it is filled: who else may write, and what becomes of it."""
import contextlib
import json
import os
import sqlite3
import subprocess
import threading
import time

import harness
import posts
from harness import Folder, ask, check, has_posts, load, number, same, wait_until
from test_input import COUNT, DATABASE, USAGE, says

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")


def feed_slowly(loader, seconds, each_second=50):
    """Writes posts to the loader at that rate; gives when each was written."""
    start = time.monotonic()
    written = []
    while len(written) < seconds * each_second:
        loader.stdin.write(posts.update(len(written)))
        loader.stdin.flush()
        written.append(time.monotonic())
        time.sleep(max(0, start + len(written) / each_second - time.monotonic()))
    return written


def test_others_may_write_while_posts_come():
    for options in (("--buffer", "4M"), ("--buffer", "0"), ("--rollup", "hour")):
        with Folder() as f:
            loader = harness.start(*options, "--replay", "-", f.db, stdin=subprocess.PIPE)
            feeder = threading.Thread(target=feed_slowly, args=(loader, 4))
            feeder.start()
            wait_until(has_posts(f.db, 1), "posts")
            other = sqlite3.connect(f.db, timeout=harness.SOON, isolation_level=None)
            other.execute("CREATE TABLE mine(n)")
            for n in range(20):
                other.execute("BEGIN IMMEDIATE")  # raises when it does not get in
                other.execute("INSERT INTO mine VALUES (?)", (n,))
                other.execute("COMMIT")
                time.sleep(0.07)
            other.close()
            feeder.join()
            loader.communicate()
            same(loader.returncode, 0, "exit code")
            same(number(f.db, COUNT), 200, "posts")
            same(number(f.db, "SELECT count(*) FROM mine"), 20, "rows of the other")


def test_what_has_come_is_stored_before_more_comes():
    for buffer in ("4M", "0"):
        with Folder() as f:
            loader = harness.start("--buffer", buffer, "--replay", "-", f.db,
                                   stdin=subprocess.PIPE)
            feed_slowly(loader, 1)
            wait_until(has_posts(f.db, 50), "all that has come")
            loader.kill()
            loader.communicate()
            same(number(f.db, COUNT), 50, "posts after a kill")


# ---- the version before ----

def version_1(folder):
    """A database as the loader made it when its tables were of the first version."""
    with open(os.path.join(DATA, "loader-version-1.sql"), encoding="utf-8") as f:
        script = f.read()
    db = sqlite3.connect(folder.db)
    db.executescript(script + "PRAGMA application_id = 0x4d73744c; PRAGMA user_version = 1;")
    db.close()


def layout(db):
    """Names of all tables, views and indexes, and of their columns whatever their order."""
    names = {n for n, in ask(db, "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")}
    return {(n, frozenset(c for c, in ask(db, "SELECT name FROM pragma_table_info(?)", n)))
            for n in names}


def test_a_database_of_the_version_before_is_brought_up_to_date():
    with Folder() as f, Folder() as fresh:
        version_1(f)
        with contextlib.closing(sqlite3.connect(f.db)) as mine:
            mine.executescript("CREATE VIEW mine AS SELECT word, words.created_at FROM words"
                               " JOIN post USING(post_id) WHERE post.received_at > 0")
        _, errors = load("--language", "any", "--replay", f.file("a.sse", posts.stream(7)), f.db)
        says(errors, "earlier version")
        load("--language", "any", "--accounts", "plain", "--replay", "-", fresh.db, stdin=b":)\n")
        same(layout(f.db) - {(n, c) for n, c in layout(f.db) if n == "mine"}, layout(fresh.db),
             "layout")
        same(number(f.db, "PRAGMA user_version"), 2, "version")
        same(ask(f.db, "SELECT status_id, language, base_language, created_at, edited_at"
                       " FROM posts WHERE post_id < 5 ORDER BY post_id"),
             [("1000", "en", "en", "2026-06-01 00:00:00", None),
              ("1001", "en-US", "en", "2026-06-01 00:00:01", None),
              ("1002", "en", "en", "2026-06-01 00:00:00", None),
              ("1003", None, None, "2026-06-01 00:00:03", "2026-06-02 00:00:00")], "old posts")
        # Of the seven four were known and one had been deleted.
        same(ask(f.db, "SELECT posts, events FROM session ORDER BY session_id DESC LIMIT 1"),
             [(2, 7)], "new posts")
        same(number(f.db, "SELECT count(*) FROM mine"), number(f.db, "SELECT count(*) FROM word"),
             "rows of a view of other people's")
        same(ask(f.db, "SELECT began_at, seconds, reason FROM gaps"),
             [("2026-06-01 00:00:00", 60.0, "cut")], "gaps")
        same(ask(f.db, "PRAGMA integrity_check"), [("ok",)], "integrity")


def refuses_to_migrate(script, *words):
    """Names what stands in the way, and changes nothing."""
    with Folder() as f:
        version_1(f)
        with contextlib.closing(sqlite3.connect(f.db)) as mine:
            mine.executescript(script)
            before = list(mine.iterdump())
        _, errors = load("--replay", f.file("a.sse", posts.stream(7)), f.db, code=DATABASE)
        says(errors, *words)
        with contextlib.closing(sqlite3.connect(f.db)) as mine:
            same(list(mine.iterdump()), before, "the database after " + script)
            same(mine.execute("PRAGMA user_version").fetchall(), [(1,)], "version")


def test_what_has_a_name_that_is_needed_now_is_told():
    with Folder() as old, Folder() as new:
        version_1(old)
        load("--replay", "-", new.db, stdin=b":)\n")
        names, columns = set(), set()
        held = {n: c for n, c in layout(old.db)}
        for name, has in layout(new.db):
            if name not in held:
                names.add(name)
            elif name not in ("words", "post_time"):
                columns |= {(name, c) for c in has - held[name]}
    same(len(names), 7, "new names")
    check(("post", "url") in columns and ("gap", "from_ms") in columns, columns)
    for name in names:
        refuses_to_migrate("CREATE TABLE %s(mine)" % name.upper(), "a table %s that is not the"
                           " loader's" % name.upper(), "rename yours", "nothing was changed")
        refuses_to_migrate("CREATE VIEW %s AS SELECT 1" % name, "a view " + name)
    refuses_to_migrate("CREATE INDEX media ON post(bot)", "an index media")
    for table, column in columns:
        refuses_to_migrate("ALTER TABLE %s ADD COLUMN %s" % (table, column),
                           "a column %s of table %s" % (column, table))
    refuses_to_migrate("CREATE VIEW broken AS SELECT * FROM nowhere", "broken", "nowhere")


# ---- triggers of other people's ----

def test_a_trigger_may_keep_a_sketch():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(50))
        load("--replay", f.file("b.sse", b":)\n"), f.db)
        with contextlib.closing(sqlite3.connect(f.db)) as mine:
            mine.executescript("CREATE TABLE top(sketch, n); INSERT INTO top VALUES (NULL, 0);"
                               "CREATE TRIGGER counts AFTER INSERT ON word BEGIN"
                               " UPDATE top SET sketch = topk_add(sketch, new.word);"
                               " UPDATE top SET n = topk_get(sketch, 'number'); END;")
        _, errors = load("--replay", stream, f.db, code=DATABASE)
        says(errors, "no such function: topk_add", "--extension")
        same(number(f.db, COUNT), 0, "posts without the function")
        load("--extension", os.path.join(harness.BUILD, "sketches"), "--replay", stream, f.db)
        same(number(f.db, COUNT), 50, "posts")
        same(number(f.db, "SELECT n FROM top"), 50, "what the sketch says")


# ---- times and space ----

def aged(db, days):
    """What is in the database came so many days earlier."""
    with contextlib.closing(sqlite3.connect(db)) as other:
        other.execute("UPDATE post SET received_ms = received_ms - ? * 86400000,"
                      " created_ms = created_ms - ? * 86400000", (days, days))
        other.commit()


def test_a_date_in_the_future_is_the_day_of_arrival():
    with Folder() as f:
        status = f.file("status.json")
        start = time.time()
        _, errors = load("--status-file", status, "--replay", "-", f.db,
                         stdin=posts.update(1, created_at="2999-01-01T00:00:00Z") +
                         posts.update(2))
        same(number(f.db, "SELECT count(*) FROM post WHERE created_ms = received_ms"
                          " AND created_ms >= ?", int(start * 1000)), 1, "dates")
        says(errors, "| 1 dated in the future")
        with open(status, encoding="utf-8") as g:
            same(json.load(g)["future"], 1, "in the status")
        # An edit from the future does not keep out the ones that follow.
        soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        load("--replay", "-", f.db, stdin=b"".join(
            posts.event("status.update", posts.status(2, content=text, edited_at=at))
            for text, at in (("first", "2999-01-01T00:00:00Z"), ("second", soon))))
        same(number(f.db, "SELECT text FROM post WHERE status_id = '1002'"), "second", "text")


def test_a_wrong_clock_does_not_empty_the_database():
    with Folder() as f:
        load("--replay", f.file("a.sse", posts.stream(300)), f.db)
        aged(f.db, 400)
        stream = f.file("b.sse", posts.update(900, created_at=time.strftime("%Y-%m-%dT%H:%M:%SZ")))
        _, errors = load("--retention", "30", "--replay", stream, f.db)
        # It is looked at before the first batch or after it.
        check("about 300 of 300" in errors or "about 300 of 301" in errors, errors)
        says(errors, "--retention-all")
        same(number(f.db, COUNT), 301, "posts")
        loader = harness.start("--retention", "30", "--retention-all", "--replay", "-", f.db,
                               stdin=subprocess.PIPE)
        wait_until(lambda: number(f.db, COUNT) == 1, "old posts to go")
        loader.communicate()


def test_the_largest_size_is_looked_at_when_old_posts_are_gone():
    with Folder() as f:
        old = b"".join(posts.update(n, created_at="2020-01-01T00:00:00Z", content="word " * 40)
                       for n in range(3000))
        young = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - n))
                 for n in range(50)]
        load("--replay", "-", f.db, stdin=old)
        check(os.path.getsize(f.db) > 3 << 20, "%d bytes" % os.path.getsize(f.db))
        stream = f.file("young.sse", b"".join(posts.update(5000 + n, created_at=at)
                                              for n, at in enumerate(young)))
        load("--retention", "7", "--max-db-size", "1M", "--replay", stream, f.db)
        same(number(f.db, COUNT + " WHERE status_id >= '6000'"), 50, "new posts")
        check(number(f.db, COUNT) < 2000, "%d posts are left" % number(f.db, COUNT))
        same(ask(f.db, "SELECT end_reason FROM session"), [("end",), ("end",)], "reasons")


def test_space_is_given_back():
    with Folder() as f:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        load("--retention", "7", "--replay", "-", f.db,
             stdin=b"".join(posts.update(n, created_at=now, content="word " * 40)
                            for n in range(3000)))
        large = os.path.getsize(f.db)
        aged(f.db, 10)
        loader = harness.start("--retention", "7", "--retention-all", "--replay", "-", f.db,
                               stdin=subprocess.PIPE)
        wait_until(lambda: number(f.db, "SELECT page_count * page_size FROM pragma_page_count,"
                                  " pragma_page_size") < large / 4, "space")
        loader.communicate()
        same(loader.returncode, 0, "exit code")
        check(os.path.getsize(f.db) < large / 4, "%d bytes" % os.path.getsize(f.db))
        same(ask(f.db, "PRAGMA integrity_check"), [("ok",)], "integrity")


# ---- what is stored of a post ----

def test_pictures_and_what_is_said_of_them():
    media = [{"type": "image", "description": "Two cats"}, {"type": "video"},
             {"type": "image", "description": None}]
    with Folder() as f:
        stream = f.file("a.sse", posts.update(1, media_attachments=media, in_reply_to_id="77"))
        load("--replay", stream, f.db)
        same(ask(f.db, "SELECT pos, kind, alt FROM media"),
             [(1, "image", "Two cats"), (2, "video", ""), (3, "image", "")], "media")
        same(ask(f.db, "SELECT url, in_reply_to_id, reply FROM posts"),
             [("https://a.example/@ann/1001", "77", 1)], "post")
        same(number(f.db, "SELECT count(*) FROM word WHERE word = 'cats'"), 0, "words")
        edit = posts.status(1, media_attachments=media[:1], edited_at="2026-06-02T00:00:00Z")
        load("--with-alt", "--replay", "-", f.db, stdin=posts.event("status.update", edit))
        same(number(f.db, "SELECT count(*) FROM media"), 1, "media after an edit")
        same(number(f.db, "SELECT count(*) FROM word WHERE word = 'cats'"), 1, "words after it")


def test_languages_are_written_in_one_way():
    with Folder() as f:
        claimed = ("en", "EN", "eng", "en_US", "en-us", "zh_hant_tw", None,
                   "english", "..", "e n", "-EN", "x" * 300)
        stream = b"".join(posts.update(n, language=c) for n, c in enumerate(claimed))
        status = f.file("status.json")
        _, errors = load("--language", "any", "--status-file", status, "--replay", "-", f.db,
                         stdin=stream)
        same(ask(f.db, "SELECT language, base_language FROM posts ORDER BY post_id"),
             [("en", "en"), ("en", "en"), ("en", "en"), ("en-US", "en"), ("en-US", "en"),
              ("zh-Hant-TW", "zh")] + 6 * [(None, None)], "languages")
        same(ask(f.db, "SELECT base_language, count(*) FROM words GROUP BY 1 ORDER BY 1"),
             [(None, 18), ("en", 15), ("zh", 3)], "words")
        says(errors, "| 5 in a language that is none")
        with open(status, encoding="utf-8") as g:
            same(json.load(g)["nameless"], 5, "in the status")
        # What is none is not known, and what is left out early is counted once, too.
        _, errors = load("--language", "null", "--replay", "-", f.file("b.db"), stdin=stream)
        same(number(f.file("b.db"), COUNT), 6, "posts in no known language")
        _, errors = load("--replay", "-", f.file("c.db"), stdin=stream)
        says(errors, "| 5 in a language that is none", "unknown 6")


def test_an_event_too_large_is_noted():
    with Folder() as f:
        many = b"".join(posts.update(10 + n, content="x" * (2 << 20)) for n in range(4))
        lines = b"event: delete\n" + b"data: 123456789\n" * 200000 + b"\n"
        _, errors = load("--replay", "-", f.db, stdin=posts.update(0) + many + lines +
                         posts.update(1))
        same(number(f.db, COUNT), 2, "posts")
        same(ask(f.db, "SELECT event, reason, count(*) FROM rejected GROUP BY 1"),
             [("delete", "it is larger than --max-event", 1),
              ("update", "it is larger than --max-event", 4)], "rejected")
        check('"id": "1010"' in number(f.db, "SELECT excerpt FROM rejected"), "excerpt")
        same(number(f.db, "SELECT rejected FROM session"), 5, "counted")
        same(errors.count("larger than --max-event"), 3, "logged")
        says(errors, "5 too large")


def test_the_summary_tells_why_posts_were_left_out():
    with Folder() as f:
        stream = b"".join(posts.update(n, language=c) for n, c in enumerate(
            ["de"] * 6 + ["fr", "fr-CA", "DE", None, "en"]))
        _, errors = load("--replay", "-", f.db, stdin=stream)
        says(errors, "| 10 not wanted (by language de 7, fr 2, unknown 1; --language any takes"
                     " all languages)")
        _, errors = load("--language", "any", "--no-bots", "--replay", "-", f.db, stdin=stream)
        check("not wanted" not in errors, errors)
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ")
        stream = b"".join(posts.update(n, **{"created_at": now, **changes}) for n, changes in enumerate((
            {"language": "de"}, {"created_at": "2020-01-01T00:00:00Z"}, {"visibility": "private"},
            {"visibility": "unlisted"}, {"account": {"acct": "a", "bot": True}},
            {"account": {"acct": "a", "noindex": True}}, {"reblog": posts.status(99)},
            {"sensitive": True}, {"in_reply_to_id": "5"}, {})))
        _, errors = load("--retention", "30", "--no-bots", "--no-sensitive", "--no-replies",
                         "--replay", "-", f.file("b.db"), stdin=stream)
        says(errors, "1 posts", "| 9 not wanted (boosts 1, not public 2, asking not to be indexed 1,"
                     " older than --retention 1, by bots 1, sensitive 1, replies 1,"
                     " by language de 1; --language any takes all languages)")


def test_codes_that_are_none_are_refused_and_rare_ones_told():
    with Folder() as f:
        for code in ("english", "xx", "en,klingon", "e n", "und", "en--US"):
            _, errors = load("--language", code, "--replay", "-", f.db, code=USAGE)
            says(errors, "--language", code, "ISO 639")
        _, errors = load("--language", "abc", "--replay", "-", f.db, stdin=posts.update(1))
        says(errors, "warning: --language abc: servers hardly use that code")
        _, errors = load("--language", "eng", "--replay", "-", f.file("b.db"),
                         stdin=posts.update(1) + posts.update(2, language="eng"))
        check("warning" not in errors, errors)
        same(number(f.file("b.db"), COUNT), 2, "posts of eng")


def test_parts_that_a_delete_has_left_are_of_no_other_post():
    with Folder() as f:
        load("--replay", f.file("a.sse", posts.update(1, content="<p>one two three four</p>", tags=[{"name": "a"}])),
             f.db)
        with contextlib.closing(sqlite3.connect(f.db)) as other:
            other.executescript("DELETE FROM post")
        loader = harness.start("--replay", "-", f.db, stdin=subprocess.PIPE)
        loader.stdin.write(posts.update(2, content="<p>five</p>"))
        loader.stdin.flush()
        wait_until(has_posts(f.db, 1), "posts")
        same(ask(f.db, "SELECT word FROM word UNION ALL SELECT tag FROM hashtag"), [("five",)], "parts")
        with contextlib.closing(sqlite3.connect(f.db, timeout=5)) as other:
            other.executescript("DELETE FROM post")
        loader.communicate(posts.update(3, content="<p>six</p>"))
        same(loader.returncode, 0, "exit code")
        same(ask(f.db, "SELECT post_id, word FROM word"), [(1, "six")], "words")
