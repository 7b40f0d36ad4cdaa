"""The database while it is filled: who else may write, and what becomes of it."""
import sqlite3
import subprocess
import threading
import time

import harness
import posts
from harness import Folder, ask, check, load, number, same
from test_input import COUNT, says
from test_process import has_posts, wait_until


def feed_slowly(loader, seconds, each_second=50):
    """Writes posts to the loader at that rate; gives when each was written."""
    start = time.monotonic()
    written = []
    while len(written) < seconds * each_second:
        loader.stdin.write(posts.update(len(written)))
        loader.stdin.flush()
        written.append(time.monotonic())
        time.sleep(max(0, start + len(written) / each_second - time.monotonic()))
    return written


def test_others_may_write_while_posts_come():
    for buffer in ("4M", "0"):
        with Folder() as f:
            loader = harness.start("--buffer", buffer, "--replay", "-", f.db,
                                   stdin=subprocess.PIPE)
            feeder = threading.Thread(target=feed_slowly, args=(loader, 4))
            feeder.start()
            wait_until(has_posts(f.db, 1), "posts")
            other = sqlite3.connect(f.db, timeout=1, isolation_level=None)
            other.execute("CREATE TABLE mine(n)")
            for n in range(20):
                other.execute("BEGIN IMMEDIATE")  # raises when it does not get in
                other.execute("INSERT INTO mine VALUES (?)", (n,))
                other.execute("COMMIT")
                time.sleep(0.07)
            other.close()
            feeder.join()
            loader.communicate(timeout=30)
            same(loader.returncode, 0, "exit code")
            same(number(f.db, COUNT), 200, "posts")
            same(number(f.db, "SELECT count(*) FROM mine"), 20, "rows of the other")


def test_a_kill_costs_a_second_at_most():
    for buffer in ("4M", "0"):
        with Folder() as f:
            loader = harness.start("--buffer", buffer, "--replay", "-", f.db,
                                   stdin=subprocess.PIPE)
            written = feed_slowly(loader, 3)
            killed = time.monotonic()
            loader.kill()
            loader.communicate()
            old = sum(killed - at > 1 for at in written)
            check(number(f.db, COUNT) >= old, "%d posts of %d are stored" %
                  (number(f.db, COUNT), old))
