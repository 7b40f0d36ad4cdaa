"""Options, limits, the log and the status file, and that the manual knows them."""
import json
import os
import re
import signal
import stat
import time

import harness
import posts
from fake import Server, streams
from harness import Folder, ask, check, has_posts, load, number, same, wait_until
from test_input import COUNT, USAGE, says
from test_process import read_status
from test_server import TOKEN, with_token


def test_a_database_of_the_largest_size_ends_the_run():
    with Folder() as f:
        _, errors = load("--max-db-size", "1M", "--replay", "-", f.db,
                         stdin=posts.stream(30000))
        says(errors, "--max-db-size")
        size = os.path.getsize(f.db)
        check(1 << 20 <= size < 2 << 20, "%d bytes" % size)
        same(ask(f.db, "SELECT end_reason FROM session"), [("limit",)], "reason")


def print_config(*arguments, env=None, code=0):
    output, errors = load("--print-config", *arguments, env=env, code=code)
    return dict(line.split(" = ", 1) for line in output.splitlines()), errors


def test_the_command_line_goes_before_the_file_and_that_before_the_defaults():
    with Folder() as f:
        config = f.file("config", b"# mine\n\n  language = de,fr \r\nhashtag=cats\nno-bots\n"
                                  b"no-text = no\nmax-posts = 5\ndatabase = there.db\n"
                                  b"replay = a.sse\nreplay = b.sse\n")
        got, _ = print_config("--config", config)
        for name, value in (("language", "de,fr"), ("hashtag", "cats"), ("no-bots", "yes"),
                            ("max-posts", "5"), ("database", "there.db"), ("buffer", "4M"),
                            ("progress", "auto")):
            same(got[name], value, name)
        check("no-text" not in got, "no is no")
        got, _ = print_config("--language", "en", "--local", "--config", config, "here.db")
        same((got["language"], got["local"], got["database"]), ("en", "yes", "here.db"),
             "options that were given twice")
        check("hashtag" not in got, "--local takes the place of the hashtag")
        output, _ = load("--print-config", "--config", config)
        says(output, "replay = a.sse\nreplay = b.sse\n")
        output, _ = load("--print-config", "--replay", "c.sse", "--config", config)
        check("a.sse" not in output and "replay = c.sse" in output, output)
        again = f.file("again", output.encode())
        same(load("--print-config", "--config", again)[0], output, "what was printed, read")
        output, _ = load("--print-config", "--server", "a.example", "--poll")
        says(output, "poll = 60s\n")
        again = f.file("again", output.encode())
        same(load("--print-config", "--config", again)[0], output, "an option without value")


def test_a_file_of_options_can_do_the_work():
    with Folder() as f:
        stream = f.file("a.sse", posts.stream(9))
        config = f.file("config", ("replay = %s\ndatabase = %s\nquiet\n" % (stream, f.db))
                        .encode())
        same(load("--config", config), ("", ""), "output")
        same(number(f.db, COUNT), 9, "posts")


def test_mistakes_in_a_file_are_explained_with_their_line():
    with Folder() as f:
        for content, words in ((b"\nfrobnicate = 1\n", ("line 2", "'frobnicate'")),
                               (b"config = x", ("line 1", "'config'")),
                               (b"no-bots = perhaps", ("line 1", "no-bots", "perhaps")),
                               (b"max-posts = many", ("--max-posts", "many")),
                               (b"a\0b", ("no list of options",))):
            _, errors = load("--config", f.file("config", content), "--replay", "x", f.db,
                             code=USAGE)
            says(errors, *words)
        _, errors = load("--config", f.file("missing"), f.db, code=USAGE)
        says(errors, "missing", "No such file")


def test_sizes_have_units_and_bounds():
    for arguments, word in ((("--buffer", "5X"), "5X"), (("--max-db-size", "1k"), "--max-db-size"),
                            (("--max-event", "9999999999G"), "--max-event"),
                            (("--buffer", ""), "--buffer"), (("--retention", "0"), "--retention"),
                            (("--contact", "a\nX-Evil: 1"), "--contact"),
                            (("--accounts", "x"), "hash, plain or none"),
                            (("--log-format", "xml"), "text or json")):
        _, errors = load(*arguments, "--replay", "x", "y.db", code=USAGE)
        says(errors, word)


def test_the_token_is_not_in_the_printed_options():
    output, errors = load("--print-config", "--server", "a.example", env=with_token())
    says(output, "# token = ***")
    check(TOKEN not in output + errors, "the token is printed")
    check("token" not in load("--print-config", "--server", "a.example")[0], "there is none")


FIELDS = {"version": str, "pid": int, "state": str, "state_since": int, "server": str,
          "channel": str, "database": str, "started_at": int, "written_at": int,
          "last_byte_at": int, "last_post_at": int, "lag_ms": int, "connects": int,
          "events": int, "posts": int, "edits": int, "deletes": int, "known": int,
          "unwanted": int, "ignored": int, "rejected": int, "future": int, "nameless": int, "words": int,
          "expired": int, "gaps": int, "commits": int, "bytes": int, "oversized": int, "buffer_events": int,
          "buffer_bytes": int, "buffer_room": int, "database_stalled_ms": int,
          "database_bytes": int}


def test_the_status_file_tells_how_it_goes():
    with Folder() as f, Server(streams(posts.stream(7), posts.event("delete", "1000"))) as server:
        path = f.file("status.json")
        loader = harness.start("--server", server.url, "--status-file", path, f.db,
                               env=with_token())
        wait_until(lambda: os.path.exists(path) and read_status(path)["state"] == "open",
                   "the state open")
        wait_until(has_posts(f.db, 6), "posts")
        status = read_status(path)
        same(status["pid"], loader.pid, "pid")
        loader.send_signal(signal.SIGTERM)
        same(loader.wait(), 0, "exit code")
        loader.communicate()
        status = read_status(path)
        same({n: type(v) for n, v in status.items() if n in FIELDS}, FIELDS, "fields")
        same(set(status) - set(FIELDS), {"end_reason", "exit_code"}, "more fields")
        for name, value in (("state", "ended"), ("end_reason", "signal"), ("exit_code", 0),
                            ("posts", 7), ("events", 8), ("deletes", 1), ("connects", 1),
                            ("channel", "public"), ("database", f.db), ("buffer_events", 0)):
            same(status[name], value, name)
        check(status["started_at"] <= status["last_post_at"] <= status["written_at"] <=
              time.time() * 1000, "times")
        check(TOKEN not in json.dumps(status), "the token is in it")
        same(sorted(os.listdir(f.path)), ["posts.db", "status.json"], "files")


def test_a_status_file_that_cannot_be_written_is_only_a_warning():
    with Folder() as f:
        _, errors = load("--status-file", f.file("none/status"), "--replay", "-", f.db,
                         stdin=posts.stream(3))
        same(errors.count("--status-file"), 1, "warnings")
        same(number(f.db, COUNT), 3, "posts")


def test_a_status_file_is_written_through_no_link_of_others():
    with Folder() as f:
        victim = f.file("victim", b"mine")
        for leave in (lambda name: os.symlink(victim, name), lambda name: os.link(victim, name),
                      lambda name: f.file("status.new", b"of a loader that was killed")):
            leave(f.file("status.new"))
            load("--replay", "-", "--status-file", f.file("status"), f.db, stdin=posts.stream(1))
            same(read_status(f.file("status"))["state"], "ended", "state")
            with open(victim, "rb") as g:
                same(g.read(), b"mine", "the file that a link led to")
            check("status.new" not in f.files(), "what was written before is left")
        os.mkdir(f.file("status.new"))
        _, errors = load("--replay", "-", "--status-file", f.file("status"), f.db,
                         stdin=posts.stream(1))
        says(errors, "cannot be written")


def test_a_status_file_takes_the_place_of_nothing_else():
    with Folder() as f:
        recording = f.file("monday.sse", posts.stream(3))
        os.mkfifo(f.file("pipe"))
        os.symlink(f.file("nowhere"), f.file("link"))
        for name in ("monday.sse", "pipe", "link"):
            _, errors = load("--status-file", f.file(name), "--replay", recording, f.db,
                             code=USAGE)
            says(errors, "is there, and no status file")
            same(errors.count("--status-file"), 1, "complaints")
        check(stat.S_ISFIFO(os.stat(f.file("pipe")).st_mode), "the pipe was replaced")
        check(os.path.islink(f.file("link")), "the link was replaced")
        _, errors = load("--status-file", f.db, "--replay", recording, f.db)
        says(errors, "cannot be written")  # the database was not there at first
        same(number(f.db, COUNT), 3, "posts")
        load("--status-file", f.db, "--replay", recording, f.db, code=USAGE)
        load("--status-file", f.file("new", b""), "--replay", recording, f.db)
        load("--status-file", f.file("new"), "--replay", recording, f.db)
        same(read_status(f.file("new"))["known"], 3, "known")


def test_a_choice_that_has_changed_is_told():
    with Folder() as f:
        both = posts.update(1) + posts.update(2, language="de")
        _, first = load("--replay", "-", f.db, stdin=both)
        _, same_again = load("--replay", "-", f.db, stdin=both)
        _, other = load("--replay", "-", "--language", "de", "--no-bots", f.db, stdin=both)
        check("last run" not in first + same_again, "nothing has changed")
        says(other, "the last run kept posts by language=en, this one by language=de no-bots:"
                    " what is stored stays as it is")
        same(number(f.db, COUNT), 2, "posts")


def test_a_log_may_be_json():
    with Folder() as f:
        evil = posts.event("update", '{"id":"\x1b]0;\\"evil\x07"}')
        _, errors = load("--log-format", "json", "--replay", "-", f.db, stdin=evil)
        lines = [json.loads(line) for line in errors.splitlines()]
        same([sorted(line) for line in lines], 2 * [["at", "level", "message"]], "fields")
        same([line["level"] for line in lines], ["warning", "info"], "levels")
        check(not re.search(r"\\u001b|\\u0007", errors), errors)


def test_the_server_is_told_who_is_there():
    for arguments, agent in ((("--contact", "mailto:me@a.example"),
                              r"mastodon-loader/[\d.]+ \(\+mailto:me@a.example\)\r"),
                             (("--user-agent", "mine/1"), "mine/1\r")):
        with Folder() as f, Server(streams(posts.stream(1))) as server:
            load(*arguments, "--server", server.url, "--max-posts", "1", f.db)
            check(re.search("User-Agent: " + agent, server.requests[0]), server.requests[0])


# ---- the manual ----

def test_every_option_is_in_the_help_and_in_the_manual():
    names = set()
    with open("loader/cli/options.c") as g:
        names = set(re.findall(r'\[KEY_[A-Z_]+\] += \{(?:\.name = )?"([a-z0-9-]+)", '
                               r'(?:\.kind = )?OPTION_', g.read()))
    names.remove("database")  # is written without dashes
    check(len(names) > 30, names)
    help_text, _ = load("--help")
    same(set(re.findall(r"--([a-z0-9-]+)", help_text)) - names, set(), "invented in --help")
    same(names - set(re.findall(r"--([a-z0-9-]+)", help_text)), set(), "missing in --help")
    with open("docs/mastodon-loader.1") as g:
        manual = g.read()
    described = set(re.findall(r"^\.It .*?Fl Fl ([a-z0-9-]+)", manual, re.M))
    described |= set(re.findall(r"^\.It .*?, Fl Fl ([a-z0-9-]+)", manual, re.M))
    same(names - described, set(), "missing in the manual")
    same(described - names, set(), "invented in the manual")


def test_the_manual_describes_every_table_and_every_field_of_the_status():
    with open("docs/mastodon-loader.1") as g:
        manual = g.read()
    with Folder() as f:
        load("--replay", "-", f.db, stdin=b":)\n")
        for table, in ask(f.db, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
                                " AND name NOT LIKE 'sqlite_%'"):
            check(re.search(r"^\.It (Li|Sy) %s\b" % table, manual, re.M), "table " + table)
    for field in list(FIELDS) + ["end_reason", "exit_code"]:
        check(re.search(r"\b%s\b" % field, manual), "field " + field)


def test_the_unit_of_systemd_starts_the_loader_and_knows_its_exit_codes():
    with open("docs/mastodon-loader.service", encoding="utf-8") as g:
        unit = dict(re.findall(r"^([A-Za-z]+)=(.*)$", g.read(), re.M))
    with open("loader/base/outcome.h", encoding="utf-8") as g:
        codes = dict(re.findall(r"OUTCOME_([A-Z]+) = (\d)", g.read()))
    same(unit["RestartPreventExitStatus"].split(),
         [codes[name] for name in ("USAGE", "REFUSED", "HELD")], "codes that are for good")
    with Folder() as f:
        os.chmod(f.file("token", TOKEN.encode()), 0o400)
        f.file("config", b"server = mastodon.example\nretention = 30\n")
        line = re.sub(r"\$\{[A-Z_]+\}|/etc/mastodon-loader", f.path, unit["ExecStart"])
        program, *arguments = line.split(" ")
        same(program, "/usr/local/bin/mastodon-loader", "program")
        output, _ = load("--print-config", *arguments)
        says(output, "server = mastodon.example\n", "retention = 30\n", "# token = ***",
             "status-file = %s/status\n" % f.path, "database = %s/posts.db\n" % f.path)
