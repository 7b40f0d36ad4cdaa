from hosting import Host, apt

HOSTS = [
    Host("tcl", "Tcl, sqlite3", "apt-get install libsqlite3-tcl", apt("tcl", "libsqlite3-tcl", "tcl-thread", run_by=("tclsh",)), "ask.tcl",
         notes="A path in a variable is written `db eval {SELECT load_extension($path)}`; SQLite binds it."),
]
