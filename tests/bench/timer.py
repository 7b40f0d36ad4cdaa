"""The program timer, which times SQL statements: one Timer for each SQLite."""
import os
import subprocess
import sys

BUILD = os.environ.get("BUILD", "build")
EXTENSIONS = [f"{BUILD}/sketches", f"{BUILD}/tests/bench/noop"]


class Timer:
    def __init__(self, rows, prefix=()):
        """`prefix` is a command that runs the one after it."""
        command = [*prefix, f"{BUILD}/tests/bench/timer", str(rows), *EXTENSIONS]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1)
        self.version = self.run("SELECT sqlite_version()")

    def ask(self, line):
        if "\n" in line:
            raise ValueError(f"more than a line: {line!r}")
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has said why, and answers nothing
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"the timer ended with status {self.process.wait()}")
        return answer.rstrip("\n")

    def run(self, sql):
        """The first value that the statement returns, as text."""
        return self.ask(sql)

    def race(self, rounds, *statements):
        """(seconds, KiB) of each: the fastest of so many runs, taken in turn."""
        answer = self.ask("\t".join([str(rounds), *statements]))
        return [tuple(map(float, cost.split())) for cost in answer.split("\t")]

    def close(self):
        self.process.stdin.close()
        self.process.wait()
