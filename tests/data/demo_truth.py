#!/usr/bin/env python3
"""Say what must be in the database once an event stream has been loaded with --language en.

    demo_truth.py FILE      print the truth about the stream in FILE as JSON

A second opinion, for tests: it shares nothing with the loader, nor with the generator of the
stream, and prefers to be plain. README.md explains the entries.
"""

import json
import re
import sys
from collections import Counter
from html.parser import HTMLParser

LANGUAGE = "en"
TOP = 25
TOP_OF_HOUR = 10
APART = set(
    "address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2"
    " h3 h4 h5 h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)


def events(stream):
    """Yield (name, data) of every complete event; name is None for a comment."""
    name, data = "message", []
    for line in stream.decode().split("\n")[:-1]:  # what follows the last line end is no line yet
        if line.startswith(":"):
            yield None, line[1:]
        elif line.startswith("event:"):
            name = line[6:].removeprefix(" ")
        elif line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line:
            if data:
                yield name, "\n".join(data)
            name, data = "message", []


class Text(HTMLParser):
    """The text of a content without its links; `apart` parts words at blocks and links."""

    def __init__(self, content, apart):
        super().__init__(convert_charrefs=True)
        self.apart, self.links, self.parts = apart, 0, []
        self.feed(content)
        self.close()

    def tag(self, name):
        if self.apart and (name in APART or name == "a"):
            self.parts.append(" ")

    def handle_starttag(self, name, _):
        self.links += name == "a"
        self.tag(name)

    def handle_endtag(self, name):
        self.links -= name == "a" and self.links > 0
        self.tag(name)

    def handle_startendtag(self, name, _):
        self.tag(name)

    def handle_data(self, text):
        if not self.links:
            self.parts.append(text)


def words(content, apart=True):
    """The rule `ascii`, or with apart=False the rule `seed`."""
    return re.findall("[a-z'`‘’]+", "".join(Text(content, apart).parts).lower())


def is_wanted(status):
    language = status["language"] or ""
    return language.split("-")[0].lower() == LANGUAGE and status["visibility"] == "public"


def load(stream):
    """The posts that remain, the ids deleted, and a count of everything that came along."""
    held, deleted, seen = {}, set(), Counter()
    for name, data in events(stream):
        if name is None:
            seen["comments"] += 1
            continue
        seen["event " + name] += 1
        if name == "delete":
            deleted.add(data)
            held.pop(data, None)
        if name not in ("update", "status.update"):
            continue
        try:
            status = json.loads(data)
        except ValueError:
            seen["malformed"] += 1
            continue
        key = status["id"]
        if name == "update":
            seen["language " + str(status["language"])] += 1
        if not is_wanted(status) or key in deleted:
            continue
        if key not in held:
            held[key] = status
        elif name == "status.update" and status["edited_at"] > (held[key]["edited_at"] or ""):
            held[key] = status
    return held.values(), deleted, seen


def top(counter, limit):
    """The commonest first; the same count in order of the alphabet."""
    return dict(sorted(counter.items(), key=lambda entry: (-entry[1], entry[0]))[:limit])


def word_rule(posts, apart):
    counts = Counter(word for post in posts for word in words(post["content"], apart))
    return {"total": sum(counts.values()), "distinct": len(counts), "top": top(counts, TOP)}


def dressing(posts):
    """Words counted by `ascii` that nobody would miss: custom emoji and the RE: of quotes."""
    counts = Counter()
    for post in posts:
        names = {emoji["shortcode"] for emoji in post["emojis"]}
        text = "".join(Text(post["content"], True).parts)
        counts.update(name for name in re.findall(r":(\w+):", text) if name in names)
        counts["re"] += post["content"].count("quote-inline")
    return dict(sorted(counts.items()))


def hour_by_hour(posts):
    answer = {}
    for hour in sorted({post["created_at"][11:13] for post in posts}):
        now = [post for post in posts if post["created_at"][11:13] == hour]
        counts = Counter(word for post in now for word in words(post["content"]))
        long = Counter({word: count for word, count in counts.items() if len(word) >= 5})
        answer[hour] = {
            "posts": len(now),
            "words": sum(counts.values()),
            "top": top(counts, TOP_OF_HOUR),
            "top_of_five_letters_or_more": top(long, TOP_OF_HOUR),
        }
    return answer


def truth(stream):
    posts, deleted, seen = load(stream)

    def group(prefix):
        names = sorted(name for name in seen if name.startswith(prefix))
        return {name.removeprefix(prefix): seen[name] for name in names}

    answer = {
        "language": LANGUAGE,
        "posts": len(posts),
        "authors": len({post["account"]["acct"] for post in posts}),
        "posts_by_bots": sum(post["account"]["bot"] for post in posts),
        "posts_edited": sum(post["edited_at"] is not None for post in posts),
        "posts_with_warning": sum(post["spoiler_text"] != "" for post in posts),
        "tombstones": len(deleted),
        "hashtags": top(Counter(tag["name"] for post in posts for tag in post["tags"]), None),
        "mentions": sum(len(post["mentions"]) for post in posts),
        "comments": seen["comments"],
        "malformed": seen["malformed"],
        "events": group("event "),
        "updates_by_language": group("language "),
        "ascii": word_rule(posts, apart=True),
        "ascii_dressing": dressing(posts),
        "seed": word_rule(posts, apart=False),
        "hours": hour_by_hour(posts),
    }
    return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        sys.stdout.write(truth(file.read()))
