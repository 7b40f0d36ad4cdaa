"""What the programs of Python share: they answer the queries by connections that `connect()` gives."""

import os
import sys
import threading

QUERIES = open(os.environ["QUERIES"]).read().splitlines()


def told(error):
    return " ".join(str(error).split())


def tell(word, text):
    print(f"{word}\t{text}", flush=True)


def answers(db, query=lambda db, sql: db.execute(sql).fetchone()[0]):
    """The text or the message of each query; query(db, SQL) gives a text or raises."""
    texts = []
    for sql in QUERIES:
        try:
            texts.append(str(query(db, sql)))
        except Exception as error:
            texts.append(told(error))
    return texts


def main(host, connect, load, load_forbidden, also=None, **how):
    """connect() gives a connection, load(db) loads; load_forbidden(db) without allowing it.  `also` is
    another way to load, for the second connection."""
    if sys.argv[1:] == ["forbidden"]:
        try:
            load_forbidden(connect())
        except Exception as error:
            tell("failed", told(error))
        return
    first = connect()
    try:
        load(first)
    except Exception as error:
        tell("failed", told(error))
        return
    load(first)
    tell("host", host)
    tell("sqlite", first.execute("SELECT sqlite_version()").fetchone()[0])
    for text in answers(first, **how):
        tell("one", text)
    second = connect()
    (also or load)(second)
    for text in answers(second, **how):
        tell("two", text)
    kept = [None] * 4

    def ask(i):
        db = connect()
        load(db)
        kept[i] = answers(db, **how)

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for texts in kept:
        for text in texts or ["a thread failed"]:
            tell("thread", text)
