import importlib.metadata
import json
import os
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import asking

COMMAND = """
# sh lines
datasette --memory --load-extension ./sketches
# end of lines
"""
BY_PACKAGE = """
# sh lines: or, with the package
datasette --memory
# end of lines
"""
servers = []


class Server:
    """A server that runs: each request is answered by a connection of one of its threads."""

    def __init__(self, command, **environment):
        words = shlex.split(command, comments=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen([Path(sys.executable).parent / words[0], *words[1:], "--port", str(self.port)],
                                        env=dict(os.environ, **environment),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        servers.append(self)
        while not self.answers():
            if self.process.poll() is not None:
                raise RuntimeError(self.process.stderr.read().strip().splitlines()[-1])
            time.sleep(0.1)

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1):
                return True
        except OSError:
            return False

    def query(self, sql):
        query = urllib.parse.urlencode({"sql": sql, "_shape": "arrayfirst"})
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_memory.json?{query}", timeout=60) as response:
                return json.load(response)[0]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["error"]) from error


def way(command, **environment):
    """One server for all connections, which it loads into by itself."""
    kept = []

    def connect():
        if not kept:
            kept.append(Server(command, **environment))
        return kept[0]
    return connect, lambda server: server.query("SELECT sketch_version()")


try:
    asking.main(f"Datasette {importlib.metadata.version('datasette')}", way(COMMAND, DATASETTE_LOAD_PLUGINS=""),
                way(BY_PACKAGE), query=Server.query)
finally:
    for server in servers:
        server.process.terminate()
