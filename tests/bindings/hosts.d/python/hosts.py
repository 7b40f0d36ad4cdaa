from hosting import Host, pip, python_that_cannot_load

HOSTS = [
    Host("python-sqlite3", "Python, sqlite3", "apt-get install python3", pip(), "python_sqlite3.py",
         notes="Each connection loads for itself. Debian's SQLite allows extensions from the beginning; others want the "
               "first line."),
    Host("pysqlite3", "Python, pysqlite3-binary", "pip install pysqlite3-binary", pip("pysqlite3-binary"), "host_pysqlite3.py",
         notes="For Pythons whose own sqlite3 cannot load extensions, and for a newer SQLite."),
    Host("pyenv-pysqlite3", "Python of pyenv, pysqlite3-binary", "pip install pysqlite3-binary",
         pip("pysqlite3-binary", base=python_that_cannot_load), "host_pysqlite3.py", as_other=True),
    Host("pyenv-apsw", "Python of pyenv, apsw", "pip install apsw", pip("apsw", base=python_that_cannot_load), "host_apsw.py",
         as_other=True),
    Host("pyenv", "Python of pyenv, sqlite3", "pyenv install 3.13", pip(base=python_that_cannot_load), "python_without.py",
         cannot="`pip install pysqlite3-binary` and `import pysqlite3 as sqlite3`, or `pip install apsw`; or "
                "`PYTHON_CONFIGURE_OPTS=--enable-loadable-sqlite-extensions pyenv install 3.13`"),
    Host("sqlean", "Python, sqlean.py", "pip install sqlean.py", pip("sqlean.py"), "host_sqlean.py"),
    Host("apsw", "Python, apsw", "pip install apsw", pip("apsw"), "host_apsw.py",
         notes="A process that has two SQLites, such as those of apsw and of sqlite3, needs the file twice: copy it, to "
               "`sketches2.so` say, and load the copy into the second. The package does that by itself."),
    Host("sqlalchemy", "SQLAlchemy", "pip install sqlalchemy", pip("sqlalchemy"), "host_sqlalchemy.py",
         notes="Each connection of a pool loads for itself: what is loaded into one by hand is missing in the others."),
    Host("django", "Django", "pip install django", pip("django"), "visits.py", loads=False,
         notes="`name` is that of the application. The class is found by itself, if it is the only one in the file."),
    Host("aiosqlite", "aiosqlite", "pip install aiosqlite", pip("aiosqlite"), "host_aiosqlite.py"),
    Host("pandas", "pandas", "pip install pandas", pip("pandas"), "host_pandas.py", loads=False,
         notes="`db` is a connection of sqlite3; of an engine of SQLAlchemy see there."),
    Host("datasketches", "Python, datasketches", "pip install datasketches", pip("datasketches"), "host_datasketches.py", loads=False,
         notes="The classes are `hll_sketch`, `compact_theta_sketch` (from `update_theta_sketch`: `.compact()`), `tdigest_double` and "
               "`kll_doubles_sketch`. hll's `serialize_compact` and `serialize_updatable` are both read."),
    Host("datasette", "Datasette", "pip install datasette", pip("datasette"), "host_datasette.py", forbids=False,
         notes="The name of a database instead of `--memory`, or beside it. The package is found by Datasette when it is installed "
               "in the same environment."),
    Host("sqlite-utils", "sqlite-utils", "pip install sqlite-utils", pip("sqlite-utils", own=False), "host_sqlite_utils.py",
         notes="`sqlite-utils insert visits.db visits visits.csv --csv` makes a table of a CSV file, in which columns of numbers are numbers; "
               "the shell's `.import` makes them text."),
    Host("sqlite-utils-package", "sqlite-utils, with the package", "pip install sqlite-utils sqlite-sketches", pip("sqlite-utils"),
         "host_sqlite_utils_plugin.py", loads=False, notes="Every command and every Database has the functions."),
]
