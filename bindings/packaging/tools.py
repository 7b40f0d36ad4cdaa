"""What making packages takes, fetched from public registries into the folder of work."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

ZIG = "ziglang==0.17.1"             # of PyPI: a C compiler for every platform
SQLITE = "12.11.1"                  # of npm's better-sqlite3: SQLite 3.53.2 in one file
TOP = pathlib.Path(__file__).resolve().parents[2]


class Tools:
    def __init__(self, work):
        self.work = pathlib.Path(work).resolve()
        self.sqlite = self.work / "sqlite"
        self.zig = [str(self.work / "tools/bin/python"), "-m", "ziglang"]
        self.environment = dict(
            os.environ, WINEPREFIX=str(self.work / "wine"), WINEDEBUG="-all", LC_ALL="C",
            ZIG_GLOBAL_CACHE_DIR=str(self.work / "cache/global"), ZIG_LOCAL_CACHE_DIR=str(self.work / "cache/local"))

    def fetch_sqlite(self):
        self.work.mkdir(parents=True, exist_ok=True)
        run(TOP / ".ci/fetch-sqlite", SQLITE, self.sqlite)

    def fetch_compiler(self):
        self.fetch_sqlite()
        self._once("tools", ZIG, self._fetch_zig)

    def fetch(self):
        self.fetch_compiler()
        for ours, theirs in (("x86_64", "amd64"), ("aarch64", "arm64")):
            self._once(f"musl/{ours}", f"musl of Debian, {theirs}", lambda into, theirs=theirs: self._fetch_musl(into, theirs))

    def _once(self, folder, what, fetch):
        """Fetches into a folder, unless it has that already."""
        folder = self.work / folder
        note = folder / "fetched"
        if note.exists() and note.read_text() == what:
            return
        print(f"  FETCH {what}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        fetch(folder)
        note.write_text(what)

    @staticmethod
    def _fetch_zig(folder):
        run(sys.executable, "-m", "venv", folder)
        run(folder / "bin/python", "-m", "pip", "install", "--quiet", ZIG)

    def _fetch_musl(self, folder, architecture):
        """Debian's package for that architecture, unpacked and not installed."""
        if not shutil.which("apt-get"):
            return
        state = folder / "apt"
        (state / "lists/partial").mkdir(parents=True)
        (state / "status").touch()
        options = [f"-oAPT::Architecture={architecture}", f"-oAPT::Architectures={architecture}",
                   f"-oDir::State::lists={state}/lists", f"-oDir::State::status={state}/status",
                   f"-oDir::Cache={state}", "-oAPT::Sandbox::User=", "-oAcquire::Languages=none"]
        run("apt-get", "-qq", *options, "update")
        run("apt-get", "-qq", *options, "download", "musl", cwd=folder)
        run("dpkg", "-x", next(folder.glob("musl_*.deb")), folder)
        shutil.rmtree(state)

    def flags(self):
        """Of the Makefile, so that answers are the same."""
        given = os.environ.get("SAME_FLAGS")
        if not given:
            sys.exit("SAME_FLAGS is not set: say `make packages`")
        return shlex.split(given) + ["-O3", "-g0", "-s", f"-I{self.sqlite}"]

    def sqlite_version(self):
        return re.search(r'#define SQLITE_VERSION +"(.*)"', (self.sqlite / "sqlite3.h").read_text())[1]


def run(*command, **options):
    done = subprocess.run([str(each) for each in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout
