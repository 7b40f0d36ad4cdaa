"""A server on this machine that does to each connection what a script says."""
import socket
import threading

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"


def answer(status, body=b"", *headers):
    lines = ["HTTP/1.1 %s" % status, "Content-Length: %d" % len(body), "Connection: close"]
    return ("\r\n".join(lines + list(headers)) + "\r\n\r\n").encode() + body


def not_found(connection, server, path):
    connection.sendall(answer("404 Not Found", b'{"error":"Record not found"}'))


class Server:
    """Each element of `script` is called with one connection for a stream in turn, the
    last one with all further ones.  All other requests go to `rest`, which knows
    nothing unless it is given.  The heads of both kinds are kept."""

    def __init__(self, *script, rest=not_found, port=0, tls=None):
        self.script = script
        self.rest = rest
        self.tls = tls
        self.requests = []
        self.asked = []
        self.over = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        self.name = "127.0.0.1:%d" % self.port
        self.url = "%s://127.0.0.1:%d" % ("https" if tls else "http", self.port)

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *reason):
        self.over.set()
        self.socket.shutdown(socket.SHUT_RDWR)  # wakes accept, which close does not
        self.socket.close()

    def serve(self):
        while not self.over.is_set():
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.meet, args=(connection,), daemon=True).start()

    def meet(self, connection):
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            head = self.read_head(connection)
            path = (head.split(" ") + ["", ""])[1]
            if path and not path.startswith("/api/v1/streaming"):
                self.asked.append(head)
                self.rest(connection, self, path)
                return
            self.requests.append(head)
            act = self.script[min(len(self.requests), len(self.script)) - 1]
            act(connection, self)
        except OSError:
            pass
        finally:
            connection.close()

    @staticmethod
    def read_head(connection):
        head = b""
        while b"\r\n\r\n" not in head:
            part = connection.recv(4096)
            if not part:
                break
            head += part
        return head.decode()


def sends(*parts):
    """Sends the parts and closes."""
    def act(connection, server):
        for part in parts:
            connection.sendall(part)
    return act


def streams(*parts, stay=True):
    """Answers with an event stream that holds the parts, and stays open: Mastodon says so
    every 15 seconds."""
    def act(connection, server):
        connection.sendall(OK + b"\r\n:)\n")
        for part in parts:
            connection.sendall(part)
        while stay and not server.over.wait(15):
            connection.sendall(b":thump\n")
    return act
