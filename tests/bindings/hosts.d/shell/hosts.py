from hosting import Host, apt

HOSTS = [
    Host("sqlite3", "the sqlite3 shell", "apt-get install sqlite3", apt("sqlite3", run_by=("sh",)), "sqlite3.sh",
         threads="the shell has none", forbids=False,
         notes="The path may have its suffix. A line `.load /usr/local/lib/sqlite3/sketches` in `~/.sqliterc` loads it every time."),
]
