"""Protected connections: whom the loader believes."""
import contextlib
import json
import os
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time

import harness
import posts
from fake import Server, streams
from harness import Folder, check, load, number, same
from test_input import COUNT, NETWORK, says
from test_server import TOKEN, with_token
from timeline import Timeline, instance


# What `openssl ca` wants to know: the one command that takes both dates in every version.
CONFIG = """
[ca]
default_ca = own
[own]
certificate = {0}/ca.pem
private_key = {0}/ca.key
database = {0}/index
new_certs_dir = {0}
rand_serial = yes
unique_subject = no
default_md = sha256
policy = names
[names]
commonName = supplied
"""


class Authority:
    """A certificate authority of its own, for as long as the test takes."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="loader-tls-")
        self.ca = self.path("ca.pem")
        self.write("index", "")
        self.write("config", CONFIG.format(self.folder))
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                     "/CN=Test authority", "-keyout", self.path("ca.key"), "-out", self.ca)
        return self

    def __exit__(self, *reason):
        shutil.rmtree(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "w") as f:
            f.write(content)

    @staticmethod
    def openssl(*arguments):
        run = subprocess.run(["openssl", *arguments], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, timeout=harness.LIMIT)
        check(run.returncode == 0, run.stdout.decode())

    def context(self, names="IP:127.0.0.1,DNS:localhost", days=(-1, 1)):
        """What a server needs to show itself under these names, from and to these days,
        counted from now."""
        key, request, certificate, extra = map(self.path, ("key", "csr", "crt", "ext"))
        first, last = (time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + day * 86400))
                       for day in days)
        self.write("ext", "subjectAltName=" + names)
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Test server",
                     "-keyout", key, "-out", request)
        self.openssl("ca", "-batch", "-notext", "-config", self.path("config"), "-startdate",
                     first, "-enddate", last, "-extfile", extra, "-in", request, "-out",
                     certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context


def test_a_server_with_a_good_certificate_is_believed():
    with Authority() as authority, Folder() as f:
        context = authority.context()
        with Server(streams(posts.stream(2)), tls=context) as other:
            world = Timeline(document=instance("wss://localhost:%d" % other.port))
            with Server(rest=world.rest, tls=context) as server:
                load("--server", server.url, "--cacert", authority.ca, "--max-posts", "2",
                     f.db, env=with_token())
                same(number(f.db, COUNT), 2, "posts")
                says(server.asked[0], "Authorization: Bearer " + TOKEN)
                says(other.requests[0], "Authorization: Bearer " + TOKEN)
                says(load("--check", "--server", server.name, "--cacert", authority.ca)[0],
                     "https://localhost:%d" % other.port)


class Modern:
    """A server that speaks HTTP/2 to whoever wants it, and HTTP/1.1 to others.  Of HTTP/2 it
    knows what it needs (RFC 9113): each request gets the next of the answers."""

    SETTINGS, ACKNOWLEDGED = 4, 1
    HEADERS, HEADERS_END = 1, 4
    DATA, STREAM_END = 0, 1

    def __init__(self, context, old, *answers):
        context.set_alpn_protocols(["h2", "http/1.1"])
        self.old, self.answers = old, list(answers)
        self.protocols = []
        self.server = Server(old, tls=context)
        self.server.meet = self.meet

    def meet(self, connection):
        with contextlib.suppress(OSError, EOFError), \
                self.server.tls.wrap_socket(connection, server_side=True) as c:
            self.protocols.append(c.selected_alpn_protocol())
            if self.protocols[-1] == "h2":
                self.speak(c)
            else:
                self.server.read_head(c)
                self.old(c, self.server)

    @staticmethod
    def read(c, size):
        got = b""
        while len(got) < size:
            part = c.recv(size - len(got))
            if not part:
                raise EOFError
            got += part
        return got

    @staticmethod
    def send(c, kind, flags, stream, payload=b""):
        c.sendall(struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) +
                  struct.pack(">I", stream) + payload)

    def speak(self, c):
        same(self.read(c, 24), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "preface")
        self.send(c, self.SETTINGS, 0, 0)
        while True:
            head = self.read(c, 9)
            size, kind, flags = int.from_bytes(head[:3], "big"), head[3], head[4]
            self.read(c, size)
            if kind == self.SETTINGS and not flags & self.ACKNOWLEDGED:
                self.send(c, self.SETTINGS, self.ACKNOWLEDGED, 0)
            elif kind == self.HEADERS:
                stream = struct.unpack(">I", head[5:])[0]
                self.send(c, self.HEADERS, self.HEADERS_END, stream, b"\x88")  # :status 200
                self.send(c, self.DATA, self.STREAM_END, stream,
                          json.dumps(self.answers.pop(0)).encode())


def test_questions_speak_http_2_where_that_is_offered_and_streams_do_not():
    with Authority() as authority, Folder() as f:
        modern = Modern(authority.context(), streams(posts.stream(2)))
        with modern.server as server:
            known = dict(instance("wss://" + server.name), source_url="/mastodon")
            modern.answers = [known, known, known, []]
            command = ("--server", server.name, "--cacert", authority.ca)
            load(*command, "--max-posts", "2", f.db)  # looks first, as there is no database
            same(number(f.db, COUNT), 2, "posts")
            same(sorted(modern.protocols), ["h2", "h2", "http/1.1"], "protocols of a run")
            output, _ = load(*command, "--check", "--poll")
            says(output, "connection HTTP/2\n", "tried      public\n")
            same(modern.protocols[3:], ["h2"], "protocols of a check that polls")
            same(modern.answers, [], "answers that were left")


def refused(authority, context, trusted, *words):
    with Folder() as f, Server(streams(), tls=context) as server:
        _, errors = load("--server", server.url, "--cacert", trusted, f.db, code=NETWORK,
                         env=with_token())
        says(errors, *words)
        check("trying again" not in errors, errors)
        same("".join(server.requests + server.asked), "", "what came through")
        _, errors = load("--check", "--server", server.url, "--cacert", trusted, code=NETWORK)
        says(errors, *words)


def test_certificates_that_prove_nothing_end_it_at_once():
    with Authority() as authority, Authority() as stranger:
        refused(authority, authority.context(), stranger.ca, "certificate")
        refused(authority, authority.context(names="DNS:other.example"), authority.ca,
                "certificate subject name")
        refused(authority, authority.context(days=(-2, -1)), authority.ca, "expired")


def test_a_streaming_host_must_prove_itself_too():
    with Authority() as authority, Folder() as f:
        with Server(streams(), tls=authority.context(names="DNS:other.example")) as other:
            world = Timeline(document=instance("wss://localhost:%d" % other.port))
            with Server(rest=world.rest, tls=authority.context()) as server:
                _, errors = load("--server", server.url, "--cacert", authority.ca, f.db,
                                 code=NETWORK, env=with_token())
                says(errors, "certificate subject name")
                same("".join(other.requests), "", "what came through")


def test_a_list_of_authorities_that_cannot_be_read_is_told():
    with Authority() as authority:
        refused(authority, authority.context(), authority.path("none.pem"), "none.pem")


def test_a_server_that_is_not_protected_is_given_up_after_its_tries():
    with Folder() as f, socket.create_server(("127.0.0.1", 0)) as plain:
        def answer():
            connection, _ = plain.accept()
            with connection:
                connection.recv(9)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        name = "127.0.0.1:%d" % plain.getsockname()[1]
        _, errors = load("--server", name, "--max-retries", "0", f.db, code=NETWORK)
        says(errors, name, "giving up after 1 try")
