"""What is kept of whom, and for how long."""
import os
import re
import subprocess
import time

import harness
import posts
from harness import Folder, ask, check, load, number, same, wait_until
from test_input import COUNT, says
from test_process import DATABASE, writing


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
