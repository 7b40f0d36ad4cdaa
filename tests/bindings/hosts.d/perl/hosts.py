from hosting import Host, apt

HOSTS = [
    Host("perl", "Perl, DBD::SQLite", "apt-get install libdbd-sqlite3-perl", apt("perl", "libdbd-sqlite3-perl", run_by=("perl",)),
         "ask.pl",
         notes="The method `sqlite_load_extension` loads as well, but what goes wrong is `not an error` to it."),
]
