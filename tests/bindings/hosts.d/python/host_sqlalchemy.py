import asking
import sqlalchemy
# lines: with the package, for every connection of the pool
import sqlite_sketches
from sqlalchemy import create_engine, event

engine = create_engine("sqlite:///visits.db")


@event.listens_for(engine, "connect")
def load_sketches(connection, record):
    sqlite_sketches.load(connection)
# end of lines


def listen(engine):
    # lines: or, without it
    @event.listens_for(engine, "connect")
    def load_sketches(connection, record):
        connection.enable_load_extension(True)
        connection.load_extension("./sketches")
        connection.enable_load_extension(False)
    # end of lines
    return engine


def query(db, sql):
    return db.execute(sqlalchemy.text(sql)).scalar()


def again(db):
    """The event has loaded before."""
    load_sketches(db.connection.driver_connection, None)


def forbidden(db):
    db.connection.driver_connection.enable_load_extension(False)
    db.connection.driver_connection.load_extension("./sketches")


asking.main(f"SQLAlchemy {sqlalchemy.__version__}", (listen(create_engine("sqlite://")).connect, again), (engine.connect, again),
            query=query, forbidden=forbidden)
