"""A fake server with a memory: what was posted can be asked for page by page, and is
streamed to whoever listens, while it happens."""
import json
import re
import threading
import time
import urllib.parse

import fake


def reply(connection, value, *headers, status="200 OK"):
    connection.sendall(fake.answer(status, json.dumps(value).encode(),
                                   "Content-Type: application/json", *headers))


def instance(streaming=None, **changes):
    document = {"version": "4.5.0", "configuration": {"urls": {"streaming": streaming}}}
    document["configuration"].update(changes)
    return document


class Timeline:
    """The posts that a server has, by id.  `rest` answers for fake.Server."""

    def __init__(self, posts=(), document=None):
        self.lock = threading.Lock()
        self.posts = {}
        self.ordered = None    # they, newest first, until something changes
        self.document = document
        self.account = None    # the answer for the token
        self.first = []        # answers to give first to questions for a page: functions
        self.headers = lambda page, query: []
        self.pages = 0
        for post in posts:
            self.put(post)

    def put(self, post):
        with self.lock:
            self.posts[str(post["id"])] = post
            self.ordered = None

    def drop(self, number):
        with self.lock:
            self.posts.pop(str(number), None)
            self.ordered = None

    def newest_first(self):
        with self.lock:
            if self.ordered is None:
                self.ordered = sorted(self.posts.values(), reverse=True,
                                      key=lambda p: (len(str(p["id"])), str(p["id"])))
            return self.ordered

    def page(self, query):
        posts = [p for p in self.newest_first() if p["visibility"] == "public"]
        limit = min(int(query.get("limit", ["20"])[0]), 40)

        def key(number):
            return len(str(number)), str(number)

        if "min_id" in query:
            newer = [p for p in posts if key(p["id"]) > key(query["min_id"][0])]
            return newer[-limit:]
        if "max_id" in query:
            posts = [p for p in posts if key(p["id"]) < key(query["max_id"][0])]
        return posts[:limit]

    def rest(self, connection, server, path):
        address = urllib.parse.urlsplit(path)
        query = urllib.parse.parse_qs(address.query)
        one = re.fullmatch(r"/api/v1/statuses/([^/]+)", address.path)
        if address.path == "/api/v2/instance" and self.document:
            reply(connection, self.document)
        elif address.path == "/api/v1/accounts/verify_credentials" and self.account:
            reply(connection, self.account)
        elif re.fullmatch(r"/api/v1/timelines/(public|tag/[^/]+)", address.path):
            if self.first:
                act = self.first.pop(0)
                if act:
                    act(connection)
                    return
            self.pages += 1
            page = self.page(query)
            reply(connection, page, *self.headers(page, query))
        elif one and urllib.parse.unquote(one.group(1)) in self.posts:
            reply(connection, self.posts[urllib.parse.unquote(one.group(1))])
        else:
            fake.not_found(connection, server, path)


def chunks(stream):
    """The events of a recording, each with what it says: (bytes, kind, payload)."""
    for block in re.split(rb"(?<=\n\n)", stream):
        kind = re.search(rb"^event: (.*)$", block, re.M)
        data = re.search(rb"^data: (.*)$", block, re.M)
        yield block, kind and kind.group(1).decode(), data and data.group(1)


class World(Timeline):
    """A recording that happens at so many events a second, whoever listens."""

    def __init__(self, stream, speed):
        super().__init__()
        self.events = list(chunks(stream))
        self.speed = speed
        self.start = None
        self.happened = 0
        self.sent = []  # of each event what is streamed
        self.gone = set()
        self.changed = threading.Condition()

    def apply(self, kind, data):
        """What an event changes; false for one that no server would send."""
        if kind == "delete":
            self.gone.add(data.decode())
            self.drop(data.decode())
        elif kind in ("update", "status.update"):
            post = json.loads(data)
            number = str(post["id"])
            if number in self.gone:
                return False
            held = self.posts.get(number)
            if not held or (post["edited_at"] or "") > (held["edited_at"] or ""):
                self.put(post)
        return True

    def run(self, over):
        while self.happened < len(self.events) and not over.is_set():
            due = min(len(self.events), int((time.monotonic() - self.start) * self.speed))
            while self.happened < due:
                block, kind, data = self.events[self.happened]
                self.sent.append(block if self.apply(kind, data) else b"")
                self.happened += 1
            with self.changed:
                self.changed.notify_all()
            time.sleep(0.005)

    def stream(self, connection, server):
        with self.changed:
            place = self.happened  # who comes first misses nothing
            if self.start is None:
                self.start = time.monotonic()
                threading.Thread(target=self.run, args=(server.over,), daemon=True).start()
        connection.sendall(fake.OK + b"\r\n:)\n")
        while not server.over.is_set():
            with self.changed:
                if self.happened == place:
                    self.changed.wait(0.2)
                until = self.happened
            if until > place:
                connection.sendall(b"".join(self.sent[place:until]))
                place = until
            elif not self.alive(connection):
                return

    @staticmethod
    def alive(connection):
        connection.settimeout(0)
        try:
            return connection.recv(1) != b""
        except BlockingIOError:
            return True
        finally:
            connection.settimeout(None)
