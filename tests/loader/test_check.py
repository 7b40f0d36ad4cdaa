"""--check tries what it promises, no database is made for a server that refuses, and
servers that are no Mastodon are known."""
import contextlib
import json
import os
import socket
import threading
import time

import fake
import harness
import posts
from fake import Server, sends, streams
from harness import Folder, check, load, number, same, soon, wait_until
from test_catchup import GAPS, FIRST, run_until, snowflake
from test_faults import check_of, ended
from test_input import COUNT, NETWORK, REFUSED, USAGE, says
from test_server import with_token
from timeline import Timeline, instance, reply

SCOPES = b'{"error":"Access token does not have the required scopes"}'


def streaming_at_home(server, world, **changes):
    world.document = dict(instance("ws://" + server.name), **changes)


def test_what_refuses_the_run_refuses_the_check():
    """The same exit code and the same words, whatever the instance document says."""
    html = fake.answer("200 OK", b"<html>welcome</html>", "Content-Type: text/html")
    for answer, env, words in (
            (fake.answer("401 No", b'{"error":"Missing access token"}'), None,
             "wants an access token"),
            (fake.answer("401 No", SCOPES), with_token(), "read:statuses"),
            (fake.answer("401 No", b'{"error":"revoked"}'), with_token(),
             "does not accept the access token"),
            (fake.answer("403 No"), with_token(), "forbids it"),
            (html, None, "text/html and not with an event stream")):
        world = Timeline()
        with Folder() as f, Server(sends(answer), rest=world.rest) as server:
            streaming_at_home(server, world)
            output, errors = check_of(server, code=REFUSED, env=env)
            says(errors, words)
            check("tried" not in output, output)
            says(load("--server", server.url, f.db, code=REFUSED, env=env)[1], words)


def test_a_page_of_html_is_no_server_of_posts():
    def rest(connection, server, path):
        connection.sendall(fake.answer("200 OK", b"<html>", "Content-Type: text/html"))

    page = sends(fake.answer("200 OK", b"<html>", "Content-Type: text/html"))
    with Folder() as f, Server(page, rest=rest) as server:
        for arguments, words in (((), "not with an event stream"),
                                 (("--poll",), "something that is no timeline")):
            says(check_of(server, *arguments, code=REFUSED)[1], words)
            says(load("--server", server.url, *arguments, f.db, code=REFUSED)[1], words)


def test_every_channel_is_tried_by_its_stream_or_its_timeline():
    world = Timeline([snowflake(1)])
    with Server(streams(), rest=world.rest) as server:
        streaming_at_home(server, world)
        tags = ("--hashtag", "cats", "--hashtag", "dogs")
        says(check_of(server, *tags)[0], "tried      cats\ntried      dogs\n")
        same([r.split(" ")[1] for r in server.requests],
             ["/api/v1/streaming/hashtag?tag=cats", "/api/v1/streaming/hashtag?tag=dogs"], "asked")
        says(check_of(server, "--poll", *tags)[0], "tried      cats\ntried      dogs\n")
        same(len(server.requests), 2, "streams")
        same(world.pages, 2, "pages")


def test_a_stream_without_a_first_byte_is_told():
    def quiet(connection, server):
        connection.sendall(fake.OK + b"Content-Length: 0\r\n\r\n")

    world = Timeline()
    with Server(quiet, rest=world.rest) as server:
        streaming_at_home(server, world)
        says(check_of(server, code=NETWORK)[1], "opened the stream, and sent no byte")


def test_a_check_ends_at_once_when_asked():
    def quiet(connection, server):
        connection.sendall(fake.OK + b"\r\n")
        server.over.wait()

    world = Timeline()
    with Server(quiet, rest=world.rest) as server:
        streaming_at_home(server, world)
        loader = harness.start("--check", "--server", server.url)
        wait_until(lambda: server.requests, "request for a stream")
        same(ended(loader), "", "errors")


def test_nothing_is_printed_of_a_server_that_was_not_reached():
    with Server(streams()) as server:
        pass
    output, errors = check_of(server, code=NETWORK)
    same(output, "", "output")
    says(errors, "Failed to connect")


def test_https_asked_of_a_plain_port_says_what_to_write():
    def answers(listener, answer):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connection.recv(65536)  # all of it: closing resets what is not read
                connection.sendall(answer)
                connection.close()

    for answer in (fake.answer("400 Bad Request", b"what?"), b""):
        with socket.create_server(("127.0.0.1", 0)) as plain, Folder() as f:
            threading.Thread(target=answers, args=(plain, answer), daemon=True).start()
            name = "127.0.0.1:%d" % plain.getsockname()[1]
            for arguments in (("--check",), ("--max-retries", "0", f.db)):
                _, errors = load(*arguments, "--server", name, code=NETWORK)
                says(errors, "does not speak https", "write --server http://" + name)
                check("SSL" not in errors, errors)
            plain.shutdown(socket.SHUT_RDWR)


def test_the_proxy_is_named_without_its_password():
    world = Timeline()
    with Server(streams(), rest=world.rest) as server:
        streaming_at_home(server, world)
        env = harness.environment(http_proxy="http://ann:secret@proxy.invalid:3128",
                                  no_proxy="127.0.0.1")
        output, _ = check_of(server, env=env)
        says(output, "HTTP/1.1, unless no_proxy says otherwise through the proxy"
                     " proxy.invalid:3128\n")
        check("secret" not in output, output)


def test_no_database_is_made_for_a_server_that_refuses():
    def refuse(connection, server, path):
        reply(connection, {"error": "This is private"}, status="403 No")

    off = Timeline(document=instance(timelines_access={
        "live_feeds": {"local": "disabled", "remote": "disabled"}}))
    with Server(streams()) as gone:
        pass
    with Folder() as f:
        with Server(streams(), rest=off.rest) as server:
            streaming_at_home(server, off, configuration=off.document["configuration"])
            off.document["configuration"]["urls"]["streaming"] = "ws://" + server.name
            load("--server", server.url, f.db, code=REFUSED)
        load("--server", "no-such-host.invalid", f.db, code=NETWORK)
        same(f.files(), [], "files")
        status = f.file("status")
        loader = harness.start("--server", gone.url, "--status-file", status, f.db)
        wait_until(lambda: os.path.exists(status), "the status")
        time.sleep(0.5)
        same(f.files(), ["status"], "files while tries go on")
        says(ended(loader), "trying again in")
        with open(status) as g:
            same(json.load(g)["end_reason"], "signal", "reason")


def test_a_server_that_does_not_answer_takes_no_longer_than_the_run_may():
    with Folder() as f, Server(streams(), rest=lambda c, s, path: s.over.wait()) as server:
        status = f.file("status")
        with soon("a run of a second"):
            load("--server", server.url, "--duration", "1s", "--status-file", status, f.db)
        check(not os.path.exists(f.db), "a database before the server has answered")
        with open(status) as g:
            same(json.load(g)["end_reason"], "limit", "reason")


# ---- other servers ----

def known(document, rest=None):
    """What --check says of a server with this instance document, with a stream and polled."""
    world = Timeline([snowflake(1)], document=document)

    def answer(connection, server, path):
        if not (rest and rest(connection, server, path)):
            world.rest(connection, server, path)

    with Folder() as f, Server(streams(), rest=answer) as server:
        output, errors = check_of(server, code=REFUSED)
        load("--server", server.url, f.db, code=REFUSED)
        same(f.files(), [], "files")
        same(server.requests, [], "requests for a stream")
        polled, _ = check_of(server, "--poll")
        says(polled, "tried      public")
    return output, errors


def test_servers_that_are_no_mastodon_are_known_and_polling_is_offered():
    sockets = "over WebSockets only, which are not read; use --poll"
    for version, software, streaming in (
            ("2.7.2 (compatible; Akkoma 3.10.4-0-gebfb617)", "Akkoma 3.10.4-0-gebfb617", sockets),
            ("2.7.2 (compatible; Pleroma 2.7.0)", "Pleroma 2.7.0", sockets),
            ("4.2.1 (compatible; Iceshrimp 2023.12.1)", "Iceshrimp 2023.12.1", sockets),
            ("3.0.0 (compatible; Firefish 1.0.5)", "Firefish 1.0.5", sockets),
            ("3.5.3 (compatible; Pixelfed 0.12.3)", "Pixelfed 0.12.3", "none; use --poll"),
            ("2.8.0 (compatible; Friendica 2023.05)", "Friendica 2023.05", "none; use --poll")):
        output, errors = known({"version": version,
                                "urls": {"streaming_api": "wss://there.example"}})
        says(output, "software   %s\n" % software, "streaming  %s\n" % streaming)
        says(errors, "runs " + software.split(" ")[0], "it has no event streams; use --poll")


def test_gotosocial_is_known_by_its_source_or_its_nodeinfo():
    here = {"version": "0.17.3 git-8ea9bc2", "configuration":
            {"urls": {"streaming": "wss://there.example"}}}
    output, errors = known(dict(here, source_url="https://codeberg.org/superseriousbusiness/"
                                                 "gotosocial"))
    says(output, "software   gotosocial\n", "over WebSockets only")
    says(errors, "runs GoToSocial, which streams over WebSockets only")

    def nodeinfo(connection, server, path):
        if path == "/.well-known/nodeinfo":
            reply(connection, {"links": [
                {"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0",
                 "href": server.url + "/nodeinfo/2.0"}]})
        elif path == "/nodeinfo/2.0":
            reply(connection, {"version": "2.0", "software":
                               {"name": "gotosocial", "version": "0.17.3"}})
        return path.endswith("nodeinfo") or path.startswith("/nodeinfo")

    says(known(here, nodeinfo)[0], "software   gotosocial 0.17.3\n")


def test_nodeinfo_is_a_hint_and_never_asked_elsewhere():
    for href in ("https://evil.example/nodeinfo/2.0", 7, "nodeinfo", None):
        world = Timeline()

        def rest(connection, server, path):
            if path == "/.well-known/nodeinfo":
                reply(connection, {"links": [{"rel": "nodeinfo", "href": href}, 7]})
            else:
                world.rest(connection, server, path)

        with Server(streams(), rest=rest) as server:
            streaming_at_home(server, world)
            says(check_of(server)[0], "software   not told\n", "tried      public")


def ulid(n):
    return "01FBVD42CQ3ZEEVMW180SB%04d" % n


def flake(n):
    return "AkYpMuWJsJSZkP%04d" % n


def strange(n, name):
    return posts.status(n, id=name(n), uri="https://a.example/%d" % n)


def test_ids_that_are_no_numbers_are_polled_and_caught_up_with():
    for name in (ulid, flake):
        world = Timeline([strange(n, name) for n in range(200)],
                         document={"version": "2.7.2 (compatible; Pleroma 2.7.0)"})
        with Folder() as f, Server(rest=world.rest) as server:
            command = ("--server", server.url, "--poll=1s")
            run_until(set(range(160, 200)), command, f.db)
            for n in range(200, 300):
                world.put(strange(n, name))
            world.drop(name(190))
            run_until(set(range(300)) - {190}, command, f.db)  # ten minutes before, too
            same(harness.ask(f.db, GAPS), [("closed", 260, None)], "gap")


def test_since_a_time_of_a_server_whose_ids_hold_none():
    def pixelfed(n):  # its numbers count from another year
        return str((FIRST - 1262304000000 + 1000 * n) << 21)

    for name in (ulid, flake, pixelfed):
        world = Timeline([strange(n, name) for n in range(1500)],
                         document={"version": "2.7.2 (compatible; Pleroma 2.7.0)"})
        with Folder() as f, Server(rest=world.rest) as server:
            run_until(set(range(601, 1500)), ("--server", server.url, "--poll", "--since",
                                              "2026-06-01T00:20:00Z"), f.db)
            same(harness.ask(f.db, GAPS), [("closed", 899, None)], "gap")
            check(world.pages < 30, "%d pages" % world.pages)


def test_since_is_a_time_of_the_past_or_an_id_of_that_server():
    with Folder() as f:
        for since in ("yesterday", "now", "2hours", "1week", "-2h", "90", "12:00", "9999-12-31",
                      "7000-01-01", "0h", "", "1e3"):
            _, errors = load("--server", "a.example", "--since", since, f.db, code=USAGE)
            says(errors, "--since must be last, a time of the past such as"
                         " 2026-06-01T12:00:00Z or 2h, or the id of a post, not '%s'" % since)
        same(f.files(), [], "files")
    world = Timeline([snowflake(1)])
    with Folder() as f, Server(streams(posts.event("update", snowflake(1))),
                               rest=world.rest) as server:
        load("--server", server.url, "--max-posts", "1", f.db)
        _, errors = load("--server", server.url, "--since", ulid(1), f.db, code=USAGE)
        says(errors, "--since %s is no id of %s" % (ulid(1), server.name), snowflake(1)["id"])
        same(number(f.db, "SELECT count(*) FROM gap WHERE reason LIKE 'asked%'"), 0, "gaps")
        same(number(f.db, COUNT), 1, "posts")
