#!/usr/bin/env python3
"""Write demo.sse, a morning of a Mastodon server's public event stream, from demo.tsv.

    make_demo.py            write demo.sse and demo.truth.json
    make_demo.py --check    compare both with what would be written; exit 1 if they differ

README.md describes the columns and the notation of demo.tsv. Nothing here depends on the
clock, on chance or on the machine: what looks random is drawn from a hash of the line.
"""

import hashlib
import html
import json
import re
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.dont_write_bytecode = True
import demo_truth  # noqa: E402

HERE = Path(__file__).resolve().parent
MIDNIGHT = datetime(2026, 3, 14, tzinfo=timezone.utc)
HOME = "meadow.example"  # the server whose public stream this is
HEARTBEAT_EVERY = 600  # seconds; a real server sends one every 15
SOFTWARE = {
    "pinewood.example": "pleroma",
    "lanterns.example": "gotosocial",
    "notebook.example": "blog",
}
CUSTOM_EMOJI = {"coffee", "pie", "snail", "sprout", "teapot", "yay"}


# --- small helpers ------------------------------------------------------------------------


def draw(key, limit):
    """A number below limit that only depends on the key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % limit


def clock(text):
    hours, minutes, seconds = map(int, text.split(":"))
    return MIDNIGHT + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def snowflake(moment, key):
    """Mastodon's ids: milliseconds since 1970, then sixteen bits that tell posts apart."""
    since_1970 = moment - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return str(since_1970 // timedelta(milliseconds=1) << 16 | draw("id " + key, 1 << 16))


def base32(key, length):
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(alphabet[draw(f"{key} {n}", 32)] for n in range(length))


def missing(kind, size):
    return f"https://{HOME}/{kind}/{size}/missing.png"


# --- accounts -----------------------------------------------------------------------------


class Account:
    def __init__(self, handle, joined, name, is_bot):
        self.handle, self.name, self.is_bot = handle, name, is_bot
        self.user, self.host = handle.split("@")
        self.software = SOFTWARE.get(self.host, "mastodon")
        self.joined = datetime.strptime(joined, "%Y-%m-%d").replace(tzinfo=timezone.utc)
        self.acct = self.user if self.host == HOME else handle
        self.id = snowflake(self.joined, handle)
        path = {"pleroma": "/users/", "blog": "/author/"}.get(self.software, "/@")
        self.url = f"https://{self.host}{path}{self.user}"
        self.uri = f"https://{self.host}/users/{self.user}"

    def wire(self):
        followers = 12 + draw("followers " + self.handle, 900)
        return {
            "id": self.id,
            "username": self.user,
            "acct": self.acct,
            "display_name": self.name,
            "locked": False,
            "bot": self.is_bot,
            "discoverable": True,
            "indexable": True,
            "group": False,
            "created_at": stamp(self.joined),
            "note": "",
            "url": self.url,
            "uri": self.uri,
            "avatar": missing("avatars", "original"),
            "avatar_static": missing("avatars", "original"),
            "header": missing("headers", "original"),
            "header_static": missing("headers", "original"),
            "followers_count": followers,
            "following_count": followers // 2 + draw("following " + self.handle, 90),
            "statuses_count": 40 + draw("statuses " + self.handle, 4000),
            "last_status_at": MIDNIGHT.strftime("%Y-%m-%d"),
            "hide_collections": None,
            "emojis": custom_emojis(self.name),
            "fields": [],
        }

    def address(self, key, id_here, moment):
        """The uri and url of a post, in the manner of the author's server software."""
        if self.software == "pleroma":
            digits = f"{draw('object ' + key, 1 << 64):016x}"
            uuid = f"{digits[:8]}-{digits[8:12]}-4{digits[:3]}-9{digits[3:6]}-{digits[4:16]}"
            notice = "B" + base32("notice " + key, 17)
            return f"https://{self.host}/objects/{uuid}", f"https://{self.host}/notice/{notice}"
        if self.software == "gotosocial":
            ulid = "01KKN" + base32("ulid " + key, 21)
            return f"{self.uri}/statuses/{ulid}", f"{self.url}/statuses/{ulid}"
        if self.software == "blog":
            slug = f"https://{self.host}/2026/03/{draw(key, 9000) + 1000}/"
            return slug, slug
        id_there = id_here if self.host == HOME else snowflake(moment, "there " + key)
        return f"{self.uri}/statuses/{id_there}", f"{self.url}/{id_there}"


def custom_emojis(text):
    used = sorted(set(re.findall(r":(\w+):", text)) & CUSTOM_EMOJI)
    image = f"https://{HOME}/emoji/"
    return [
        {
            "shortcode": name,
            "url": f"{image}{name}.png",
            "static_url": f"{image}static/{name}.png",
            "visible_in_picker": True,
        }
        for name in used
    ]


# --- the light notation to HTML -----------------------------------------------------------

TOKEN = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|(?P<link>https://\S+)"
    r"|(?<!\w)@(?P<mention>\w+(?:@[\w.]+\w)?)"
    r"|(?<!\w)#(?P<tag>\w+)"
    r"|(?<!\w)\*(?P<strong>[^*]+)\*(?!\w)"
    r"|(?<!\w)_(?P<em>[^_]+)_(?!\w)"
)

ESCAPES = {
    "mastodon": {"'": "&#39;", '"': "&quot;"},
    "pleroma": {},
    "gotosocial": {"'": "&#39;", '"': "&#34;"},
    "blog": {"'": "&#8217;", "…": "&#x2026;", '"': "&quot;"},
}


class Page:
    """The HTML of one post, and what its markup mentions."""

    def __init__(self, text, author, accounts):
        self.author, self.accounts = author, accounts
        self.software = author.software
        self.mentions, self.tags, self.links = [], [], []
        self.html = self.blocks(text)

    def blocks(self, text):
        paragraphs = [self.block(part.split(" | ")) for part in text.split(" || ")]
        if self.software != "pleroma":
            return "".join(paragraphs)
        bare = [re.sub(r"^<p>|</p>$", "", part) for part in paragraphs]
        return "<br><br>".join(bare)

    def block(self, lines):
        if all(line.startswith("- ") for line in lines):
            return self.listing("ul", [line[2:] for line in lines])
        if all(re.match(r"\d\. ", line) for line in lines):
            return self.listing("ol", [line[3:] for line in lines])
        if lines[0].startswith("> "):
            return f"<blockquote><p>{self.inline(lines[0][2:])}</p></blockquote>"
        line_end = "<br />" if self.software == "mastodon" else "<br>"
        return "<p>" + line_end.join(self.inline(line) for line in lines) + "</p>"

    def listing(self, name, entries):
        inner = "".join(f"<li>{self.inline(entry)}</li>" for entry in entries)
        return f"<{name}>{inner}</{name}>"

    def inline(self, text):
        done, end = [], 0
        for token in TOKEN.finditer(text):
            done.append(self.escape(text[end : token.start()]))
            done.append(getattr(self, "put_" + token.lastgroup)(token[token.lastgroup]))
            end = token.end()
        return "".join(done) + self.escape(text[end:])

    def escape(self, text):
        safe = html.escape(text, quote=False)
        for plain, written in ESCAPES[self.software].items():
            safe = safe.replace(plain, written)
        return safe

    def put_code(self, text):
        return f"<code>{self.escape(text)}</code>"

    def put_strong(self, text):
        return f"<strong>{self.inline(text)}</strong>"

    def put_em(self, text):
        return f"<em>{self.inline(text)}</em>"

    def put_link(self, url):
        self.links.append(url)
        return link(url, self.software)

    def put_mention(self, handle):
        account = self.accounts[handle if "@" in handle else f"{handle}@{self.author.host}"]
        self.mentions.append(account)
        return (
            f'<span class="h-card" translate="no"><a href="{account.url}" class="u-url mention"'
            f'{outside(account.host)}>@<span>{account.user}</span></a></span>'
        )

    def put_tag(self, name):
        self.tags.append(name)
        host = self.author.host
        href = f"https://{host}/tags/{name.lower()}"
        if self.software == "pleroma":
            href = f"https://{host}/tag/{name.lower()}"
            return f'<a href="{href}" class="hashtag"{outside(host)}>#{name}</a>'
        rel = ' rel="tag"' if host == HOME else outside(host)
        return f'<a href="{href}" class="mention hashtag"{rel}>#<span>{name}</span></a>'


def outside(host):
    """The attributes Mastodon gives to a link that leaves the server."""
    return "" if host == HOME else ' rel="nofollow noopener" target="_blank"'


def link(url, software="mastodon"):
    """A link as Mastodon shortens it: scheme and all beyond 30 characters are hidden."""
    href = html.escape(url)
    if software in ("pleroma", "gotosocial"):
        return f'<a href="{href}" rel="nofollow noopener" target="_blank">{href}</a>'
    scheme = re.match(r"https://(www\.)?", url)[0]
    shown, hidden = url[len(scheme) :][:30], url[len(scheme) :][30:]
    css = "ellipsis" if hidden else ""
    return (
        f'<a href="{href}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}</span><span class="{css}">{html.escape(shown)}</span>'
        f'<span class="invisible">{html.escape(hidden)}</span></a>'
    )


# --- statuses -----------------------------------------------------------------------------


def named(option, options, posts):
    """The post whose label the option gives, None where there is no such option."""
    return posts[options[option]] if option in options else None


class Post:
    """A post: everything about it that its edits share."""

    def __init__(self, text, arrival, author, language, options):
        self.text, self.author, self.language, self.options = text, author, language, options
        self.key = f"{author.handle} {text}"
        travel = 500 if author.host == HOME else 7000
        delay = 300 + draw("delay " + self.key, travel) + 1000 * int(options.get("late", 0))
        self.created = arrival - timedelta(milliseconds=delay)
        self.id = snowflake(self.created, self.key)
        self.uri, self.url = author.address(self.key, self.id, self.created)

    def wire(self, text, posts, accounts, edited=None, nested=False):
        page = Page(text, self.author, accounts)
        reply = named("reply", self.options, posts)
        quoted = None if nested else named("quote", self.options, posts)
        warning = self.options.get("cw", "")
        status = {
            "id": self.id,
            "created_at": stamp(self.created),
            "in_reply_to_id": reply.id if reply else None,
            "in_reply_to_account_id": reply.author.id if reply else None,
            "sensitive": bool(warning),
            "spoiler_text": warning,
            "visibility": "public",
            "language": self.language,
            "uri": self.uri,
            "url": self.url,
            "replies_count": 0,
            "reblogs_count": 0,
            "favourites_count": draw("stars " + self.key, 9) if edited else 0,
            "quotes_count": 0,
            "edited_at": stamp(edited) if edited else None,
            "content": (quote_line(quoted) if quoted else "") + page.html,
            "reblog": None,
        }
        if self.author.host == HOME:  # other servers do not say which application was used
            status["application"] = {"name": "Web", "website": None}
        status.update(
            account=self.author.wire(),
            media_attachments=self.media(),
            mentions=[mention(account) for account in page.mentions],
            tags=[hashtag(name) for name in page.tags],
            emojis=custom_emojis(text),
            quote=self.quote(quoted, posts, accounts),
            card=self.card(page.links),
            poll=self.poll(),
        )
        return status

    def quote(self, quoted, posts, accounts):
        if quoted is None:
            return None
        inner = quoted.wire(quoted.text, posts, accounts, nested=True)
        return {"state": "accepted", "quoted_status": inner}

    def media(self):
        if "image" not in self.options:
            return []
        name = f"{draw('image ' + self.key, 1 << 40):010x}.webp"
        cache = f"https://{HOME}/media_attachments/files"
        remote = None if self.author.host == HOME else f"https://{self.author.host}/media/{name}"
        return [
            {
                "id": snowflake(self.created, "image " + self.key),
                "type": "image",
                "url": f"{cache}/original/{name}",
                "preview_url": f"{cache}/small/{name}",
                "remote_url": remote,
                "preview_remote_url": None,
                "text_url": None,
                "meta": {"original": {"width": 1600, "height": 1200, "size": "1600x1200"}},
                "description": self.options["image"],
                "blurhash": None,
            }
        ]

    def card(self, links):
        if "card" not in self.options:
            return None
        return {
            "url": links[0],
            "title": self.options["card"],
            "description": "",
            "language": self.language,
            "type": "link",
            "author_name": "",
            "author_url": "",
            "provider_name": self.author.host,
            "provider_url": "",
            "html": "",
            "width": 0,
            "height": 0,
            "image": None,
            "image_description": "",
            "embed_url": "",
            "blurhash": None,
            "published_at": None,
            "authors": [],
        }

    def poll(self):
        if "poll" not in self.options:
            return None
        titles = self.options["poll"].split("/")
        return {
            "id": str(draw("poll " + self.key, 90000) + 10000),
            "expires_at": stamp(self.created + timedelta(hours=1)),
            "expired": False,
            "multiple": False,
            "votes_count": 0,
            "voters_count": 0,
            "options": [{"title": title, "votes_count": 0} for title in titles],
            "emojis": [],
        }


def mention(account):
    return {"id": account.id, "username": account.user, "url": account.url, "acct": account.acct}


def hashtag(name):
    return {"name": name.lower(), "url": f"https://{HOME}/tags/{name.lower()}"}


def quote_line(quoted):
    """What servers put before a quoting post, for clients that know no quotes."""
    return f'<p class="quote-inline">RE: {link(quoted.url)}</p>'


# --- the stream ---------------------------------------------------------------------------


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def rows(source):
    """The lines of demo.tsv as (line number, six columns)."""
    for number, line in enumerate(source.splitlines(), 1):
        if line and not line.startswith("#"):
            columns = line.split("\t")
            if len(columns) > 6:
                raise SystemExit(f"demo.tsv:{number}: more than six columns")
            yield number, columns + [""] * (6 - len(columns))


def options_of(text):
    pairs = (part.partition("=") for part in text.split(" ; ") if part)
    return {name: value for name, _, value in pairs}


class Stream:
    def __init__(self, source):
        self.accounts, self.posts, self.events = {}, {}, []
        for number, columns in rows(source):
            try:
                self.declare(*columns)
            except (KeyError, ValueError) as problem:
                raise SystemExit(f"demo.tsv:{number}: {problem!r}") from problem

    def declare(self, time, kind, author, language, text, options):
        """First pass: accounts and posts, so that a delete may name a post that comes later."""
        options = options_of(options)
        if kind == "account":
            self.accounts[author] = Account(author, time, text, "bot" in options)
            return
        post = None
        if kind in ("post", "broken") or "posted" in options:
            arrival = clock(options.get("posted", time))
            language = None if language == "null" else language
            post = Post(text, arrival, self.accounts[author], language, options)
            if "as" in options:
                self.posts[options["as"]] = post
        self.events.append((clock(time), kind, post, text, options))

    def text(self):
        parts = [":)\n"]
        now = self.events[0][0]
        for time, kind, post, text, options in self.events:
            if time < now:
                raise SystemExit(f"demo.tsv: {time:%H:%M:%S} {kind}: out of order")
            parts.append(heartbeats(now, time))
            try:
                name, data = self.event(time, kind, post, text, options)
            except (KeyError, ValueError, AttributeError) as problem:
                raise SystemExit(f"demo.tsv: {time:%H:%M:%S} {kind}: {problem!r}") from problem
            parts.append(f"event: {name}\ndata: {data}\n\n")
            now = time
        parts.append(":")  # the connection breaks inside a heartbeat
        return "".join(parts)

    def event(self, time, kind, post, text, options):
        """The name and the data of one event."""
        post = post or named("of", options, self.posts)
        if kind == "other":
            return text.split(" ", 1)
        if kind == "delete":
            return "delete", post.id if post else options["id"]
        if kind == "again":
            return "update", self.status(post, post.text)
        if kind == "edit":
            moment = time - timedelta(milliseconds=1250)
            edited = clock(options["edited"]) if "edited" in options else moment
            return "status.update", self.status(post, text, edited)
        if kind == "broken":
            payload = self.status(post, text)
            return "update", payload[: payload.index('"reblog"')]
        if kind == "post":
            return "update", self.status(post, text)
        raise SystemExit(f"demo.tsv: {kind}: no such kind of event")

    def status(self, post, text, edited=None):
        return compact(post.wire(text, self.posts, self.accounts, edited))


def heartbeats(since, until):
    """One for every mark of the clock in between; servers of today add an empty line."""
    passed = [(moment - MIDNIGHT).seconds // HEARTBEAT_EVERY for moment in (since, until)]
    return ":thump\n\n" * (passed[1] - passed[0])


def found(name):
    path = HERE / name
    return path.read_bytes() if path.is_file() else None


def main(arguments):
    stream = Stream((HERE / "demo.tsv").read_text(encoding="utf-8")).text().encode()
    wanted = {"demo.sse": stream, "demo.truth.json": demo_truth.truth(stream).encode()}
    if arguments == ["--check"]:
        stale = [name for name, content in wanted.items() if found(name) != content]
        for name in stale:
            print(f"tests/data/{name} is not what make_demo.py writes: run it, look, commit")
        return 1 if stale else 0
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    for name, content in wanted.items():
        (HERE / name).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
