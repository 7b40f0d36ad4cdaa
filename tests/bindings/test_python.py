"""tests/bindings/run starts this: the Python package, and what reads and packs binaries."""

import hashlib
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import traceback
import types
import warnings
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
sys.path += [str(TOP / "bindings/python"), str(TOP / "bindings/packaging")]

import binaries
import binary
import build_backend
import queries
import sqlite_sketches
from platforms import PLATFORMS

LIBRARY = pathlib.Path(sqlite_sketches.loadable_path() + ".so").read_bytes()
THIS = next(each for each in PLATFORMS if each.name == "linux-x86_64")


def connect():
    return sqlite3.connect(":memory:", check_same_thread=False)


def loaded():
    db = connect()
    sqlite_sketches.load(db)
    return db


def refusal(connection, path=None):
    try:
        sqlite_sketches.load(connection, path)
    except sqlite_sketches.LoadError as error:
        return str(error)
    raise AssertionError("it was loaded")


def refusal_of(data):
    """The message about a library of those bytes, which the connection does not take."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "sketches.so"
        path.write_bytes(data)
        return refusal(connect(), path)


def patched(offset, data):
    return LIBRARY[:offset] + data + LIBRARY[offset + len(data):]


class Fake:
    """A connection whose SQLite says what it is told to."""

    def __init__(self, answer):
        self.answer, self.allowed = answer, []

    def enable_load_extension(self, allow):
        self.allowed.append(allow)

    def load_extension(self, path):
        self.answer(path)


def raising(message):
    def answer(_):
        raise sqlite3.OperationalError(message)
    return answer


# ---- loading


def test_answers_are_those_of_the_shell():
    answers, refused = queries.of_shell()
    db = loaded()
    for query, answer in zip(queries.QUERIES, answers):
        assert db.execute(query).fetchone() == (answer,), query
    try:
        db.execute(queries.REFUSED).fetchall()
    except sqlite3.OperationalError as error:
        assert str(error) == refused, error
    else:
        raise AssertionError("it was not refused")


def test_loading_twice_does_no_harm():
    db = loaded()
    sqlite_sketches.load(db)
    assert db.execute("SELECT topk(1)").fetchone() == ('[{"value":1,"count":1,"error":0}]',)


def test_each_connection_loads_for_itself():
    loaded()
    try:
        connect().execute("SELECT sketch_version()")
    except sqlite3.OperationalError as error:
        assert "no such function" in str(error)
    else:
        raise AssertionError("it was there already")


def test_extensions_are_forbidden_again():
    for db in (loaded(), connect()):
        if db.execute("SELECT count(*) FROM pragma_function_list WHERE name = 'topk'").fetchone() == (0,):
            refusal(db, "/nowhere/sketches")
        try:
            db.load_extension(sqlite_sketches.loadable_path())
        except sqlite3.OperationalError as error:
            assert "not authorized" in str(error)
        else:
            raise AssertionError("extensions are still allowed")


def test_threads_load_at_once():
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(loaded().execute("SELECT hll_count(1)").fetchone()))
               for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(1.0,)] * 8, answers


def test_another_sqlite_gets_a_copy():
    taken = {sqlite_sketches.loadable_path()}

    def answer(path):
        if path in taken:
            raise sqlite3.OperationalError("sketches: another SQLite in this program has this file already; ...")
        assert pathlib.Path(path).read_bytes() == LIBRARY
        paths.append(path)

    paths = []
    sqlite_sketches.load(Fake(answer))
    sqlite_sketches.load(Fake(answer))
    assert paths[0] == paths[1] and paths[0] not in taken, paths
    taken.add(paths[0])  # and a third one yet another
    sqlite_sketches.load(Fake(answer))
    assert paths[2] not in taken, paths
    assert len({os.path.basename(path) for path in paths}) == 1  # the entry point is made of it


class SecondSqlite(Fake):
    """A connection of another SQLite, to which the package's own file is not given."""

    def __init__(self):
        super().__init__(self.take)

    def take(self, path):
        if path == sqlite_sketches.loadable_path():
            raise sqlite3.OperationalError("sketches: another SQLite in this program has this file already; ...")
        self.path = path
        assert pathlib.Path(path).read_bytes() == LIBRARY


def test_a_copy_outlives_children_and_is_made_anew_when_it_has_gone():
    first = SecondSqlite()
    sqlite_sketches.load(first)
    script = "; ".join(("import os, sys, test_python as t", "db = t.SecondSqlite()", "t.sqlite_sketches.load(db)",
                        "child = os.fork()", "child or sys.exit()", "os.waitpid(child, 0)", "assert os.path.exists(db.path)",
                        "print(db.path)"))
    told = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=True, cwd=HERE)
    assert not os.path.exists(told.stdout.strip())  # the process has ended, and tidied up
    shutil.rmtree(os.path.dirname(first.path))
    again = SecondSqlite()
    sqlite_sketches.load(again)
    assert os.path.exists(again.path)


def test_a_copy_that_cannot_be_written_is_told():
    sqlite_sketches._copies.clear()
    tempfile.tempdir, before = "/nowhere", tempfile.tempdir
    try:
        message = refusal(SecondSqlite())
    finally:
        tempfile.tempdir = before
    assert "a copy of it was not loaded: " in message and "Set TMPDIR" in message, message


def test_a_copy_that_does_not_load_is_told():
    message = refusal(Fake(raising("another SQLite in this program has this file already")))
    assert "is taken by another SQLite of this process, and a copy of it was not loaded" in message, message
    assert "Set TMPDIR" in message, message


def test_old_names_of_apsw_are_known():
    class Old:
        def enableloadextension(self, allow):
            self.allowed = allow

        def loadextension(self, path):
            self.path = path
    old = Old()
    sqlite_sketches.load(old)
    assert (old.allowed, old.path) == (False, sqlite_sketches.loadable_path())


# ---- what goes wrong


def test_a_python_that_cannot_load_names_the_way_out():
    message = refusal(type("Connection", (), {"__module__": "sqlite3"})())
    for part in ("sqlite3 of this Python cannot load extensions", "pip install pysqlite3-binary",
                 "import pysqlite3 as sqlite3", "pip install apsw"):
        assert part in message, message
    plain = type("Connection", (), {"__module__": "sqlite3"})
    assert refusal(type("Traced", (plain,), {})()) == message  # as frameworks derive them


def test_a_connection_that_has_to_be_awaited_is_told_how():
    class Asynchronous(Fake):
        async def enable_load_extension(self, allow):
            raise AssertionError("it was awaited")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "await db.load_extension(sqlite_sketches.loadable_path())" in refusal(Asynchronous(None))


def test_a_connection_that_is_closed_or_of_another_thread_is_told():
    closed = connect()
    closed.close()
    other = []
    maker = threading.Thread(target=lambda: other.append(sqlite3.connect(":memory:")))
    maker.start()
    maker.join()
    for db, message in ((closed, "closed database"), (other[0], "same thread")):
        said = refusal(db)
        assert said.startswith("this connection cannot be used here: ") and message in said and "pip" not in said, said


def test_a_path_may_be_of_any_kind():
    for path in (sqlite_sketches.loadable_path() + ".so", os.fsencode(sqlite_sketches.loadable_path()),
                 pathlib.Path(sqlite_sketches.loadable_path())):
        sqlite_sketches.load(connect(), path)


def test_a_relative_path_is_that_of_the_folder_one_is_in():
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            assert f"{os.path.join(os.getcwd(), 'sketches')} was not loaded: there is no such file" in refusal(connect(), "sketches")
            pathlib.Path("sketches.so").write_bytes(LIBRARY)
            for path in ("sketches", "sketches.so", "./sketches", pathlib.Path("sketches.so")):
                sqlite_sketches.load(connect(), path)
        finally:
            os.chdir(before)


def test_a_path_may_have_any_characters():
    for name in ("with space", "\u00fcn\u00ef", "it's", "100%", "a\nb"):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / name / "sketches.so"
            path.parent.mkdir()
            path.write_bytes(LIBRARY)
            sqlite_sketches.load(connect(), path.with_suffix(""))
    assert "there is no such file" in refusal(connect(), "/no\0where/sketches")


def test_a_file_of_another_name_is_told_how_it_is_called():
    with tempfile.TemporaryDirectory() as folder:
        for name, fits in (("sketches2", True), ("libsketches", True), ("sketches.0.1", True), ("sketches-Bx3f", False), ("mine", False)):
            path = pathlib.Path(folder) / f"{name}.so"
            path.write_bytes(LIBRARY)
            if fits:
                sqlite_sketches.load(connect(), path)
            else:
                assert f"the file is called {name}, and has to be called sketches" in refusal(connect(), path)


def test_something_else_is_no_connection():
    assert "builtins.str has no load_extension: give the connection of the driver" in refusal("visits.db")
    assert "sqlite3.Cursor has no load_extension: give the connection of the driver" in refusal(connect().cursor())


def test_a_host_that_forbids_is_named():
    class Forbids(Fake):
        def enable_load_extension(self, allow):
            raise sqlite3.NotSupportedError("loading is off")
    message = refusal(Forbids(None))
    assert "does not allow extensions: loading is off" in message and "apsw" in message, message


def test_extensions_are_forbidden_after_a_failure():
    fake = Fake(raising("no"))
    refusal(fake)
    assert fake.allowed == [True, False]


def test_a_path_that_leads_nowhere():
    message = refusal(connect(), "/nowhere/sketches")
    assert "/nowhere/sketches was not loaded: there is no such file; install it again" in message, message


def test_a_library_of_another_machine():
    message = refusal_of(patched(18, b"\x16\x00"))
    assert "it is for Linux on s390x, and this is Linux on " in message and "pip install" in message, message
    arm = b"\x7fELF\1\1\1".ljust(18, b"\0") + b"\x28".ljust(46, b"\0")
    assert "it is for Linux on armv7, and this is" in refusal_of(arm), refusal_of(arm)


def test_a_library_for_another_c_library():
    message = refusal_of(LIBRARY.replace(b"\0libc.so.6\0", b"\0libc.so\0\0\0"))
    assert "it is for systems with musl, and this one has glibc" in message, message


def test_a_library_of_another_system():
    windows = b"MZ".ljust(0x3C, b"\0") + b"\x40\0\0\0" + b"PE\0\0\x64\x86"
    macos = b"\xcf\xfa\xed\xfe\x0c\0\0\x01" + bytes(64)
    assert "it is for Windows on x86_64, and this is Linux" in refusal_of(windows)
    assert "it is for macOS on aarch64, and this is Linux" in refusal_of(macos)


def test_a_file_that_is_cut_short():
    for size in (0, 1, 5, 20, 63, 4096, len(LIBRARY) - 1):
        message = refusal_of(LIBRARY[:size])
        assert "whole library" in message or "not all of one" in message, (size, message)
        assert "install it again" in message


def test_a_file_that_was_damaged():
    half = len(LIBRARY) // 2
    for data in (LIBRARY[:half] + bytes(len(LIBRARY) - half), LIBRARY[:-half // 4] + bytes(half // 4),
                 LIBRARY.replace(b"\n", b"\r\n"), LIBRARY[:half] + LIBRARY[half + 1:] + b"\0"):
        message = refusal_of(data)
        assert "it is a library that was damaged; install it again" in message or "whole library" in message, message
    assert "it is a library that was damaged" in refusal_of(LIBRARY[:half] + LIBRARY[half + 1:] + b"\0")


def test_a_file_of_something_else():
    assert "is no shared library" in refusal_of(b"<!DOCTYPE html><html>404</html>")


def test_what_the_extension_says_is_passed_on():
    message = refusal(Fake(raising("sketches needs SQLite 3.26.0 or newer, not 3.25.3")))
    assert "was not loaded: sketches needs SQLite 3.26.0 or newer, not 3.25.3. Use a newer one: `pip install" in message, message


def test_plugins_load_and_never_take_their_host_down():
    for host, plugin in (("datasette", "_plugin_datasette"), ("sqlite_utils", "_plugin_sqlite_utils")):
        sys.modules[host] = types.SimpleNamespace(hookimpl=lambda function: function)
        module = __import__(f"sqlite_sketches.{plugin}", fromlist=[plugin])
        db = connect()
        module.prepare_connection(conn=db)
        assert db.execute("SELECT sketch_version()").fetchone()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            module.prepare_connection(conn=Fake(raising("no")))
            module.prepare_connection(conn=type("Connection", (), {"__module__": "sqlite3"})())
        told = [str(each.message) for each in caught]
        assert len(told) == 2 and "was not loaded: no" in told[0] and "pysqlite3 by itself" not in told[0], told
        assert "takes pysqlite3 by itself, as soon as it is installed: `pip install pysqlite3-binary`" in told[1], told


# ---- wheels


def test_a_wheel_is_the_same_bytes_twice_and_says_what_is_in_it():
    wheels = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            name = build_backend.write_wheel(folder, THIS.wheel, LIBRARY, "sketches.so")
            path = pathlib.Path(folder) / name
            wheels.append(path.read_bytes())
            with zipfile.ZipFile(path) as archive:
                files = {each: archive.read(each) for each in archive.namelist()}
    assert wheels[0] == wheels[1]
    version = (TOP / "VERSION").read_text().strip()
    assert name == f"sqlite_sketches-{version}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", name
    info = f"sqlite_sketches-{version}.dist-info"
    assert files["sqlite_sketches/sketches.so"] == LIBRARY
    tags = [line for line in files[f"{info}/WHEEL"].decode().splitlines() if line.startswith("Tag: ")]
    assert tags == ["Tag: py3-none-manylinux_2_17_x86_64", "Tag: py3-none-manylinux2014_x86_64"], tags
    recorded = dict(line.split(",", 1) for line in files[f"{info}/RECORD"].decode().splitlines())
    assert set(recorded) == set(files)
    for path, data in files.items():
        if not path.endswith("RECORD"):
            digest = hashlib.sha256(data).digest()
            assert recorded[path].split(",")[0] == "sha256=" + build_backend.base64.urlsafe_b64encode(
                digest).rstrip(b"=").decode()


# ---- binaries


def test_what_was_built_is_read():
    if os.environ.get("PRELOAD"):
        return  # a sanitizer exports more
    seen = binary.inspect(LIBRARY)
    assert seen.exports == ["sqlite3_sketches_init"], seen
    assert set(seen.wants) <= {"libc.so.6", "libm.so.6"}, seen
    assert seen.libc.startswith("glibc 2."), seen


def test_each_fault_of_a_binary_is_found():
    this_libc = THIS._replace(machine=binary.inspect(LIBRARY).machine, libc="glibc 2.99")
    if not os.environ.get("PRELOAD"):
        assert not binaries.faults(this_libc, LIBRARY)
        assert binaries.faults(this_libc, LIBRARY.replace(b"\0libm.so.6\0", b"\0libz.so.1\0")) == ["it wants libz.so.1"]
        assert binaries.faults(this_libc, LIBRARY.replace(b"sqlite3_sketches_init", b"sqlite3_sketches_exit")) \
            == ["it exports sqlite3_sketches_exit"]
    assert "it is for s390x" in binaries.faults(this_libc, patched(18, b"\x16\x00"))
    assert any("not musl" in each for each in binaries.faults(THIS._replace(libc="musl"), LIBRARY))
    assert any("not glibc 2.1" in each for each in binaries.faults(THIS._replace(libc="glibc 2.1"), LIBRARY))
    assert binaries.faults(THIS, LIBRARY[:1000])


def test_names_of_platforms_are_one_each():
    for column in ("name", "target", "wheel", "npm", "npm_package"):
        values = [getattr(each, column) for each in PLATFORMS]
        assert len(set(values)) == len(values), column


def main():
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")
             and (not sys.argv[1:] or name in sys.argv[1:])]
    failed = 0
    for name, test in tests:
        try:
            test()
        except Exception:
            failed += 1
            print(f"FAIL {name}\n{traceback.format_exc()}")
    print(f"{len(tests) - failed} passed, {failed} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
