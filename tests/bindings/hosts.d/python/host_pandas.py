import sqlite3

import pandas

import asking
import sqlite_sketches


def connect():
    return sqlite3.connect(":memory:")


def query(db, sql):
    # lines: with the package
    sqlite_sketches.load(db)
    table = pandas.read_sql_query(sql, db)
    # end of lines
    return table.iat[0, 0]


asking.main(f"pandas {pandas.__version__}", (connect, sqlite_sketches.load), query=query)
