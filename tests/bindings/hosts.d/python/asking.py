"""What the programs of Python share: they answer the queries in the ways that they are loaded in."""

import os
import sys
import threading

QUERIES = open(os.environ["QUERIES"]).read().splitlines()
THREADS = 4


def told(error):
    return " ".join(str(error).split())


def tell(word, text):
    print(f"{word}\t{text}", flush=True)


def execute(db, sql):
    """The one text that a query gives."""
    return db.execute(sql).fetchone()[0]


def main(host, *ways, query=execute, forbidden=None):
    """A way is (connect, load): connect() gives a connection, load(db) loads into it, and may be
    called again. The first connection is of the first way, the second one of the last.  query(db, SQL) is
    execute, where it is another; forbidden(db) loads where that is not allowed.
    """
    def answers(way):
        connect, load = way
        db = connect()
        load(db)
        load(db)
        texts = []
        for sql in QUERIES:
            try:
                texts.append(query(db, sql))
            except Exception as error:
                texts.append(told(error))
        return db, texts

    try:
        if sys.argv[1:] == ["forbidden"]:
            forbidden(ways[0][0]())
        first, one = answers(ways[0])
    except Exception as error:
        tell("failed", told(error))
        return
    tell("host", host)
    tell("sqlite", query(first, "SELECT sqlite_version()"))
    kept = {"one": one, "two": answers(ways[-1])[1]}

    def thread(i):
        kept[i] = answers(ways[i % len(ways)])[1]

    threads = [threading.Thread(target=thread, args=(i,)) for i in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for word, texts in kept.items():
        for text in texts:
            tell(word if word in ("one", "two") else "thread", text)
