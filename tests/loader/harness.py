"""What the loader's tests share: running it, asking its databases, counting."""
import atexit
import concurrent.futures
import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
LOADER = os.path.join(BUILD, "mastodon-loader")
PROBE = os.path.join(BUILD, "tests", "loader", "probe")

# Seconds after which a program has gone wrong that has not ended, whatever it waits for: no
# machine is so busy.
LIMIT = 600
# What is soon on a machine that is busy otherwise, in seconds.  What takes longer by mistake takes
# a minute at least in these tests.
SOON = 30
STARTED = []

# What nohup or a shell's & has made this program ignore, all that it starts would ignore
# too; what it catches, they do not.
for ignored in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1):
    if signal.getsignal(ignored) == signal.SIG_IGN:
        signal.signal(ignored, lambda *what: None)


class Failure(AssertionError):
    pass


def check(condition, message):
    if not condition:
        raise Failure(message)


def same(got, wanted, what):
    if got == wanted:
        return
    if isinstance(got, set) and isinstance(wanted, set):
        raise Failure("%s: too much %.500r, missing %.500r" % (what, got - wanted,
                                                              wanted - got))
    raise Failure("%s: got %.500r, wanted %.500r" % (what, got, wanted))


def wait_until(true, what):
    deadline = time.monotonic() + LIMIT
    while not true():
        check(time.monotonic() < deadline, "waited in vain for " + what)
        time.sleep(0.02)


@contextlib.contextmanager
def soon(what):
    """What is done in here may not take long."""
    start = time.monotonic()
    yield
    took = time.monotonic() - start
    check(took < SOON, "%s took %.1f s" % (what, took))


class Folder:
    """A folder that goes away, with a database in it."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="loader-test-")
        self.db = self.file("posts.db")
        return self

    def __exit__(self, *reason):
        shutil.rmtree(self.path)

    def files(self):
        return os.listdir(self.path)

    def file(self, name, content=None):
        path = os.path.join(self.path, name)
        if content is not None:
            with open(path, "wb") as f:
                f.write(content)
        return path


def environment(**changes):
    env = {k: v for k, v in os.environ.items() if k != "MASTODON_TOKEN"}
    env.update(changes)
    return env


class Limited(subprocess.Popen):
    """A program that is killed at its limit: no wait for it, for room in its input or for
    its output is without an end."""

    def __init__(self, command, limit=LIMIT, **options):
        super().__init__(command, **options)
        STARTED.append(self)
        alarm = threading.Timer(limit, self.kill)
        alarm.daemon = True
        alarm.start()


def start(*arguments, program=LOADER, env=None, **options):
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return Limited([program, *arguments], env=env or environment(), **options)


@atexit.register
def end_what_is_left():
    """A test that has failed may have left its loader running."""
    for program in STARTED:
        if program.poll() is None:
            program.kill()
            program.wait()


def stop(*what):
    end_what_is_left()
    os._exit(1)


signal.signal(signal.SIGTERM, stop)


def load(*arguments, code=0, stdin=b"", env=None, timeout=LIMIT):
    """Runs the loader to its end; gives what it wrote to both outputs."""
    run = subprocess.run([LOADER, *arguments], input=stdin, env=env or environment(),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout)
    output, errors = run.stdout.decode(), run.stderr.decode()
    if run.returncode != code:
        raise Failure("exit code %d, wanted %d, after: %s" % (run.returncode, code, errors))
    check("AddressSanitizer" not in errors and "runtime error" not in errors, errors)
    return output, errors


def ask(db, query, *values):
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def number(db, query, *values):
    return ask(db, query, *values)[0][0]


def has_posts(db, least):
    def enough():
        try:  # to ask would make the file
            return os.path.exists(db) and number(db, "SELECT count(*) FROM post") >= least
        except sqlite3.OperationalError:
            return False
    return enough


class Probe:
    """The loader's modules behind a pipe; see probe.c."""

    def __enter__(self):
        self.process = Limited([PROBE], limit=10 * LIMIT, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *reason):
        self.process.stdin.close()
        self.process.wait()

    def ask(self, *words):
        import json
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def outcome(test):
    """None, or why the test has failed."""
    try:
        test()
        return None
    except Failure as error:
        return str(error)
    except Exception:
        return traceback.format_exc()


def run(tests, quiet=False, side_by_side=1):
    """Runs functions, so many at a time; a failure is printed and does not end the run."""
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(side_by_side) as pool:
        for test, reason in zip(tests, pool.map(outcome, tests)):
            name = test.__name__.replace("_", " ")
            if reason is None:
                passed += 1
                if not quiet:
                    print("ok    ", name, flush=True)
            else:
                failed += 1
                print("FAILED", name, "\n      ", reason, flush=True)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


def tests_of(*modules):
    """All functions of the modules whose names start with test_, in their order."""
    return [f for m in modules for n, f in vars(m).items() if n.startswith("test_")]


if __name__ == "__main__":
    sys.exit("this file holds no tests")
