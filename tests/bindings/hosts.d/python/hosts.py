from hosting import Host, pip

HOSTS = [
    Host("python", "Python, sqlite3", "apt-get install python3", pip(), "plain_sqlite3.py"),
]
