"""Live streams, from servers that behave and others; all on this machine."""
import gzip
import os
import signal
import time

import fake
import harness
import posts
from fake import Server, sends, streams
from harness import Folder, ask, check, has_posts, load, number, same, soon, wait_until
from test_input import COUNT, NETWORK, REFUSED, USAGE, says

TOKEN = "s3cr3t-T0ken_of.ann"


def with_token(token=TOKEN):
    return harness.environment(MASTODON_TOKEN=token)


def test_a_live_stream_is_stored_like_a_recording():
    with Folder() as f, Server(streams(posts.stream(30))) as server:
        load("--server", server.url, "--max-posts", "30", f.db, env=with_token())
        same(number(f.db, COUNT), 30, "posts")
        request = server.requests[0]
        says(request, "GET /api/v1/streaming/public HTTP/1.1", "Accept: text/event-stream",
             "Authorization: Bearer " + TOKEN, "User-Agent: mastodon-loader/")
        same(ask(f.db, "SELECT server, channel FROM source"),
             [("127.0.0.1:%d" % server.port, "public")], "source")


def test_channels_have_their_addresses():
    for arguments, path in ((("--local",), "/public/local "), (("--remote",), "/public/remote "),
                            (("--hashtag", "#Kä se&x=1"), "/hashtag?tag=K%C3%A4%20se%26x%3D1 ")):
        with Folder() as f, Server(streams(posts.stream(1))) as server:
            load(*arguments, "--server", server.url, "--max-posts", "1", f.db)
            says(server.requests[0], "GET /api/v1/streaming" + path)
            check("Authorization" not in server.requests[0], "no token was given")


def test_small_and_cut_writes_make_no_difference():
    stream = b"\xef\xbb\xbf" + posts.stream(3) + posts.update(4, content="käse 😀")

    def drip(size):
        def act(connection, server):
            connection.sendall(fake.OK + b"Transfer-Encoding: chunked\r\n\r\n")
            for i in range(0, len(stream), size):
                part = stream[i:i + size]
                connection.sendall(b"%x\r\n%s\r\n" % (len(part), part))
            server.over.wait()
        return act

    for size in (1, 2, 3, 1000):
        with Folder() as f, Server(drip(size)) as server:
            load("--server", server.url, "--max-posts", "4", f.db)
            same(number(f.db, "SELECT text FROM post WHERE status_id = '1004'"), "käse 😀",
                 "text")


def test_a_packed_stream_is_unpacked():
    with Folder() as f, Server(sends(fake.OK + b"\r\n" + gzip.compress(posts.stream(5))),
                               streams(posts.stream(1, 5))) as server:
        load("--server", server.url, "--max-posts", "6", f.db)
        same(number(f.db, COUNT), 6, "posts")


def test_a_damaged_packed_stream_is_taken_up_again():
    packed = bytearray(gzip.compress(posts.stream(500)))
    packed[len(packed) // 2] ^= 255
    with Folder() as f, Server(sends(fake.OK + b"\r\n" + bytes(packed)),
                               streams(posts.stream(501))) as server:
        _, errors = load("--server", server.url, "--max-posts", "501", f.db)
        says(errors, "a packed stream that is damaged", "trying again in")


def test_a_broken_stream_is_taken_up_again():
    half = posts.update(5)[:100]
    with Folder() as f, Server(streams(posts.stream(5), half, stay=False),
                               streams(posts.stream(8))) as server:
        _, errors = load("--server", server.url, "--max-posts", "8", f.db)
        same(number(f.db, COUNT), 8, "posts")
        says(errors, "the server ended the stream", "trying again in")
        same(ask(f.db, "SELECT state, from_ms <= to_ms FROM gap"), [("open", 1)], "gap")
        says(number(f.db, "SELECT reason FROM gap"), "ended the stream")


def test_silence_is_noticed():
    with Folder() as f, Server(streams(posts.stream(5)), streams(posts.stream(6))) as server:
        _, errors = load("--server", server.url, "--stall-timeout", "1s", "--max-posts", "6",
                         f.db)
        says(errors, "no byte from 127.0.0.1")
        same(number(f.db, COUNT), 6, "posts")


def test_posts_are_visible_within_a_second_or_so():
    with Folder() as f, Server(streams(posts.stream(5))) as server:
        loader = harness.start("--server", server.url, f.db)
        wait_until(has_posts(f.db, 5), "posts")
        with soon("the end"):
            loader.send_signal(signal.SIGTERM)
            same(loader.wait(), 0, "exit code")
        loader.communicate()
        same(ask(f.db, "SELECT end_reason FROM session"), [("signal",)], "reason")


def test_a_missing_token_is_asked_for():
    body = b'{"error":"Missing access token"}'
    with Folder() as f, Server(sends(fake.answer("401 Unauthorized", body))) as server:
        _, errors = load("--server", server.url, f.db, code=REFUSED)
        says(errors, "wants an access token", "MASTODON_TOKEN", "--token-file")
        same(len(server.requests), 1, "requests")


def test_a_refused_token_is_not_tried_again_nor_shown():
    body = b'{"error":"The access token was \\u001b[31mrevoked"}'
    with Folder() as f, Server(sends(fake.answer("401 Unauthorized", body))) as server:
        _, errors = load("--server", server.url, f.db, env=with_token(), code=REFUSED)
        says(errors, "does not accept the access token", "?[31mrevoked")
        check(TOKEN not in errors, "the token is in the messages")
        same(len(server.requests), 1, "requests")


def test_refusals_are_explained_and_final():
    for status, headers, word in (
            ("400 Bad Request", (), "not understand the request (400) (it says: no)"),
            ("403 Forbidden", (), "forbids it (403)"),
            ("404 Not Found", (), "is it a Mastodon server"), ("410 Gone", (), "410"),
            ("422 Unprocessable", (), "wants an access token"), ("204 No Content", (), "204"),
            ("200 OK", ("Content-Type: text/html",), "text/html and not with an event stream"),
            ("200 OK", ("Content-Type: text/event-streams",), "not with an event stream"),
            ("200 OK", (), "something unnamed")):
        body = b"" if status.startswith("204") else b'{"error":"no"}'
        with Folder() as f, Server(sends(fake.answer(status, body, *headers))) as server:
            _, errors = load("--server", server.url, f.db, code=REFUSED)
            says(errors, word)
            same(len(server.requests), 1, "requests after " + status)


def test_the_type_may_have_parameters():
    head = b"HTTP/1.1 200 OK\r\nContent-Type: Text/Event-Stream; charset=utf-8\r\n\r\n"
    with Folder() as f, Server(sends(head + posts.stream(2)), streams()) as server:
        load("--server", server.url, "--max-posts", "2", f.db)
        same(number(f.db, COUNT), 2, "posts")


def test_redirections_are_told_and_not_followed():
    with Folder() as f, Server(streams(posts.stream(1))) as other:
        moved = fake.answer("301 Moved", b"", "Location: %s/api/v1/streaming/public" % other.url)
        with Server(sends(moved)) as server:
            _, errors = load("--server", server.url, f.db, env=with_token(), code=REFUSED)
            says(errors, "at another address, where the token must not go", str(other.port))
            same(other.requests, [], "requests to the other server")


def test_an_overloaded_server_is_given_its_time():
    busy = fake.answer("503 Service Unavailable", b"", "Retry-After: 2")
    with Folder() as f, Server(sends(busy), streams(posts.stream(2))) as server:
        start = time.monotonic()
        _, errors = load("--server", server.url, "--max-posts", "2", f.db)
        check(time.monotonic() - start >= 2, "it did not wait")
        says(errors, "answers 503", "trying again in")


def test_an_answer_without_end_is_given_up():
    def endless(connection, server):
        connection.sendall(b"HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\n\r\n")
        while not server.over.is_set():
            connection.sendall(b"x" * 1000)

    with Folder() as f, Server(endless, streams(posts.stream(2))) as server:
        _, errors = load("--server", server.url, "--max-posts", "2", f.db)
        says(errors, "answers 500")


def test_tries_are_counted():
    with Folder() as f, Server(streams()) as server:
        pass
    with Folder() as f:
        _, errors = load("--server", server.url, "--max-retries", "1", f.db, code=NETWORK)
        says(errors, "giving up after 2 tries")
        _, errors = load("--server", "no-such-host.invalid", f.db, code=NETWORK)
        says(errors, "no-such-host.invalid")


def test_a_server_that_hangs_up_at_once_is_not_hammered():
    with Folder() as f, Server(sends(b"")) as server:
        loader = harness.start("--server", server.url, f.db)
        wait_until(lambda: server.requests, "request")
        start = time.monotonic()
        wait_until(lambda: len(server.requests) >= 5, "five requests")
        check(time.monotonic() - start > 0.9, "pauses of less than a quarter of a second")
        with soon("the end of a pause"):
            loader.send_signal(signal.SIGINT)
            same(loader.wait(), 0, "exit code")
        loader.communicate()


def test_a_token_file_must_be_private():
    with Folder() as f, Server(streams(posts.stream(1))) as server:
        path = f.file("token", (TOKEN + "\r\n").encode())
        os.chmod(path, 0o644)
        _, errors = load("--server", server.url, "--token-file", path, f.db, code=USAGE)
        says(errors, "chmod 600", path)
        os.chmod(path, 0o600)
        load("--server", server.url, "--token-file", path, "--max-posts", "1", f.db,
             env=with_token("other"))
        says(server.requests[0], "Authorization: Bearer %s\r\n" % TOKEN)
        check("other" not in server.requests[0], "the file wins")


def test_what_is_no_token_is_refused():
    with Folder() as f, Server(streams()) as server:
        for content in (b"", b"\n", b"two words", b"a\r\nX-Evil: 1", b"x" * 5000, b"\xff"):
            path = f.file("token", content)
            os.chmod(path, 0o600)
            _, errors = load("--server", server.url, "--token-file", path, f.db, code=USAGE)
            says(errors, path)
        _, errors = load("--server", server.url, f.db, env=with_token("a b"), code=USAGE)
        says(errors, "MASTODON_TOKEN")
        check("a b" not in errors, "the content is not shown")
        _, errors = load("--server", server.url, "--token-file", f.file("none"), f.db,
                         code=USAGE)
        says(errors, "No such file")
        same(server.requests, [], "requests")


def test_no_database_is_made_before_the_server_was_asked():
    def busy(connection, server, path):
        connection.sendall(fake.answer("503 Busy"))

    with Folder() as f, Server(streams(posts.stream(1))) as server:
        _, errors = load("--server", "http://127.0.0.1:1", "--since", "last", "--max-retries", "1",
                         f.db, code=NETWORK)
        says(errors, "trying again", "giving up after 2 tries")
        same(f.files(), [], "files")
        server.rest = busy
        loader = harness.start("--server", server.url, "--max-posts", "1", f.db)
        time.sleep(1)
        same(f.files(), [], "files while the server is busy")
        server.rest = fake.not_found
        loader.communicate()
        same(loader.returncode, 0, "exit code")
        same(number(f.db, COUNT), 1, "posts")


def test_the_token_is_nowhere_to_be_found():
    with Folder() as f, Server(streams(posts.stream(5))) as server:
        loader = harness.start("--server", server.url, "--progress", "log", f.db,
                               env=with_token())
        wait_until(has_posts(f.db, 5), "posts")
        for name in ("cmdline", "environ"):
            try:
                with open("/proc/%d/%s" % (loader.pid, name), "rb") as g:
                    check(TOKEN.encode() not in g.read(), "the token is in /proc: " + name)
            except PermissionError:
                pass
        loader.send_signal(signal.SIGTERM)
        output, errors = loader.communicate()
        check(TOKEN.encode() not in output + errors, "the token is in the output")
        for name in os.listdir(f.path):
            with open(f.file(name), "rb") as g:
                check(TOKEN.encode() not in g.read(), "the token is in " + name)
