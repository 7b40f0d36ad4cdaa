from hosting import Host, pip

HOSTS = [
    Host("python", "Python, sqlite3", "apt-get install python3", pip(), "python_sqlite3.py"),
    Host("pysqlite3", "Python, pysqlite3-binary", "pip install pysqlite3-binary", pip("pysqlite3-binary"), "host_pysqlite3.py"),
    Host("sqlean", "Python, sqlean.py", "pip install sqlean.py", pip("sqlean.py"), "host_sqlean.py"),
    Host("apsw", "Python, apsw", "pip install apsw", pip("apsw"), "host_apsw.py"),
    Host("sqlalchemy", "SQLAlchemy", "pip install sqlalchemy", pip("sqlalchemy"), "host_sqlalchemy.py"),
    Host("django", "Django", "pip install django", pip("django"), "host_django.py", loads=False),
    Host("aiosqlite", "aiosqlite", "pip install aiosqlite", pip("aiosqlite"), "host_aiosqlite.py"),
    Host("pandas", "pandas", "pip install pandas", pip("pandas"), "host_pandas.py", loads=False),
    Host("datasette", "Datasette", "pip install datasette", pip("datasette", "setuptools<81"), "host_datasette.py", forbids=False),
    Host("sqlite-utils", "sqlite-utils", "pip install sqlite-utils", pip("sqlite-utils", own=False), "host_sqlite_utils.py"),
    Host("sqlite-utils-package", "sqlite-utils, with the package", "pip install sqlite-utils", pip("sqlite-utils"),
         "host_sqlite_utils_plugin.py", loads=False),
]
