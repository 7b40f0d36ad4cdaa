import os
import shutil

from hosting import BUILD, TOP, Host, npm, run, want

DENO = ("deno", "run", "--allow-ffi", "--allow-read", "--allow-env", "--allow-sys")


def wasm(host, folder):
    run("make", "-s", "-C", TOP, "wasm", env=dict(os.environ, MAKEFLAGS=""))
    for name in ("sketches.mjs", "sketches.wasm"):
        shutil.copy(BUILD / "browser" / name, folder)
    return [want("node", "nodejs"), folder / host.program]


HOSTS = [
    Host("better-sqlite3", "Node, better-sqlite3", "npm install better-sqlite3", npm("better-sqlite3", compiled=True),
         "better_sqlite3.mjs", forbids=False),
    Host("node-sqlite", "Node, node:sqlite", "npm install node@24", npm("node@24"), "node_sqlite.mjs",
         notes="It cannot be allowed later. Node 22.13 and 23.5 were the first to have `loadExtension`."),
    Host("node-sqlite3", "Node, sqlite3", "npm install sqlite3", npm("sqlite3", compiled=True), "node_sqlite3.mjs", forbids=False),
    Host("libsql", "Node, libsql", "npm install libsql", npm("libsql"), "libsql.mjs", forbids=False),
    Host("bun", "Bun, bun:sqlite", "npm install bun", npm("bun", run_by=("bun",)), "bun_sqlite.mjs", forbids=False,
         notes="On macOS Bun has the system's SQLite, which loads nothing: `Database.setCustomSQLite(path)` of another one comes first."),
    Host("deno", "Deno, node:sqlite", "npm install deno", npm("deno", run_by=DENO), "node_sqlite.mjs",
         notes="The program is run with `--allow-ffi`; with the package also with `--allow-read --allow-env --allow-sys`."),
    Host("turso", "Node, Turso", "npm install @tursodatabase/database", npm("@tursodatabase/database"), "turso.mjs",
         cannot="SQLite written anew in Rust; it loads extensions of its own kind alone. All others here open its files"),
    Host("wasm", "WebAssembly, in a browser or in Node", "make wasm", wasm, "wasm.mjs", loads=False,
         notes="Two files of `build/browser` are all that is wanted, `sketches.mjs` and `sketches.wasm`. Other builds of SQLite for "
               "browsers load nothing: there is no `dlopen` in them."),
]
