"""What a person sees: the progress line, log lines, the top words."""
import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import termios
import time

import harness
import posts
from harness import Folder, check, has_posts, load, number, same, soon, wait_until
from test_input import USAGE, says


def run_in_terminal(columns, *arguments, seconds=2.0):
    """Standard error of a run under a pseudo-terminal of that width."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    loader = harness.start(*arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                           stderr=slave)
    os.close(slave)
    shown = b""
    deadline = time.monotonic() + seconds
    fed = 0
    while loader.poll() is None or select.select([master], [], [], 0)[0]:
        if loader.stdin and time.monotonic() < deadline:
            loader.stdin.write(posts.stream(20, fed))
            loader.stdin.flush()
            fed += 20
            time.sleep(0.05)
        elif loader.stdin:
            loader.stdin.close()
            loader.stdin = None
        if select.select([master], [], [], 0.01)[0]:
            try:
                shown += os.read(master, 65536)
            except OSError:
                break
    os.close(master)
    same(loader.wait(), 0, "exit code")
    return shown.decode()


def test_a_terminal_gets_one_line_that_fits():
    for columns in (40, 80, 200):
        with Folder() as f:
            shown = run_in_terminal(columns, "--replay", "-", f.db)
            drawn = [d for d in re.split(r"\r|\n", shown.replace("\x1b[K", "")) if d.strip()]
            lines = drawn[:-1]
            check(5 <= len(lines) <= 14, "%d drawings in 2 s" % len(lines))
            check(max(map(len, lines)) < columns, "wider than %d: %r" % (columns, lines))
            says(drawn[-1], "posts", "words", "events")
            check("Z mastodon-loader" not in shown, "a terminal needs no time stamps")
            check(shown.endswith("\n"), "the cursor is left in the line")


def test_elsewhere_there_are_log_lines():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(1234))
        _, errors = load("--replay", stream, f.db)
        check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ mastodon-loader: "
                           r"\d\d:\d\d:\d\d \| 1,234 posts \(\d+/s\) \| 3,702 words \| "
                           r"1,234 events\n", errors), errors)
        check("\x1b" not in errors and "\r" not in errors, "no commands for terminals")


def test_quiet_is_quiet():
    with Folder() as f:
        output, errors = load("--quiet", "--replay", "-", f.db, stdin=posts.stream(5))
        same(output + errors, "", "output")
        _, errors = load("--quiet", "--replay", f.file("none"), f.db, code=6)
        says(errors, "none")


def test_posts_cannot_command_the_terminal():
    with Folder() as f:
        evil = posts.event("update", '{"id":"\x1b]0;evil\x07\x9b2J"')
        _, errors = load("--replay", "-", f.db, stdin=evil)
        says(errors, "rejected")
        check(not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", errors), repr(errors))


def test_watch_shows_the_top_words_as_sql_has_them():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(90))
        output, _ = load("--watch", "3", "--replay", stream, f.db)
        last = output.strip().split("\n")[-4:]
        check(re.match(r"\d{4}-.*Z  top words after 270 new ones$", last[0]), last[0])
        same(last[1].split(), ["1", "90", "number"], "first word")
        for rank, line in ((2, last[2]), (3, last[3])):
            got_rank, count, word = line.split()
            same(int(got_rank), rank, "rank")
            same(int(count), number(f.db, "SELECT count(*) FROM word WHERE word = ?", word),
                 "count of " + word)


def shows(loader, text):
    """What the loader shows, up to a line that has this in it."""
    shown = ""
    for line in loader.stdout:
        shown += line.decode()
        if text in line.decode():
            return shown
    raise harness.Failure("it never shows %s, but %s" % (text, shown))


def test_watch_refreshes_every_second():
    with Folder() as f:
        loader = harness.start("--watch", "2", "--replay", "-", f.db, stdin=subprocess.PIPE)
        start = time.monotonic()
        for i in range(30):
            loader.stdin.write(posts.stream(10, 10 * i))
            loader.stdin.flush()
            time.sleep(0.1)
        output, _ = loader.communicate()
        shown, took = output.decode().count("top words after"), time.monotonic() - start
        check(2 <= shown <= took + 3, "%d times in %.1f s" % (shown, took))


def test_watch_takes_out_what_was_edited_or_removed():
    with Folder() as f:
        loader = harness.start("--watch", "5", "--replay", "-", f.db, stdin=subprocess.PIPE)
        loader.stdin.write(posts.update(1, content="gone gone gone stays") +
                           posts.update(2, content="old old"))
        loader.stdin.flush()
        first = shows(loader, "stays")
        loader.stdin.write(posts.event("delete", "1001") + posts.event(
            "status.update", posts.status(2, content="new", edited_at="2026-06-02T00:00:00Z")))
        loader.stdin.flush()
        between = shows(loader, " new")
        last = (between + loader.communicate()[0].decode()).split("top words after")[-1]
        says(first, "gone", "old")
        check("gone" not in last and "old" not in last and "new" in last, last)


def test_watch_redraws_in_place_on_a_terminal():
    with Folder() as f:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        loader = harness.start("--progress", "none", "--watch", "2", "--replay", "-", f.db,
                               stdin=subprocess.PIPE, stdout=slave, stderr=slave)
        os.close(slave)
        shown = ""
        for i in range(3):
            loader.stdin.write(posts.stream(10, 10 * i))
            if i == 1:
                loader.stdin.write(posts.event("update", "[]"))
            loader.stdin.flush()
            while shown.count("top words after") <= i:
                shown += os.read(master, 65536).decode()
        loader.stdin.close()
        loader.wait()
        with contextlib.suppress(OSError):  # there may be no more
            shown += os.read(master, 65536).decode()
        os.close(master)
        blocks = shown.split("top words after")[1:]
        check(len(blocks) >= 3, shown)
        # A line in between ends the block, which is drawn anew below it.
        check("\x1b[3F\x1b[J" in shown, repr(shown))
        between = shown[shown.index("rejected"):]
        check("\x1b[" not in between.split("top words after")[0], repr(between))


def test_stop_words_are_not_shown():
    with Folder() as f:
        stream = f.file("a.sse", b"".join(posts.update(n, content="the cat and der Hund %d" % n)
                                          for n in range(20)))
        mine = f.file("mine", b"hund\n 3  4\n")

        def words(*options):
            output, _ = load("--watch", "50", *options, "--replay", stream, f.db)
            return {line.split()[2] for line in output.splitlines()[1:]}
        numbers = {str(n) for n in range(20)}
        same(words(), {"the", "cat", "and", "der", "hund"} | numbers, "all")
        os.remove(f.db)
        same(words("--stop-words", "en"), {"cat", "der", "hund"} | numbers, "without English")
        os.remove(f.db)
        same(words("--stop-words", "en,de," + mine), {"cat"} | numbers - {"3", "4"}, "without all")
        same(number(f.db, "SELECT count(*) FROM word"), 120, "words stored")
        _, errors = load("--watch", "5", "--stop-words", "xx", "--replay", stream, f.db,
                         code=USAGE)
        says(errors, "--stop-words xx")
        for path, reason in ((f.path, "Is a directory"), ("/dev/zero", "this is no text")):
            _, errors = load("--watch", "5", "--stop-words", path, "--replay", stream, f.db,
                             code=USAGE)
            says(errors, "--stop-words " + path, reason)


def test_watch_ends_at_once_when_asked():
    with Folder() as f:
        stream = f.file("a.sse", b"".join(posts.update(n, content="word %d " % n * 500)
                                          for n in range(1000)))
        load("--replay", stream, f.db)
        loader = harness.start("--watch", "5", "--replay", "-", f.db, stdin=subprocess.PIPE)
        loader.stdin.write(posts.update(5000))
        loader.stdin.flush()
        wait_until(has_posts(f.db, 1001), "the last post")
        with soon("the end"):
            loader.terminate()
            same(loader.wait(), 0, "exit code")


def test_watch_explains_what_it_misses():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(3))
        nothing = f.file("none.so")
        _, errors = load("--watch", "3", "--extension", nothing, "--replay", stream, f.db,
                         code=USAGE)
        says(errors, "cannot load the extension", nothing)
        check(not os.path.exists(f.db), "there is a database")
        # A loader that has no extension beside it says how to get one, unless one is
        # installed.
        lonely = shutil.copy(harness.LOADER, f.file("loader"))
        run = subprocess.run([lonely, "--watch", "3", "--replay", stream, f.db],
                             capture_output=True, text=True, timeout=harness.LIMIT)
        if run.returncode == 0:
            says(run.stdout, "top words after")
        else:
            same(run.returncode, USAGE, "exit code")
            says(run.stderr, "beside this program", "--extension PATH")
