"""What a host is, and how it is had from its registry.

hosts.d has a folder for each language.  Its hosts.py has a list HOSTS of class Host; beside it lie the
programs, one for each host, and what they share.  A program is run in a folder that has
sketches.so, and prints lines of a word, a tab and a text:

    host     what it is and its version
    sqlite   the version of its SQLite
    one      the answer to each query of file $QUERIES, a line each, by a connection that has loaded
             twice; where a query fails, the message (line breaks as spaces)
    two      the same of a second connection, while the first is open
    thread   the same of four threads, each with its own connection: all lines of one, then the next
    failed   why the extension was not loaded, and nothing else

With the argument "forbidden" it loads without having allowed that, for the message.

What a user types stands between two lines of comment, "lines" and "end of lines", and goes from there
into docs/hosts.md: so it has to be what is run.  It says ./sketches for the path.  Several such pairs are allowed;
what follows the word "lines" (": with the package") stands above them in the document. Lines of a
shell in a program of another language are in "sh lines".
"""

import functools
import os
import pathlib
import platform
import re
import runpy
import shutil
import subprocess
import sys
import sysconfig
from typing import Callable, NamedTuple, Optional, Union

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
BUILD = (TOP / os.environ.get("BUILD", "build")).resolve()
WORK = BUILD / "hosts"
PROGRAMS = HERE / "hosts.d"
LANGUAGES = ["shell", "c", "python", "node", "go", "rust", "java", "php", "perl", "ruby", "tcl", "r", "lua", "ocaml"]
LIMIT = 1800  # seconds, for one command
sys.path += [str(TOP / "bindings/packaging"), str(TOP / "bindings/python")]


class NotHad(Exception):
    """A host that is not to be had here, and why."""


class Host(NamedTuple):
    name: str                  # for TEST=
    title: str                 # in the document
    install: str               # what a user types to have it
    get: Optional[Callable] = None  # get(host, folder): installs, and returns the command that runs the program
    program: str = ""
    threads: Union[bool, str] = True    # or why there are none
    loads: bool = True         # a file, which may be missing or for another processor
    forbids: bool = True       # loading has to be allowed first
    notes: str = ""            # what goes wrong and what to do, as sentences
    cannot: str = ""           # it cannot load extensions at all: what to do instead. A program prints host, sqlite, failed
    as_other: bool = False     # the section of another host tells the same of it
    folder: Optional[pathlib.Path] = None  # of its program; the driver sets it


def all_hosts():
    hosts = []
    for language in LANGUAGES:
        told = PROGRAMS / language / "hosts.py"
        if told.exists():
            hosts += [host._replace(folder=told.parent) for host in runpy.run_path(str(told))["HOSTS"]]
    names = [host.name for host in hosts]
    assert len(set(names)) == len(names) == len({host.title for host in hosts}), names
    return hosts


def run(*command, **options):
    """What the command prints, both ways; AssertionError with that when it fails."""
    command = [str(each) for each in command]
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace",
                          stdin=subprocess.DEVNULL, check=False, timeout=LIMIT, **options)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def had(*command, **options):
    """Runs what fetches a host."""
    try:
        return run(*command, **options)
    except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
        lines = [line for line in str(error).strip().splitlines() if line.strip()]
        told = next((line for line in lines if re.search("error|ERR!|E: ", line)), lines[-1])
        raise NotHad(f"{' '.join(map(str, command))}: {told.strip()}") from error


def want(program, package=None):
    """The path of a program that has to be here."""
    path = shutil.which(program)
    if not path:
        raise NotHad(f"there is no {program}" + (f" (package {package})" if package else ""))
    return path


# ---- ways to have a host


def apt(*packages, run_by):
    """Of Debian's packages, which are installed where they are missing and that is allowed."""
    def get(host, folder):
        if shutil.which("dpkg-query"):
            missing = [each for each in packages if "install ok installed" not in subprocess.run(
                ["dpkg-query", "-W", "-f", "${Status}", each], capture_output=True, text=True, check=False).stdout]
            if missing:
                root = [] if os.geteuid() == 0 else ["sudo", "-n"]
                had(*root, "apt-get", "-q", "-y", "install", "--no-install-recommends", *missing,
                    env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"))
        return [want(run_by[0], " ".join(packages)), *run_by[1:], folder / host.program]
    return get


def system_python():
    return "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable


@functools.lru_cache(None)
def own_wheel():
    import build_backend
    tag = re.sub("[-.]", "_", sysconfig.get_platform())
    (WORK / "own").mkdir(parents=True, exist_ok=True)
    return WORK / "own" / build_backend.write_wheel(WORK / "own", tag, (BUILD / "sketches.so").read_bytes(), "sketches.so")


def python_that_cannot_load():
    """One as pyenv builds it."""
    probe = "import sqlite3, sys; sys.exit(hasattr(sqlite3.Connection, 'load_extension'))"
    for python in (shutil.which("python3"), *sorted(pathlib.Path.home().glob(".pyenv/versions/3.1*/bin/python3"), reverse=True)):
        if python and subprocess.run([python, "-c", probe], check=False).returncode == 0:
            return python
    raise NotHad("every Python here can load extensions")


def pip(*packages, own=True, base=system_python):
    """Of PyPI, into a virtual environment of that Python, with our own package beside it."""
    def get(host, folder):
        python = folder / "venv/bin/python"
        if not python.exists():
            had(base(), "-m", "venv", folder / "venv")
        if packages:
            had(python, "-m", "pip", "install", "--quiet", "--upgrade", *packages)
        if own:
            run(python, "-m", "pip", "install", "--quiet", "--no-index", "--force-reinstall", own_wheel())
        return [python, "-B", folder / host.program]
    return get


@functools.lru_cache(None)
def own_npm_packages():
    import npm as packing
    from platforms import PLATFORMS
    out = WORK / "own"
    out.mkdir(parents=True, exist_ok=True)
    packing.write_main_package(out)
    here = next((each for each in PLATFORMS if each.name == f"linux-{platform.machine()}"), None)
    if not here:
        raise NotHad(f"there is no package of ours for {platform.machine()}")
    packing.write_platform_package(out, here, BUILD / here.library)
    return [out / f"{name}-{packing.version()}.tgz" for name in ("sqlite-sketches", here.npm_package)]


def npm(*packages, run_by=("node",), compiled=False):
    """Of npm, with our own package beside it; compiled for the node that is here where there is no binary for it."""
    def get(host, folder):
        node = want("node", "nodejs")
        want("npm", "npm")
        (folder / "package.json").write_text("{}")
        options = ["--no-audit", "--no-fund"]
        if compiled:
            options += [f"--nodedir={pathlib.Path(node).resolve().parents[1]}", "--build-from-source"]
        if packages:
            had("npm", "install", *options, *packages, cwd=folder)
        run("npm", "install", "--no-audit", "--no-fund", "--offline", *own_npm_packages(), cwd=folder)
        program = folder / "node_modules/.bin" / run_by[0]
        return [program if program.exists() else want(run_by[0]), *run_by[1:], folder / host.program]
    return get


@functools.lru_cache(None)
def own_linked(write):
    """The crate or the Go module, by that function of bindings/packaging/linked.py."""
    import linked
    from tools import Tools
    want("npm", "npm")
    Tools(BUILD / "packaging").fetch_sqlite()
    (WORK / "own").mkdir(parents=True, exist_ok=True)
    return getattr(linked, write)(WORK / "own")


def lines_of_readme(binding):
    """What README.md tells to type, to have the package."""
    return re.search(r"```sh\n(.*?)```", (TOP / "bindings" / binding / "README.md").read_text(), re.S)[1]
