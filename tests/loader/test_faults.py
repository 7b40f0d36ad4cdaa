"""Streams that break, stall and lie."""
import concurrent.futures
import datetime
import json
import os
import random
import re
import signal
import socket
import threading
import time

import fake
import harness
import posts
import survive
from fake import Server, sends, streams
from harness import Folder, ask, check, load, number, same, soon, wait_until
from test_input import COUNT, NETWORK, REFUSED, says
from test_server import TOKEN, with_token
from timeline import Timeline, chunks, instance, reply

SMALL = (b":)\nevent: update\ndata: {\"id\":\"1\",\"uri\":\"u\",\"created_at\":"
         b"\"2026-06-01T00:00:00Z\",\"content\":\"k\xc3\xa4se\",\"account\":{\"acct\":\"a\"}}\n\n"
         b":thump\n\nevent: delete\ndata: 1\n\n")


def tables_there(db):
    return os.path.exists(db) and ask(db, "SELECT 1 FROM sqlite_master WHERE name = 'words'")


def waits(status):
    """Does the status file say that the loader is waiting for its next try?"""
    def true():
        try:
            with open(status, encoding="utf-8") as f:
                return json.load(f)["state"] == "waiting"
        except FileNotFoundError:
            return False
    return true


def ended(loader, sign=signal.SIGTERM, code=0):
    """Ends a loader and gives what it wrote to standard error."""
    with soon("the end"):
        loader.send_signal(sign)
        _, errors = loader.communicate()
    same(loader.returncode, code, "exit code after " + errors.decode())
    return errors.decode()


def test_a_stream_may_be_cut_at_every_byte():
    whole = fake.OK + b"\r\n" + SMALL
    first = len(whole) - len(b":thump\n\nevent: delete\ndata: 1\n\n")

    def cut(n):
        with Folder() as f, Server(sends(whole[:n])) as server:
            load("--language", "any", "--server", server.url, "--max-retries", "0", f.db,
                 code=4)
            return number(f.db, COUNT), number(f.db, "SELECT sum(rejected) FROM session")

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        cuts = range(len(fake.OK), len(whole) + 1)
        for n, got in zip(cuts, pool.map(cut, cuts)):
            wanted = 1 if first <= n < len(whole) else 0
            same(got, (wanted, 0), "posts and rejects of %d bytes" % n)


def test_heartbeats_alone_are_told_and_the_stream_taken_up_anew():
    def hearts(connection, server):
        connection.sendall(fake.OK + b"\r\n:)\n")
        while not server.over.wait(0.2):
            connection.sendall(b":thump\n\n")

    with Folder() as f, Server(hearts, streams(posts.stream(1))) as server:
        status = f.file("status")
        loader = harness.start("--server", server.url, "--idle-timeout", "1s",
                               "--status-file", status, f.db)
        wait_until(lambda: os.path.exists(status) and
                 json.load(open(status))["state"] == "idle", "state idle")
        wait_until(lambda: number(f.db, COUNT) == 1, "post")
        before = ended(loader).split("no post from")[0]
        same(len(re.findall("no posts for 1 s", before)), 1, "warnings before the new stream")
        says(number(f.db, "SELECT reason FROM gap"), "no post from")


def test_a_trickle_is_alive():
    def trickle(connection, server):
        connection.sendall(fake.OK + b"\r\n")
        for byte in SMALL[:-30] + posts.update(1)[:0]:
            connection.sendall(bytes([byte]))
            time.sleep(0.01)
        server.over.wait()

    with Folder() as f, Server(trickle) as server:
        _, errors = load("--language", "any", "--server", server.url, "--stall-timeout", "1s",
                         "--max-posts", "1", f.db)
        check("no byte" not in errors, errors)


def test_a_huge_line_costs_that_event_only():
    with Folder() as f, Server(streams(posts.update(1), b"data: " + b"x" * (2 << 20) + b"\n\n",
                                       posts.update(2))) as server:
        load("--server", server.url, "--max-posts", "2", f.db)
        same(ask(f.db, "SELECT posts, rejected FROM session"), [(2, 1)], "session")
        same(len(server.requests), 1, "connections")


def test_ten_thousand_events_at_once():
    with Folder() as f, Server(streams(posts.stream(10000))) as server:
        load("--server", server.url, "--max-posts", "10000", f.db)
        same(number(f.db, COUNT), 10000, "posts")


def test_a_server_that_accepts_and_drops_is_not_hammered():
    with Folder() as f, Server(streams(stay=False)) as server:
        loader = harness.start("--server", server.url, f.db)
        wait_until(lambda: server.requests, "request")
        start = time.monotonic()
        wait_until(lambda: len(server.requests) >= 5, "five requests")
        check(time.monotonic() - start > 0.9, "pauses of less than a quarter of a second")
        says(ended(loader), "the server ended the stream", "trying again in")


def test_a_server_may_be_restarted():
    with Folder() as f:
        with Server(streams(posts.stream(2))) as server:
            port = server.port
            loader = harness.start("--server", server.url, f.db)
            wait_until(lambda: tables_there(f.db) and number(f.db, COUNT) == 2, "posts")
        time.sleep(1.5)
        with Server(streams(posts.stream(3)), port=port):
            wait_until(lambda: number(f.db, COUNT) == 3, "third post")
            ended(loader)
        same(number(f.db, "SELECT count(*) FROM gap"), 1, "gaps")


def test_a_server_may_ask_for_patience_in_several_ways():
    def soon(seconds):
        return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)

    def busy(status, header):
        def act(connection, server):
            connection.sendall(fake.answer(status, b'{"error":"slow down"}', header()))
        return act

    for status, header in (
            ("429 Too Many", lambda: "X-RateLimit-Reset: " + soon(2).strftime("%Y-%m-%dT%H:%M:%S.%fZ")),
            ("429 Too Many", lambda: "X-RateLimit-Reset: %d" % (time.time() + 3)),
            ("503 Busy", lambda: "Retry-After: " + soon(3).strftime("%a, %d %b %Y %H:%M:%S GMT"))):
        with Folder() as f, Server(busy(status, header), streams(posts.stream(1))) as server:
            start = time.monotonic()
            _, errors = load("--server", server.url, "--max-posts", "1", f.db)
            waited = time.monotonic() - start
            check(1.5 < waited < harness.SOON, "waited %.1f s" % waited)
            says(errors, "slow down" if "429" in status else "503")


def test_a_long_pause_ends_at_once_when_asked():
    with Folder() as f, Server(sends(fake.answer("429 Too Many", b"", "Retry-After: 800"))) as server:
        status = f.file("status")
        loader = harness.start("--server", server.url, "--status-file", status, f.db)
        wait_until(waits(status), "pause")
        errors = ended(loader, signal.SIGINT)
        says(errors, "asks for fewer requests", "trying again in 8")


def test_what_worked_before_is_refused_with_patience():
    refused = sends(fake.answer("401 Unauthorized", b'{"error":"revoked"}'))
    with Folder() as f, Server(streams(posts.stream(1), stay=False), refused) as server:
        status = f.file("status")
        loader = harness.start("--server", server.url, "--status-file", status, f.db, env=with_token())
        wait_until(lambda: len(server.requests) == 2 and waits(status)(), "pause after the second request")
        errors = ended(loader)
        says(errors, "does not accept the access token", "trying again in")
        check(re.search(r"trying again in [12]\d\d\.\d s, and giving up in 10 min, after 3 more"
                        r" refusals", errors), errors)
    with Folder() as f, Server(refused, streams(posts.stream(1))) as server:
        load("--server", server.url, "--retry-forever", "--max-posts", "1", f.db)
        same(len(server.requests), 2, "requests")


def test_a_stream_goes_on_while_another_one_looks_for_the_server_anew():
    """The streaming address is asked for again, is longer now, and the answer that
    follows it takes its time: meanwhile another stream connects anew."""
    world, tags, lock = Timeline(), [], threading.Lock()

    def by_tag(connection, server):
        with lock:
            tag = re.search(r"tag=(\w+)", server.requests[len(tags)]).group(1)
            tags.append(tag)
        if tag == "cats" and tags.count("cats") > 1:
            connection.sendall(fake.answer("404 Not Found"))
            return
        streams(posts.update(len(tags)), stay=False)(connection, server)
        if tag == "dogs" and tags.count("dogs") == 1:
            wait_until(lambda: slow.is_set(), "question for the account")  # and then it ends

    def rest(connection, server, path):
        if path == "/api/v2/instance":
            moved = server.url.replace("http", "ws") + "/" + "x" * 500 * bool(tags)
            reply(connection, instance(moved))
        elif path == "/api/v1/accounts/verify_credentials":
            if tags:
                slow.set()
                server.over.wait(5)
            reply(connection, {"acct": "ann"})
        else:
            fake.not_found(connection, server, path)

    slow = threading.Event()
    with Folder() as f, Server(by_tag, rest=rest) as server:
        loader = harness.start("--server", server.url, "--hashtag", "cats", "--hashtag", "dogs",
                               "--no-backfill", f.db, env=with_token())
        wait_until(lambda: tags.count("dogs") == 2, "second stream of dogs")
        check(not server.over.is_set() and slow.is_set(), "the question was open")
        says(server.requests[-1], "GET /api/v1/streaming/hashtag?tag=dogs ")
        ended(loader)


def test_a_proxy_that_cuts_quiet_streams_is_known_by_its_habit():
    """The server's heartbeat comes every 15 s, the proxy waits for 6: each stream opens,
    is silent, and is cut.  A post that came in a break is there soon."""
    world, opened = Timeline(), []

    def cut(connection, server):
        opened.append(time.monotonic())
        streams(stay=False)(connection, server)
        if len(opened) == 5:
            now = int(time.time() * 1000)
            world.put(posts.status(1, id=str(now << 16), created_at=survive.stamp(now)))
        server.over.wait(6)

    retries = 6
    habit = "is cut whenever it is quiet for [0-9]* s: a proxy, theirs or yours"
    with Folder() as f, Server(cut, rest=world.rest) as server, open(f.file("log"), "wb") as log:
        loader = harness.start("--server", server.url, "--max-retries", str(retries), f.db, stderr=log)

        def said():
            with open(log.name, encoding="utf-8") as lines:
                return lines.read()

        # A busy machine may be late by more than what is alike, and then it takes some more.
        wait_until(lambda: len(opened) >= 5 and re.search(habit, said()), "a habit")
        known = len(opened)
        # More than there are tries: what is known to be a habit is no failure.
        wait_until(lambda: len(opened) >= max(known, retries) + 2, "two streams more")
        wait_until(lambda: number(f.db, COUNT) == 1, "the post of a break")
        loader.send_signal(signal.SIGTERM)
        same(loader.wait(), 0, "exit code")
        errors = said()
        check(len(re.findall(habit, errors)) <= 1 + known // 5, "hints in " + errors)
        check("nginx" in errors, errors)
        pauses = [b - a - 6 for a, b in zip(opened[known - 1:], opened[known:])]
        check(min(pauses) < 2, "pauses %s" % pauses)
        check(errors.count("\n") < 11 + 2 * len(opened), errors)
        rows = ask(f.db, "SELECT reason, to_ms - from_ms FROM gap")
        same(len(rows), 1, "rows for the cuts of a proxy")
        says(rows[0][0], "the stream ended while it was quiet")
        check(rows[0][1] > 30000, rows)


def test_the_order_of_events_makes_no_difference():
    """A server that reorders: posts after their edits, after their deletes, after later
    ones.  What remains, and its text, is the same."""
    stream, remaining = survive.invent(400, seed=3)
    events = list(chunks(stream))
    last = {}
    for _, kind, data in events:
        post = json.loads(data) if kind in ("update", "status.update") else {}
        if post.get("uri") in remaining:
            edit = post["edited_at"] or ""
            if edit >= last.get(post["uri"], ("", ""))[0]:
                last[post["uri"]] = edit, re.sub("<[^>]*>", "", post["content"])
    for seed in range(3):
        chance = random.Random(seed)
        places = sorted(range(len(events)), key=lambda n: n + chance.uniform(-60, 60))
        mixed = [events[n][0] for n in places]
        check(mixed != [e[0] for e in events], "they are in order")
        with Folder() as f, Server(streams(b"".join(mixed))) as server:
            loader = harness.start("--server", server.url, "--no-backfill", f.db)
            wait_until(lambda: tables_there(f.db) and
                     number(f.db, "SELECT sum(events) FROM session") ==
                     sum(kind is not None for _, kind, _ in events), "all events")
            ended(loader)
            same(dict(ask(f.db, "SELECT uri, text FROM post")),
                 {uri: text for uri, (_, text) in last.items()}, "posts of seed %d" % seed)


def test_a_server_that_never_answers_its_handshake():
    with socket.create_server(("127.0.0.1", 0)) as deaf, Folder() as f:
        loader = harness.start("--server", "https://127.0.0.1:%d" % deaf.getsockname()[1],
                               "--stall-timeout", "1s", f.db)
        time.sleep(1)
        ended(loader)


# ---- before the stream ----

def check_of(server, *arguments, code=0, env=None):
    return load("--check", "--server", server.url, *arguments, code=code, env=env)


def test_check_tells_what_there_is_and_stores_nothing():
    world = Timeline(document=instance(timelines_access={
        "live_feeds": {"local": "public", "remote": "authenticated"}}))
    world.document["source_url"] = "https://github.com/mastodon/mastodon"
    world.account = {"acct": "ann\x1b[31m"}
    with Folder() as f, Server(streams(), rest=world.rest) as server:
        world.document["configuration"]["urls"]["streaming"] = "ws://" + server.name
        output, errors = check_of(server, env=with_token())
        for line in ("server     " + server.name, "connection HTTP/1.1\n",
                     "software   mastodon\n", "version    4.5.0", "tried      public\n",
                     "streaming  http://" + server.name,
                     "live feeds local public, remote authenticated",
                     "hashtags   local not told, remote not told", "token      valid, of @ann?[31m"):
            says(output, line)
        same(len(server.requests), 1, "requests for a stream")
        same(os.listdir(f.path), [], "files")
        says(check_of(server)[0], "token      none given")
        world.account = None
        says(check_of(server, env=with_token())[0], "does not tell whether it is valid")
    load("--check", code=2)


def test_a_bad_token_is_found_before_the_stream():
    def rest(connection, server, path):
        reply(connection, {"error": "The access token is invalid"}, status="401 No")

    with Folder() as f, Server(streams(), rest=rest) as server:
        for arguments in (("--check",), (f.db,)):
            _, errors = load("--server", server.url, *arguments, env=with_token(), code=REFUSED)
            says(errors, "does not accept the access token (it says: The access token is invalid)")
            check(TOKEN not in errors, "the token is shown")
        same(server.requests, [], "requests for a stream")


def test_feeds_that_are_switched_off_are_told():
    for closed, arguments, code, words in (
            (("disabled", "disabled"), (), REFUSED, "has switched its live feeds off"),
            (("disabled", "public"), ("--local",), REFUSED, "has switched its local live feeds off"),
            (("public", "disabled"), ("--remote",), REFUSED, "its remote live feeds off"),
            (("disabled", "public"), ("--remote",), 0, ""),
            (("public", "disabled"), (), 0, "the remote half of its live feeds off"),
            (("disabled", "disabled"), ("--hashtag", "a"), 0, "")):
        feeds = dict(zip(("local", "remote"), closed))
        world = Timeline(document=instance(timelines_access={"live_feeds": feeds}))
        with Server(streams(), rest=world.rest) as server:
            world.document["configuration"]["urls"]["streaming"] = "ws://" + server.name
            _, errors = check_of(server, *arguments, code=code)
            says(errors, words)


def test_a_server_without_event_streams_is_named_and_poll_suggested():
    for document in (instance(None), {"version": "2.8.0 (compatible; Friendica)"},
                     {"version": "3.5.3 (compatible; Pixelfed)", "urls": {"streaming_api": None}}):
        with Folder() as f, Server(streams(), rest=Timeline(document=document).rest) as server:
            _, errors = load("--server", server.url, f.db, code=REFUSED)
            says(errors, "it has no event streams; use --poll")
            same(server.requests, [], "requests for a stream")
    with Folder() as f, Server(sends(fake.answer("404 Not Found"))) as server:
        says(load("--server", server.url, f.db, code=REFUSED)[1], "--poll reads those")


def test_the_stream_comes_from_the_host_that_the_server_names():
    with Folder() as f, Server(streams(posts.stream(1))) as other:
        world = Timeline(document=instance(other.url.replace("http", "ws")))
        with Server(streams(), rest=world.rest) as server:
            load("--server", server.url, "--max-posts", "1", f.db, env=with_token())
            same(server.requests, [], "requests for a stream")
            says(other.requests[0], "Authorization: Bearer " + TOKEN)
            same(number(f.db, "SELECT server FROM source"), server.name, "server")


def test_the_token_goes_to_no_host_that_is_not_protected():
    for address in ("wss://stream.example", "ws://stream.example", "ws://127.0.0.1.example",
                    "ws://user@127.0.0.1", "javascript:x"):
        world = Timeline(document=instance(address))
        with Folder() as f, Server(streams(), rest=world.rest) as server:
            _, errors = load("--server", server.url, f.db, env=with_token(), code=REFUSED)
            says(errors, "where a token must not go")


def test_redirections_are_followed_at_home_three_times_and_never_elsewhere():
    def moving(times, target):
        def rest(connection, server, path):
            hop = len([a for a in server.asked if "instance" in a])
            if hop <= times:
                where = target or "/api/v2/instance/%d" % hop
                connection.sendall(fake.answer("301 Moved", b"", "Location: " + where))
            else:
                reply(connection, instance("ws://127.0.0.1:1/found"))
        return rest

    with Server(rest=moving(3, None)) as server:
        says(check_of(server, code=NETWORK)[0], "http://127.0.0.1:1/found")
    with Server(streams(), rest=moving(1000, None)) as server:
        says(check_of(server)[0], "version    not told")
        check(len(server.asked) <= 9, "%d requests" % len(server.asked))
    with Server(rest=moving(0, None)) as other:
        with Server(streams(), rest=moving(1000, other.url + "/api/v2/instance")) as server:
            check_of(server, env=with_token())
            same(other.asked + other.requests, [], "requests to another server")


def test_answers_without_end_are_given_up():
    def endless(head, part):
        def rest(connection, server, path):
            connection.sendall(head)
            while not server.over.is_set():
                connection.sendall(part)
        return rest

    for rest in (endless(b"HTTP/1.1 200 OK\r\n\r\n", b"[" * 65536),
                 endless(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"b" * 1000 + b"\r\n")):
        with Server(rest=rest) as server:
            with soon("an endless answer"):
                _, errors = check_of(server, code=4)
            says(errors, "no end")


def test_strange_instance_documents_are_as_good_as_none():
    for body in (b"<html>Checking your browser</html>", b"", b"[" * 100000, b'{"version":null}',
                 b"\xff\xfe", b'{"version":"1","configuration":[]}'[:20]):
        def rest(connection, server, path):
            connection.sendall(fake.answer("200 OK", body))
        with Server(streams(), rest=rest) as server:
            says(check_of(server)[0], "version    not told", "streaming  " + server.url)
