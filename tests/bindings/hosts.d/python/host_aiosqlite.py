import asyncio
import importlib.metadata

import aiosqlite

import asking
import sqlite_sketches


class Waiting:
    """A connection with a loop of its own, for callers that do not wait."""

    opened = []

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.db = self.wait(aiosqlite.connect(":memory:"))
        self.opened.append(self)

    def wait(self, what):
        async def waiting():
            return await what
        return self.loop.run_until_complete(waiting())


async def load_file(db):
    # lines
    await db.enable_load_extension(True)
    await db.load_extension("./sketches")
    await db.enable_load_extension(False)
    # end of lines


async def load_by_package(db):
    # lines: or, with the package
    await db.enable_load_extension(True)
    await db.load_extension(sqlite_sketches.loadable_path())
    await db.enable_load_extension(False)
    # end of lines


async def load_forbidden(db):
    await db.enable_load_extension(False)
    await db.load_extension("./sketches")


async def fetch(db, sql):
    async with db.execute(sql) as cursor:
        return (await cursor.fetchone())[0]


def waiting(function):
    return lambda connection, *arguments: connection.wait(function(connection.db, *arguments))


asking.main(f"aiosqlite {importlib.metadata.version('aiosqlite')}", (Waiting, waiting(load_file)),
            (Waiting, waiting(load_by_package)), query=waiting(fetch), forbidden=waiting(load_forbidden))
for connection in Waiting.opened:  # each has a thread, which would wait for ever
    connection.wait(connection.db.close())
