"""What was missed is fetched: gaps, pages, polls, and deaths at any moment."""
import contextlib
import json
import random
import re
import sqlite3
import threading
import time

import fake
import harness
import posts
import survive
from fake import Server, streams
from harness import Folder, ask, check, load, number, same, wait_until
from test_faults import ended, tables_there
from test_input import COUNT, REFUSED, USAGE, says
from test_server import TOKEN, with_token
from timeline import Timeline

GAPS = "SELECT state, recovered, note FROM gap ORDER BY gap_id"
FIRST = 1780272000000  # 2026-06-01T00:00:00Z


def snowflake(n, **changes):
    """Post number n, written n seconds after FIRST, with an id as Mastodon makes it."""
    number = (FIRST + 1000 * n) << 16
    return posts.status(n, id=str(number), uri="https://a.example/%d" % n, **changes)


def event(post):
    return posts.event("update", post)


def uris(db):
    return {int(u.rsplit("/", 1)[1]) for u, in ask(db, "SELECT uri FROM post")}


def run_until(wanted, arguments, db, env=None):
    """Runs a loader until the database has these posts and no gap is open."""
    loader = harness.start(*arguments, db, env=env)
    try:
        wait_until(lambda: tables_there(db) and not ask(db, "SELECT 1 FROM gap WHERE state = 'open'") and
                 number(db, "SELECT count(*) FROM post") == len(wanted) and uris(db) == wanted,
                 "posts %s" % sorted(wanted)[:50])
    finally:
        errors = ended(loader)
    return errors


def started(server, db, count, *arguments):
    """A first run, that ends after so many posts."""
    load("--server", server.url, "--max-posts", str(count), *arguments, db)


def test_a_break_is_a_gap_that_is_closed():
    world = Timeline([snowflake(n) for n in range(200)])
    before = b"".join(event(snowflake(n)) for n in range(50))
    after = b"".join(event(snowflake(n)) for n in range(190, 200))
    with Folder() as f, Server(streams(before, stay=False), streams(after),
                               rest=world.rest) as server:
        errors = run_until(set(range(200)), ("--server", server.url), f.db)
        says(errors, "catching up with what was missed", "caught up: 140 of")
        same(ask(f.db, GAPS), [("closed", 140, None)], "gap")
        says(number(f.db, "SELECT reason FROM gap"), "the server ended the stream")
        asked = [a.split(" ")[1] for a in server.asked if "timelines" in a]
        where, last = "/api/v1/timelines/public?limit=40&", int(snowflake(49)["id"])
        same(asked[0], where + "min_id=%d" % last, "what was missed is asked for first")
        same(asked[5:], [where + "max_id=%d" % (last + 1),
                         where + "max_id=%s" % snowflake(10)["id"],
                         where + "max_id=%s" % snowflake(0)["id"]], "and then what comes before")
        check(number(f.db, "SELECT to_id FROM gap") == snowflake(199)["id"], "to_id")


def test_posts_that_are_known_take_nothing_from_what_may_be_fetched():
    world = Timeline([snowflake(n) for n in range(507)])
    with Folder() as f, Server(streams(b"".join(event(snowflake(n)) for n in range(500))),
                               streams(), rest=world.rest) as server:
        started(server, f.db, 500)
        errors = run_until(set(range(507)), ("--server", server.url, "--backfill-max", "400"),
                           f.db)
        says(errors, "caught up: 7 of 7 posts were new")
        check("more than" not in errors, errors)
        same(ask(f.db, GAPS), [("closed", 7, None)], "gap")


def fiftieth(n):
    """Post number n of a server with fifty a second."""
    return posts.status(n, id=str((FIRST + 20 * n) << 16), uri="https://a.example/%d" % n,
                        created_at=survive.stamp(FIRST + 20 * n))


def test_a_minute_of_fifty_posts_a_second_is_closed_by_few_pages():
    known, missed = 9000, 3000
    world = Timeline([fiftieth(n) for n in range(known + missed)])
    world.headers = lambda page, query: time.sleep(0.05) or []
    before = b"".join(event(fiftieth(n)) for n in range(known))
    with Folder() as f, Server(streams(before), streams(), rest=world.rest) as server:
        started(server, f.db, known)
        world.drop(fiftieth(known - 100)["id"])
        wanted = set(range(known + missed)) - {known - 100}
        errors = run_until(wanted, ("--server", server.url), f.db)
        says(errors, "caught up: %d of %d posts were new" % (missed, missed),
             "0 posts were new, and 1 in all are deleted there")
        same(ask(f.db, GAPS), [("closed", missed, "of the 10 minutes before only the last"
                                " 4000 posts were read again")], "gap")
        check(world.pages < 200, "%d pages" % world.pages)


def test_a_server_that_gets_posts_faster_than_it_answers():
    """No page is ever empty: the pages are not followed for ever."""
    world = Timeline([fiftieth(n) for n in range(200)])

    def grow(page, query):
        for n in range(3):
            world.put(fiftieth(len(world.posts)))
        return []

    world.headers = grow
    before = b"".join(event(fiftieth(n)) for n in range(100))
    with Folder() as f, Server(streams(before, stay=False), streams(), rest=world.rest) as server:
        loader = harness.start("--server", server.url, f.db)
        wait_until(lambda: tables_there(f.db) and
                 ask(f.db, "SELECT 1 FROM gap WHERE state = 'closed'"), "closed gap")
        says(ended(loader), "caught up")
        check(set(range(200)) <= uris(f.db), "a post is missing")
        check(world.pages < 15, "%d pages" % world.pages)


def test_one_post_with_an_id_of_another_century_hides_no_others():
    """The id from which the next run goes on stays one of today."""
    odd = ("9" * 256, "9" * 21, str(2 ** 63 - 1), "9" * 20)
    world = Timeline([snowflake(n) for n in range(9)])
    bad = b"".join(event(posts.status(50, id=id, uri="https://a.example/no" + id[:1]))
                   for id in odd)
    with Folder() as f, Server(streams(event(snowflake(0)) + bad + event(snowflake(1))),
                               streams(), rest=world.rest) as server:
        started(server, f.db, 3)
        same(ask(f.db, "SELECT last_id FROM source"), [(snowflake(1)["id"],)], "last id")
        same(number(f.db, "SELECT count(*) FROM rejected"), 2, "rejected")
        ask(f.db, "SELECT 1")
        loader = harness.start("--server", server.url, f.db)
        wait_until(lambda: ask(f.db, "SELECT 1 FROM gap WHERE state = 'closed'"), "closed gap")
        ended(loader)
        same(number(f.db, COUNT), 10, "posts")


def test_a_loader_that_was_away_fetches_what_it_missed():
    world = Timeline([snowflake(n) for n in range(100)])
    with Folder() as f, Server(streams(event(snowflake(3))), rest=world.rest) as server:
        started(server, f.db, 1)
        same(ask(f.db, GAPS), [], "gaps of a first run")
        run_until(set(range(100)), ("--server", server.url), f.db)
        same(ask(f.db, GAPS), [("closed", 99, None)], "gap")
        same(number(f.db, "SELECT reason FROM gap"), "the loader was not running", "reason")


def test_posts_that_were_deleted_or_edited_meanwhile():
    world = Timeline([snowflake(n) for n in range(10)])
    before = b"".join(event(snowflake(n)) for n in range(8))
    with Folder() as f, Server(streams(before), rest=world.rest) as server:
        started(server, f.db, 8)
        for n in (0, 5, 7):
            world.drop(snowflake(n)["id"])
        world.put(snowflake(4, content="<p>edited</p>", edited_at="2026-06-01T01:00:00.000Z"))
        world.put(snowflake(6, visibility="unlisted"))  # is there, and in no timeline
        run_until({1, 2, 3, 4, 6, 8, 9}, ("--server", server.url), f.db)
        same(number(f.db, "SELECT text FROM post WHERE uri LIKE '%/4'"), "edited", "text")
        for n in (0, 5, 7):
            load("--server", server.url, "--replay", "-", f.db, stdin=event(snowflake(n)))
        same(uris(f.db), {1, 2, 3, 4, 6, 8, 9}, "after a repetition of the deleted ones")


def test_since_a_time_an_id_and_without():
    world = Timeline([snowflake(n) for n in range(0, 5000, 100)])
    for since, first in (("2026-06-01T01:00:00Z", 3000), (snowflake(4000)["id"], 3400),
                         ("2026-05-01", 0)):
        with Folder() as f, Server(streams(), rest=world.rest) as server:
            wanted = {n for n in range(0, 5000, 100) if n > first or first == 0}
            run_until(wanted, ("--server", server.url, "--since", since), f.db)
            same(number(f.db, "SELECT reason FROM gap"), "asked for by --since", "reason")
    with Folder() as f:
        _, errors = load("--server", "a.example", "--since", "two words", f.db, code=USAGE)
        says(errors, "--since must be")


def test_without_backfill_a_gap_stays_open():
    world = Timeline([snowflake(n) for n in range(9)])
    with Folder() as f, Server(streams(event(snowflake(1)), stay=False),
                               streams(event(snowflake(2))), rest=world.rest) as server:
        load("--no-backfill", "--server", server.url, "--max-posts", "2", f.db)
        same(world.pages, 0, "pages")
        same(ask(f.db, GAPS), [("open", 0, None)], "gap")


def left_open(world, note, *arguments, script=None):
    """A break that cannot be mended; gives the server's questions."""
    with Folder() as f, Server(streams(event(snowflake(0)), stay=False), streams(),
                               rest=world.rest) as server:
        loader = harness.start("--server", server.url, *arguments, f.db, env=with_token())
        wait_until(lambda: tables_there(f.db) and
                 ask(f.db, "SELECT 1 FROM gap WHERE note IS NOT NULL"), "note")
        says(ended(loader), "a gap stays open")
        (state, _, got), = ask(f.db, GAPS)
        same(state, "open", "state")
        says(got, note)
        return [a for a in server.asked if "timelines" in a]


def test_a_server_that_repeats_a_page():
    world = Timeline([snowflake(n) for n in range(40)])
    world.page = lambda query: world.newest_first()[:40]
    same(len(left_open(world, "the same page again and again")), 2, "pages")


def test_a_server_that_does_not_show_its_timeline():
    world = Timeline()
    refuse = b'{"error":"This method requires an authenticated user"}'
    for status, note in (("401 No", "does not accept the access token"), ("403 No", "forbids"),
                         ("404 No", "has no timeline here"), ("422 No", "refuses the request")):
        world.first = [lambda c: c.sendall(fake.answer(status, refuse))]
        same(len(left_open(world, note)), 1, "pages after " + status)
    world.first = [lambda c: c.sendall(fake.answer("200 OK", b"<html>"))]
    left_open(world, "something that is no timeline")


def test_more_was_missed_than_the_user_wants():
    world = Timeline([snowflake(n) for n in range(200)])
    pages = left_open(world, "more than 100 posts were missed", "--backfill-max", "100")
    same(len(pages), 3, "pages")


def test_ids_that_are_no_numbers_follow_the_links():
    def ulid(n):
        return "01FBVD42CQ3ZEEVMW180SBX%03d" % n

    def flake(n):
        return posts.status(n, id=ulid(n), uri="https://a.example/%d" % n)

    world = Timeline([flake(n) for n in range(150)])

    def links(page, query):
        if not page:
            return []
        where = "http://%s/api/v1/timelines/public?limit=40" % host[0]
        return ['Link: <https://evil.example/>; rel="last", <%s&max_id=%s&by=link>; rel="next",'
                ' <%s&min_id=%s&by=link>; rel="prev"' % (where, page[-1]["id"], where,
                                                         page[0]["id"])]

    world.headers = links
    with Folder() as f, Server(streams(event(flake(0)), stay=False), streams(),
                               rest=world.rest) as server:
        host = [server.name]
        run_until(set(range(150)), ("--server", server.url), f.db)
        pages = [a for a in server.asked if "timelines" in a]
        check(all("by=link" in a for a in pages[1:-1]), "the link was not followed")
        says(pages[-1], "max_id=%s " % ulid(0))
        same(len(pages), 6, "pages")
    world.posts = {ulid(n): flake(n) for n in range(150)}
    with Folder() as f, Server(rest=world.rest) as evil:
        host = [evil.name]
        with Server(streams(event(flake(0)), stay=False), streams(), rest=world.rest) as server:
            loader = harness.start("--server", server.url, f.db, env=with_token())
            wait_until(lambda: tables_there(f.db) and
                     ask(f.db, "SELECT 1 FROM gap WHERE note IS NOT NULL"), "note")
            says(ended(loader), "a next page on another server, which is not asked")
            same(evil.asked, [], "requests to the other server")


def test_a_bad_post_in_a_page_costs_that_post_only():
    world = Timeline([snowflake(n) for n in range(5)])
    body = json.dumps(world.newest_first()).encode()
    body = body.replace(b'"<p>words number 3</p>"', b'"\\ud800\xff"')
    body = body.replace(b'[{', b'[null,17,{"id":{}},"]}",{', 1)
    world.first = [lambda c: c.sendall(fake.answer("200 OK", body))]
    bad = posts.WORDS[3].encode()
    check(b"\xff" in body or bad in body, "nothing was spoilt")
    with Folder() as f, Server(streams(event(snowflake(0)), stay=False), streams(),
                               rest=world.rest) as server:
        wanted = {0, 1, 2, 4} if b"\xff" in body else {0, 1, 2, 3, 4}
        run_until(wanted, ("--server", server.url), f.db)
        check(number(f.db, "SELECT count(*) FROM rejected") >= 4, "rejected")


def test_trouble_on_the_way_is_waited_for():
    world = Timeline([snowflake(n) for n in range(100)])
    world.first = [None, lambda c: c.sendall(fake.answer("429 Too Many", b"{}", "Retry-After: 1")),
                   None, lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[")]
    with Folder() as f, Server(streams(event(snowflake(0)), stay=False), streams(),
                               rest=world.rest) as server:
        errors = run_until(set(range(100)), ("--server", server.url), f.db)
        says(errors, "asks for fewer requests")
        # What the server asks for, and up to a second more.
        waits = [float(w) for w in re.findall(r"asking again in ([0-9.]+) s", errors)]
        check(waits and 1 <= waits[0] <= 2, "waits %s" % waits)


def test_a_limit_that_is_used_up_is_waited_for():
    world = Timeline([snowflake(n) for n in range(100)])
    ready = [0.0]

    def limits(page, query):
        if world.pages == 2:
            ready[0] = time.time() + 2
            return ["X-RateLimit-Remaining: 0", "X-RateLimit-Reset: " + time.strftime(
                "%Y-%m-%dT%H:%M:%S.999999Z", time.gmtime(time.time() + 1))]
        if world.pages == 3:
            check(time.time() > ready[0] - 1.1, "it did not wait")
        return ["X-RateLimit-Remaining: 7"]

    world.headers = limits
    with Folder() as f, Server(streams(event(snowflake(0)), stay=False), streams(),
                               rest=world.rest) as server:
        run_until(set(range(100)), ("--server", server.url), f.db)


def test_the_stream_goes_on_while_pages_are_awaited():
    world = Timeline([snowflake(n) for n in range(50)])
    go = threading.Event()
    world.first = [lambda c: go.wait()]
    news = b"".join(event(snowflake(n)) for n in range(40, 50))
    with Folder() as f, Server(streams(event(snowflake(0)), stay=False), streams(news),
                               rest=world.rest) as server:
        loader = harness.start("--server", server.url, f.db)
        wait_until(lambda: any("timelines" in a for a in server.asked), "question")
        wait_until(lambda: number(f.db, COUNT) == 11, "streamed posts")
        go.set()
        wait_until(lambda: number(f.db, COUNT) == 50, "all posts")
        ended(loader)


def test_polling_fetches_nothing_that_was_missed_when_asked_not_to():
    world = Timeline([snowflake(n) for n in range(100)])
    with Folder() as f, Server(rest=world.rest) as server:
        poll = ("--server", server.url, "--poll=1s")
        run_until(set(range(60, 100)), poll, f.db)
        for n in range(100, 400):
            world.put(snowflake(n))
        loader = harness.start(*poll, "--no-backfill", f.db)
        wait_until(lambda: uris(f.db) >= set(range(360, 400)), "the newest page")
        world.put(snowflake(400))
        wait_until(lambda: 400 in uris(f.db), "what came later")
        ended(loader)
        check(not uris(f.db) & set(range(110, 300)), "what was missed")
        same(ask(f.db, "SELECT state, reason FROM gap"), [("open", "the loader was not running")],
             "gap")
        run_until(set(range(401)), poll, f.db)  # and ten minutes before


def test_breaks_that_cannot_be_filled_have_one_row():
    """A server that cuts its streams and has no timeline: one row, however long."""
    with Folder() as f, Server(streams(event(snowflake(1)), stay=False)) as server:
        loader = harness.start("--server", server.url, f.db)
        wait_until(lambda: len(server.requests) >= 5, "five streams")
        ended(loader)
        same(ask(f.db, "SELECT state, from_id, to_ms - from_ms > 3000 FROM gap"),
             [("open", snowflake(1)["id"], 1)], "gap")


def test_polling_needs_no_stream():
    world = Timeline([snowflake(n) for n in range(100)], document={"version": "3.5.3 (compatible; Pixelfed)"})
    with Folder() as f, Server(rest=world.rest) as server:
        loader = harness.start("--server", server.url, "--poll=1s", f.db)
        wait_until(lambda: tables_there(f.db) and number(f.db, COUNT) == 40, "newest page")
        world.drop(snowflake(99)["id"])
        # First: a minute later nobody asks for it again.
        wait_until(lambda: uris(f.db) == set(range(40, 99)), "a delete")
        for n in range(100, 250):
            world.put(snowflake(n))
        wanted = set(range(40, 99)) | set(range(100, 250))  # a minute is read again
        wait_until(lambda: uris(f.db) == wanted, "all later posts")
        ended(loader)
        same(server.requests, [], "requests for a stream")
        for n in range(250, 300):
            world.put(snowflake(n))
        run_until(set(range(99)) | set(range(100, 300)), ("--server", server.url, "--poll=1s"), f.db)
        same(ask(f.db, GAPS), [("closed", 90, None)], "gap")  # and ten
    with Folder() as f, Server(rest=fake.not_found) as server:
        _, errors = load("--server", server.url, "--poll", f.db, code=REFUSED)
        says(errors, "has no timeline here (404)")
    world = Timeline([snowflake(0)])
    world.first = [None, lambda c: c.sendall(fake.answer("401 No"))]
    with Folder() as f, Server(rest=world.rest) as server:
        loader = harness.start("--server", server.url, "--poll=1s", f.db)
        wait_until(lambda: not world.first, "second poll")
        time.sleep(0.3)
        same(loader.poll(), None, "what worked before is tried again")
        ended(loader)


def test_several_hashtags_are_read_side_by_side():
    world = Timeline([snowflake(n) for n in range(30)])
    answers = {"cats": [event(snowflake(1)), event(snowflake(2))],
               "dogs": [event(snowflake(2)), event(snowflake(3))]}

    def by_tag(connection, server):
        with lock:
            mine = server.requests[len(seen)]
            seen.append(mine)
        streams(*answers[re.search(r"tag=(\w+)", mine).group(1)])(connection, server)

    lock, seen = threading.Lock(), []
    with Folder() as f, Server(by_tag, rest=world.rest) as server:
        load("--server", server.url, "--hashtag", "cats", "--hashtag", "#dogs", "--max-posts",
             "3", f.db)
        same(uris(f.db), {1, 2, 3}, "posts")
        same(ask(f.db, "SELECT channel FROM source ORDER BY 1"),
             [("hashtag:cats",), ("hashtag:dogs",)], "sources")
        run_until(set(range(30)), ("--server", server.url, "--hashtag", "cats", "--hashtag",
                                   "dogs"), f.db)
        asked = " ".join(a.split(" ")[1] for a in server.asked)
        says(asked, "/api/v1/timelines/tag/cats?limit=40&min_id=",
             "/api/v1/timelines/tag/dogs?limit=40&min_id=")
        same(number(f.db, "SELECT count(DISTINCT source_id) FROM gap"), 2, "sources with gaps")


def test_two_servers_one_after_the_other_give_one_row_for_a_post():
    with Folder() as f:
        for shift in (0, 7):
            parts = b"".join(posts.update(n, id=str(n + 100 * shift)) for n in range(5))
            with Server(streams(parts, posts.update(9 + shift))) as server:
                started(server, f.db, 6 if shift == 0 else 1)
        same(number(f.db, COUNT), 7, "posts")
        same(number(f.db, "SELECT count(*) FROM alias"), 5, "aliases")


def test_the_token_is_in_no_trace_of_catching_up():
    world = Timeline([snowflake(n) for n in range(100)])
    with Folder() as f, Server(streams(event(snowflake(0)), stay=False), streams(),
                               rest=world.rest) as server:
        errors = run_until(set(range(100)), ("--server", server.url), f.db, env=with_token())
        check(TOKEN not in errors, "the token is in the messages")
        check(all("Authorization: Bearer " + TOKEN in a for a in server.asked), "it was sent")
        check(all(TOKEN not in a.split("\r\n")[0] for a in server.asked), "it is in an address")
        for name in f.files():
            with open(f.file(name), "rb") as g:
                check(TOKEN.encode() not in g.read(), "the token is in " + name)


def heard_and_killed(server, db):
    """A run that was connected and killed before anything came."""
    loader = harness.start("--server", server.url, db)
    wait_until(lambda: survive.heard(db), "trace of a connection")
    loader.kill()
    loader.communicate()


def test_killed_before_the_first_post():
    now = int(time.time())
    later = [posts.status(n, id=str(1000 * (now + n) << 16), uri="https://a.example/%d" % n,
                          created_at=survive.stamp(1000 * (now + n))) for n in range(-5, 9)]
    world = Timeline(later[:3])
    with Folder() as f, Server(streams(), rest=world.rest) as server:
        heard_and_killed(server, f.db)
        same(ask(f.db, "SELECT last_id, last_ms > 0 FROM source"), [(None, 1)], "source")
        for post in later[9:]:
            world.put(post)
        run_until({-5, -4, -3, 4, 5, 6, 7, 8}, ("--server", server.url), f.db)
        same(ask(f.db, "SELECT state, from_id, to_id FROM gap"),
             [("closed", None, later[-1]["id"])], "gap")


def test_killed_before_the_first_post_by_a_clock_that_is_ahead():
    world = Timeline([snowflake(n) for n in range(90)])
    world.headers = lambda page, query: ["Date: Mon, 01 Jun 2026 00:01:00 GMT"]
    with Folder() as f, Server(streams(), rest=world.rest) as server:
        heard_and_killed(server, f.db)
        loader = harness.start("--server", server.url, f.db)
        wait_until(lambda: ask(f.db, "SELECT 1 FROM gap WHERE state = 'closed'"), "closed gap")
        ended(loader)
        check(set(range(61, 90)) <= uris(f.db), "missing: %s" % sorted(uris(f.db)))


def test_killed_while_another_program_held_the_database():
    go = threading.Event()

    def late(connection, server):
        go.wait()
        streams(event(snowflake(8)))(connection, server)

    world = Timeline([snowflake(n) for n in range(10)])
    world.headers = lambda page, query: ["Date: Mon, 01 Jun 2026 00:00:05 GMT"]
    with Folder() as f, Server(late, streams(), rest=world.rest) as server:
        loader = harness.start("--server", server.url, f.db)
        wait_until(lambda: server.requests, "question for the stream")
        with contextlib.closing(sqlite3.connect(f.db, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            go.set()
            time.sleep(0.5)
            loader.kill()
            loader.communicate()
        same(ask(f.db, "SELECT last_id, last_ms FROM source"), [(None, None)], "source")
        loader = harness.start("--server", server.url, f.db)
        wait_until(lambda: ask(f.db, "SELECT 1 FROM gap WHERE state = 'closed'"), "closed gap")
        ended(loader)
        check({6, 7, 8, 9} <= uris(f.db), "missing: %s" % sorted(uris(f.db)))


def test_killed_at_random_moments_nothing_is_missing():
    stream, wanted = survive.invent(1500)
    chance = random.Random(5)
    for _ in range(6):
        survive.kill_once(stream, 2000, chance.uniform(0, 1),
                          lambda db: {u for u, in ask(db, "SELECT uri FROM post")} == wanted)


def test_after_a_cut_posts_come_again_within_three_seconds():
    times, pauses = survive.reconnect_times(8)
    check(len(pauses) == len(times) and max(pauses) < 2.5, "pauses of %s" % pauses)
    check(times[len(times) // 2] < 3, "it took %s" % times)  # of a busy machine not each time tells
