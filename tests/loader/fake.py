"""A server on this machine that does to each connection what a script says."""
import socket
import threading

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"


def answer(status, body=b"", *headers):
    lines = ["HTTP/1.1 %s" % status, "Content-Length: %d" % len(body), "Connection: close"]
    return ("\r\n".join(lines + list(headers)) + "\r\n\r\n").encode() + body


class Server:
    """Each element of `script` is called with one connection in turn, the last one
    with all further connections; the heads of the requests are kept."""

    def __init__(self, *script):
        self.script = script
        self.requests = []
        self.over = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.url = "http://127.0.0.1:%d" % self.port

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *reason):
        self.over.set()
        self.socket.close()

    def serve(self):
        while not self.over.is_set():
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            number = len(self.requests)
            self.requests.append(self.read_head(connection))
            act = self.script[min(number, len(self.script) - 1)]
            threading.Thread(target=self.act, args=(act, connection), daemon=True).start()

    def act(self, act, connection):
        try:
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
    """Answers with an event stream that holds the parts, and stays open."""
    def act(connection, server):
        connection.sendall(OK + b"\r\n:)\n")
        for part in parts:
            connection.sendall(part)
        if stay:
            server.over.wait(60)
    return act
