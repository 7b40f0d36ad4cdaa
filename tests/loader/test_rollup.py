"""Hourly sketches beside the posts, --rollup: they are what the posts give, whatever came."""
import contextlib
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import time

import harness
import posts
from harness import Folder, ask, check, has_posts, load, number, same, wait_until
from test_database import DATA, aged
from test_input import COUNT, DATABASE, USAGE, says

HERE = os.path.dirname(os.path.abspath(__file__))
EXTENSION = os.path.join(harness.BUILD, "sketches")
DEMO = os.path.join(DATA, "demo.sse")
PLAIN = ("--language", "any", "--accounts", "plain")
OPTIONS = (*PLAIN, "--rollup", "hour")
DUE = "SELECT count(*) FROM rollup_due"
BEHIND = ("SELECT (SELECT max(post_id) FROM post) - value FROM setting"
          " WHERE name = 'rollup_post'")


def with_sketches(db, *queries):
    """What the sqlite3 shell prints, with the extension; PRELOAD names a sanitizer's library."""
    environment = harness.environment()
    if os.environ.get("PRELOAD"):
        environment.update(LD_PRELOAD=os.environ["PRELOAD"], ASAN_OPTIONS="detect_leaks=0")
    done = subprocess.run(["sqlite3", "-batch", "-init", "/dev/null", db, ".load " + EXTENSION,
                           *queries], env=environment, capture_output=True, text=True,
                          check=False, timeout=harness.LIMIT)
    check(done.returncode == 0, done.stderr)
    return done.stdout


def is_right(db, whole=True):
    """Nothing is wrong; and nothing is left to be done, if it is whole."""
    same(with_sketches(db, ".read " + os.path.join(HERE, "rollup.sql")), "", "what is wrong")
    if whole:
        same(number(db, DUE), 0, "hours that are due")
        same(number(db, BEHIND), 0, "posts that are missing")


def invent(count, first=0, seed=1):
    """Posts of some hours with tags and authors, edits, deletes, repeats, late ones."""
    chance = random.Random(seed)
    parts, there = [b":)\n"], []
    for n in range(first, first + count):
        hour = n * 5 // count if chance.randrange(20) else chance.randrange(5)
        post = posts.status(
            n, created_at="2026-06-01T%02d:%02d:%02d.000Z" % (hour, n // 60 % 60, n % 60),
            content="<p>%s</p>" % " ".join("w%d" % min(chance.randrange(1, 400), chance.randrange(1, 400))
                                          for _ in range(chance.randrange(20))),
            tags=[{"name": "tag%d" % chance.randrange(9)} for _ in range(chance.randrange(3))],
            account={"acct": "ann%d" % chance.randrange(50), "bot": False,
                     "url": "https://a.example/@ann"})
        parts.append(posts.event("update", post))
        there.append(post)
        old = there[-chance.randrange(1, 200):][0]
        what = chance.randrange(30)
        if what == 0:
            parts.append(posts.event("delete", old["id"]))
        elif what == 1:
            old["content"], old["edited_at"] = "<p>edited w%d</p>" % n, "2026-06-02T00:%02d:%02dZ" % (n // 60 % 60, n % 60)
            parts.append(posts.event("status.update", old))
        elif what == 2:
            parts.append(posts.event("update", old))
        elif what == 3:
            there.pop()
            parts.append(posts.event("delete", post["id"]))  # the newest: its number is given again
    return b"".join(parts)


def as_another(db, statements):
    """What a program does that has no extension."""
    with contextlib.closing(sqlite3.connect(db)) as other:
        other.executescript(statements)


def rows(db):
    return ask(db, "SELECT hour, kind, topk, hll, cms FROM rollup ORDER BY hour, kind")


def test_rollup_is_what_the_posts_give():
    with Folder() as f:
        load(*OPTIONS, "--replay", DEMO, f.db)
        is_right(f.db)
        same(number(f.db, "SELECT count(*) FROM rollup"), 18, "rows of six hours")
        before = rows(f.db)
        load(*OPTIONS, "--replay", DEMO, f.db)
        same(rows(f.db), before, "rows after the same events again")
        # The question it is for: exact here, as long as there are few different words.
        same(with_sketches(f.db, "SELECT topk_json(topk_merge(topk), 3) FROM rollup"
                                 " WHERE kind = 'word' AND hour > '2026-03-14 08:00:00'"),
             with_sketches(f.db, "SELECT topk(word, 3, 5000) FROM words"
                                 " WHERE created_at >= '2026-03-14 09:00'"), "top words")


def test_rollup_follows_edits_and_deletes():
    with Folder() as f:
        stream = f.file("a.sse", invent(3000))
        for buffer in ("4M", "0"):
            db = f.file("posts-" + buffer)
            load(*OPTIONS, "--buffer", buffer, "--replay", stream, db)
            is_right(db)
        same(rows(f.file("posts-4M")), rows(f.file("posts-0")), "with one thread or two")


def test_rollup_is_filled_in():
    with Folder() as f:
        first, second = f.file("a.sse", invent(1500)), f.file("b.sse", invent(1500, 1500, 2))
        third = f.file("c.sse", b"".join(posts.event("delete", str(1000 + n))
                                         for n in range(0, 2000, 7)))
        load(*PLAIN, "--replay", first, f.db)
        same(ask(f.db, "SELECT name FROM sqlite_master WHERE name LIKE 'rollup%'"), [], "tables")
        load(*OPTIONS, "--replay", second, f.db)
        is_right(f.db)
        # Without it nothing is silently wrong: what changed is noted.
        load(*PLAIN, "--replay", second, "--replay", third, f.db)
        check(number(f.db, DUE) > 0, "no hour is due")
        is_right(f.db, whole=False)
        load(*PLAIN, "--replay", f.file("d.sse", invent(500, 5000, 3)), f.db)
        check(number(f.db, BEHIND) > 0, "no post is missing")
        is_right(f.db, whole=False)
        load(*OPTIONS, "--replay", third, f.db)
        is_right(f.db)


def test_rollup_survives_kills():
    chance = random.Random(5)
    stream = invent(2000)
    with Folder() as f:
        for n in range(8):
            options = OPTIONS if n % 3 < 2 else PLAIN
            loader = harness.start(*options, "--replay", "-", f.db, stdin=subprocess.PIPE)
            loader.stdin.write(stream[:chance.randrange(len(stream))])
            loader.stdin.flush()
            wait_until(has_posts(f.db, 1), "posts")
            time.sleep(chance.random())
            loader.kill()
            loader.communicate()
            if ask(f.db, "SELECT 1 FROM sqlite_master WHERE name = 'rollup'"):
                is_right(f.db, whole=False)
        load(*OPTIONS, "--replay", f.file("a.sse", stream), f.db)
        is_right(f.db)


def test_rollup_is_renewed_while_posts_come():
    with Folder() as f:
        loader = harness.start(*OPTIONS, "--replay", "-", f.db, stdin=subprocess.PIPE)
        loader.stdin.write(posts.stream(200) + posts.event("delete", "1005"))
        loader.stdin.flush()
        wait_until(has_posts(f.db, 199), "posts")
        wait_until(lambda: number(f.db, "SELECT count(*) FROM rollup_due WHERE changes > 0") == 0,
                   "an hour that is made anew")
        is_right(f.db, whole=False)
        # Who asks to stop does not wait, and loses nothing.
        loader.stdin.write(posts.event("delete", "1006"))
        loader.stdin.flush()
        loader.terminate()
        loader.communicate()
        same(loader.returncode, 0, "exit code")
        is_right(f.db)


def test_rollup_goes_with_what_retention_removes():
    with Folder() as f:
        load(*OPTIONS, "--replay", DEMO, f.db)
        aged(f.db, 300)
        hours = number(f.db, "SELECT count(*) FROM rollup_due")
        check(hours > 6, "%d hours are due after all posts moved" % hours)
        load(*OPTIONS, "--replay", f.file("a.sse", posts.stream(5)), f.db)
        is_right(f.db)
        loader = harness.start(*OPTIONS, "--retention", "200", "--retention-all", "--replay", "-",
                               f.db, stdin=subprocess.PIPE)
        loader.stdin.write(posts.stream(300))
        loader.stdin.flush()
        wait_until(lambda: number(f.db, "SELECT min(created_at) FROM posts") > "2026-03-01",
                   "the end of old posts")
        loader.communicate()
        is_right(f.db)
        same(number(f.db, "SELECT min(hour) FROM rollup"), "2026-06-01 00:00:00", "oldest hour")


def test_others_need_no_extension():
    with Folder() as f:
        load(*OPTIONS, "--replay", DEMO, f.db)
        as_another(f.db, "DELETE FROM word WHERE post_id = 5; DELETE FROM post WHERE post_id = 5;"
                         "UPDATE post SET author = 'me' WHERE post_id = 6;"
                         "ALTER TABLE post ADD COLUMN mine; ALTER TABLE word RENAME TO old;"
                         "ALTER TABLE old RENAME TO word; VACUUM;")
        check(number(f.db, DUE) > 0, "no hour is due")
        is_right(f.db, whole=False)
        load(*OPTIONS, "--replay", f.file("a.sse", posts.stream(1)), f.db)
        same(with_sketches(f.db, "SELECT sum(cms_get(cms, 'me')) FROM rollup WHERE kind = 'author'"),
             "1\n", "posts of mine")


def test_posts_that_others_bring_back_are_in_rollup():
    with Folder() as f:
        load(*OPTIONS, "--replay", DEMO, f.db)
        as_another(f.db, "CREATE TABLE kept AS SELECT * FROM post WHERE post_id IN (5, 6);"
                         "DELETE FROM post WHERE post_id IN (5, 6)")
        one = f.file("a.sse", posts.stream(1))
        load(*OPTIONS, "--replay", one, f.db)
        is_right(f.db)
        as_another(f.db, "INSERT INTO post SELECT * FROM kept; DROP TABLE kept")
        is_right(f.db, whole=False)
        load(*OPTIONS, "--replay", one, f.db)
        is_right(f.db)


def test_a_number_that_is_given_again():
    with Folder() as f:
        load(*OPTIONS, "--replay", f.file("a.sse", posts.stream(9)), f.db)
        load(*PLAIN, "--replay", f.file("b.sse", posts.stream(12)), f.db)
        same(number(f.db, BEHIND), 3, "posts that are missing")
        as_another(f.db, "DELETE FROM post WHERE post_id = 9; DELETE FROM post WHERE post_id > 9")
        is_right(f.db, whole=False)
        load(*PLAIN, "--replay", f.file("c.sse", b"".join(posts.update(n) for n in range(20, 25))),
             f.db)
        is_right(f.db, whole=False)
        same(number(f.db, BEHIND), 5, "posts that are missing")
        load(*OPTIONS, "--replay", f.file("d.sse", posts.stream(1)), f.db)
        is_right(f.db)


def test_a_number_that_is_changed():
    with Folder() as f:
        load(*OPTIONS, "--replay", f.file("a.sse", posts.stream(9)), f.db)
        as_another(f.db, "UPDATE post SET post_id = -1, created_ms = 0 WHERE post_id = 9")
        is_right(f.db, whole=False)
        as_another(f.db, "UPDATE post SET post_id = 20 WHERE post_id = 8; DROP TABLE rollup")
        load(*OPTIONS, "--replay", f.file("b.sse", posts.update(12)), f.db)
        is_right(f.db)


def test_words_that_cms_never_counted():
    edit = posts.event("status.update", posts.status(3, edited_at="2026-06-02T00:00:00Z"))
    for change in (edit, posts.event("delete", "1003")):
        with Folder() as f:
            load(*OPTIONS, "--replay", f.file("a.sse", posts.stream(9)), f.db)
            as_another(f.db, "INSERT INTO word SELECT post_id, 99, 'mine' FROM post")
            load(*OPTIONS, "--replay", f.file("b.sse", change), f.db)
            is_right(f.db)


def test_tables_that_were_called_otherwise_for_a_while():
    with Folder() as f:
        load(*OPTIONS, "--replay", f.file("a.sse", posts.stream(9)), f.db)
        for name in ("post", "setting", "rollup", "rollup_due"):
            as_another(f.db, "ALTER TABLE %s RENAME TO x; ALTER TABLE x RENAME TO %s" % (name, name))
        load(*OPTIONS, "--replay", f.file("b.sse", posts.event("delete", "1003")), f.db)
        is_right(f.db)


def test_a_part_of_rollup_that_is_dropped():
    one = posts.event("delete", "1003") + posts.update(20)
    for part in ("TABLE rollup", "TABLE rollup_due", "TRIGGER rollup_inserted",
                 "TRIGGER rollup_edited", "TRIGGER rollup_deleted"):
        with Folder() as f:
            load(*OPTIONS, "--replay", f.file("a.sse", posts.stream(9)), f.db)
            as_another(f.db, "DROP " + part)
            load(*PLAIN, "--replay", f.file("b.sse", one), f.db)
            load(*OPTIONS, "--replay", f.file("c.sse", posts.event("delete", "1004")), f.db)
            is_right(f.db)


def test_a_trigger_of_another_version_is_replaced():
    with Folder() as f:
        load(*OPTIONS, "--replay", f.file("a.sse", posts.stream(9)), f.db)
        wanted = ask(f.db, "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1")
        as_another(f.db, "DROP TRIGGER rollup_deleted; CREATE TRIGGER rollup_deleted AFTER DELETE ON post"
                         " BEGIN UPDATE rollup_due SET changes = 0; END;"
                         "DELETE FROM post WHERE post_id = 3")
        load(*OPTIONS, "--replay", f.file("b.sse", posts.event("delete", "1005")), f.db)
        is_right(f.db)
        same(ask(f.db, "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1"), wanted,
             "triggers")


def test_the_edges_of_hours_and_of_time():
    times = ("2026-06-01T00:59:59.999Z", "2026-06-01T01:00:00.000Z", "1969-12-31T23:59:59.999Z",
             "1969-12-31T23:00:00Z", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z",
             "1900-02-28T23:59:59.5Z", "9999-12-31T23:59:59Z")
    stream = b"".join(posts.update(n, created_at=t, content="<p>w%d</p>" % n if n % 2 else "")
                      for n, t in enumerate(times))
    with Folder() as f:
        load(*OPTIONS, "--replay", f.file("a.sse", stream), f.db)
        is_right(f.db)
        same(number(f.db, "SELECT sum(hour = '2026-06-01 00:00:00' AND kind = 'author') FROM rollup"),
             1, "rows of the hour of the first post")
        for ms in (-62200000000000, -10 ** 15, 10 ** 15, 2 ** 63 - 1, -500, -3600500, 3599999):
            as_another(f.db, "UPDATE post SET created_ms = %d WHERE post_id = 2" % ms)
            load(*OPTIONS, "--replay", f.file("b.sse", posts.stream(1)), f.db)
            is_right(f.db)
        same(number(f.db, "SELECT count(*) FROM rollup WHERE hour < '0'"), 0, "hours that are none")


def test_rollup_explains_what_it_misses():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(3))
        _, errors = load("--rollup", "day", "--replay", stream, f.db, code=USAGE)
        says(errors, "--rollup must be hour, not 'day'")
        _, errors = load(*OPTIONS, "--extension", f.file("none.so"), "--replay", stream, f.db,
                         code=USAGE)
        says(errors, "cannot load the extension")
        lonely = shutil.copy(harness.LOADER, f.file("loader"))
        run = subprocess.run([lonely, "--rollup", "hour", "--replay", stream, f.db],
                             capture_output=True, text=True, timeout=harness.LIMIT)
        if run.returncode != 0:
            same(run.returncode, USAGE, "exit code")
            says(run.stderr, "--rollup needs the sketches extension", "--extension PATH")
            check(not os.path.exists(f.db), "there is a database")


def test_a_table_of_another_meaning_is_left_alone():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(3))
        load("--accounts", "plain", "--replay", stream, f.db)
        as_another(f.db, "CREATE TABLE rollup(mine); INSERT INTO rollup VALUES(1)")
        _, errors = load(*OPTIONS, "--replay", stream, f.db, code=DATABASE)
        says(errors, "a table or view rollup that is not the loader's", "rename yours")
        same(ask(f.db, "SELECT * FROM rollup"), [(1,)], "the table of others")
        same(ask(f.db, "SELECT name FROM sqlite_master WHERE name LIKE 'rollup%'"),
             [("rollup",)], "tables")


def test_a_damaged_sketch_says_how_it_is_mended():
    with Folder() as f:
        load(*OPTIONS, "--replay", DEMO, f.db)
        as_another(f.db, "UPDATE rollup SET topk = x'00'")
        again = f.file("a.sse", posts.update(1, created_at="2026-03-14T08:00:00Z"))
        _, errors = load(*OPTIONS, "--replay", again, f.db, code=DATABASE)
        says(errors, "table rollup is damaged", "DROP TABLE rollup")
        before = number(f.db, COUNT)
        as_another(f.db, "DROP TABLE rollup")
        load(*OPTIONS, "--replay", again, f.db)
        same(number(f.db, COUNT), before, "posts")
        is_right(f.db)


def test_a_full_disk_leaves_rollup_right():
    with Folder() as f:
        stream = f.file("a.sse", invent(3000))
        for most in (200, 350, 500):
            def limit():
                resource.setrlimit(resource.RLIMIT_FSIZE, (most << 10, most << 10))

            db = f.file("posts-%d" % most)
            done = subprocess.run([harness.LOADER, *OPTIONS, "--replay", stream, db],
                                  preexec_fn=limit, capture_output=True, text=True,
                                  env=harness.environment(), timeout=harness.LIMIT, check=False)
            same(done.returncode, DATABASE, "exit code with %d kB" % most)
            says(done.stderr, "what was committed is safe")
            if ask(db, "SELECT 1 FROM sqlite_master WHERE name = 'rollup'"):
                is_right(db, whole=False)
            load(*OPTIONS, "--replay", stream, db)
            is_right(db)
