"""Both the program that asks Django, and the application that Django finds by this name."""

# lines: `apps.py` of an application in `INSTALLED_APPS`, with the package
import sqlite_sketches
from django.apps import AppConfig
from django.db.backends.signals import connection_created


def load_sketches(sender, connection, **kwargs):
    if connection.vendor == "sqlite":
        sqlite_sketches.load(connection.connection)


class VisitsConfig(AppConfig):
    name = "visits"

    def ready(self):
        connection_created.connect(load_sketches)
# end of lines


def query(db, sql):
    with db.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def main():
    import asking
    import django
    from django.conf import settings
    from django.db import connections

    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    settings.configure(INSTALLED_APPS=["visits.VisitsConfig"],
                       DATABASES={"default": sqlite, "other": {**sqlite, "NAME": "visits.sqlite3"}})
    django.setup()

    def way(alias):
        """Django opens a connection when it is asked for the first time, one in each thread."""
        return lambda: connections[alias], lambda db: db.ensure_connection() or load_sketches(None, db)

    asking.main(f"Django {django.__version__}", way("default"), way("other"), query=query)


if __name__ == "__main__":
    main()
