"""What lies beside a release: an archive for each platform, their sums, and sqlpkg.json.

sqlpkg (sqlpkg.org) reads OWNER/sketches from sqlpkg.json, fetches from its address the archive that is for the
system it runs on, compares that with checksums.txt of the same address, and unpacks it.
"""

import hashlib
import json
import pathlib
import sys

BINDINGS = pathlib.Path(__file__).resolve().parents[1]
sys.path.append(str(BINDINGS / "python"))
from build_backend import project, source, version, write_tar

SYSTEMS = {"win32": "windows"}  # Go's names for Node's, where they differ
PROCESSORS = {"x64": "amd64"}


def archive_name(platform):
    return f"sqlite-sketches-{version()}-{platform.name}.tar.gz"


def write_archives(folder, libraries):
    """An archive for each platform, of {platform: its library}, and checksums.txt."""
    lines = []
    for platform, library in libraries.items():
        path = folder / archive_name(platform)
        files = {library.name: library.read_bytes()}
        files.update({name: source(name).read_bytes() for name in ("LICENSE", "NOTICE")})
        write_tar(path, files)
        lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
    (folder / "checksums.txt").write_text("".join(lines))


def write_sqlpkg(folder, platforms, owner, address):
    """sqlpkg.json of OWNER/sketches: the archives lie at that address, an URL or a folder.  sqlpkg tells
    neither musl from glibc, so that it gets the files for glibc, nor ARMv7 from older ones, so that it gets none."""
    files = {}
    for platform in platforms:
        system, processor, libc = platform.npm
        if libc != "musl" and processor != "arm":
            files[f"{SYSTEMS.get(system, system)}-{PROCESSORS.get(processor, processor)}"] = archive_name(platform)
    told = {
        "owner": owner, "name": "sketches", "version": version(), "license": "MIT", "description": project()["description"],
        "keywords": ["top-k", "hyperloglog", "t-digest", "count-min", "quantiles", "reservoir sampling", "approximate"],
        "assets": {"path": address, "files": files},
    }
    (folder / "sqlpkg.json").write_text(json.dumps(told, indent=4) + "\n")
