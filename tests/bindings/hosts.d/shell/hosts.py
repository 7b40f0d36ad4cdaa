from hosting import Host, apt

HOSTS = [
    Host("sqlite3", "the sqlite3 shell", "apt-get install sqlite3", apt("sqlite3", run_by=("sh",)), "sqlite3.sh",
         threads="the shell has none", forbids=False,
         notes="After `make install` it is `.load /usr/local/lib/sqlite3/sketches`. As a line of `~/.sqliterc`, a file that the shell reads "
               "when it starts, it loads every time."),
]
