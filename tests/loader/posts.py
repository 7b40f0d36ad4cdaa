"""Invented posts in the form Mastodon sends them."""
import json

LANGUAGES = ("en", "de", None, "en-GB")
WORDS = ("stream", "of", "words", "that", "nobody", "wrote", "about", "the", "weather")


def status(n, **changes):
    post = {
        "id": str(1000 + n),
        "uri": "https://a.example/users/ann/statuses/%d" % (1000 + n),
        "url": "https://a.example/@ann/%d" % (1000 + n),
        "created_at": "2026-06-01T%02d:%02d:%02d.000Z" % (n // 3600 % 24, n // 60 % 60, n % 60),
        "edited_at": None,
        "language": "en",
        "visibility": "public",
        "sensitive": False,
        "spoiler_text": "",
        "in_reply_to_id": None,
        "reblog": None,
        "content": "<p>%s number %d</p>" % (WORDS[n % len(WORDS)], n),
        "account": {"acct": "ann", "url": "https://a.example/@ann", "bot": False},
        "tags": [], "mentions": [], "emojis": [],
    }
    post.update(changes)
    return post


def event(kind, payload):
    data = payload if isinstance(payload, str) else json.dumps(payload)
    return ("event: %s\ndata: %s\n\n" % (kind, data)).encode()


def update(n, **changes):
    return event("update", status(n, **changes))


def stream(count, first=0):
    return b":)\n" + b"".join(update(n) for n in range(first, first + count))
