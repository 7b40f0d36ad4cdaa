from hosting import Host, pip, python_that_cannot_load

HOSTS = [
    Host("python", "Python, sqlite3", "apt-get install python3", pip(), "python_sqlite3.py"),
    Host("pysqlite3", "Python, pysqlite3-binary", "pip install pysqlite3-binary", pip("pysqlite3-binary"), "host_pysqlite3.py"),
    Host("pyenv-pysqlite3", "Python of pyenv, pysqlite3-binary", "pip install pysqlite3-binary",
         pip("pysqlite3-binary", base=python_that_cannot_load), "host_pysqlite3.py"),
    Host("pyenv-apsw", "Python of pyenv, apsw", "pip install apsw", pip("apsw", base=python_that_cannot_load), "host_apsw.py"),
    Host("pyenv", "Python of pyenv, sqlite3", "pyenv install 3.13", pip(base=python_that_cannot_load), "python_without.py",
         cannot="`pip install pysqlite3-binary` and `import pysqlite3 as sqlite3`, or `pip install apsw`; or "
                "`PYTHON_CONFIGURE_OPTS=--enable-loadable-sqlite-extensions pyenv install 3.13`"),
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
