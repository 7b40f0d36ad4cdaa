"""Packages for programs that link the extension: they bring its one file of C, and SQLite's headers."""

import pathlib
import sys

BINDINGS = pathlib.Path(__file__).resolve().parents[1]
sys.path.append(str(BINDINGS / "python"))
from build_backend import source, version, write_tar

C = {"sketches.c", "sketches.h", "sqlite3.h", "sqlite3ext.h"}
LICENCES = {"LICENSE", "NOTICE"}


def write(path, top, files):
    write_tar(path, {f"{top}/{name}": data for name, data in sorted(files.items())})
    return path


def write_crate(out):
    own = ["Cargo.toml", "README.md", "build.rs", "src/lib.rs"]
    files = {name: (BINDINGS / "rust" / name).read_bytes() for name in own}
    files["Cargo.toml"] = files["Cargo.toml"].replace(b'version = "0.0.0"', f'version = "{version()}"'.encode())
    files.update({f"c/{name}": source(name).read_bytes() for name in C})
    files.update({name: source(name).read_bytes() for name in LICENCES})
    top = f"sqlite-sketches-{version()}"
    return write(out / f"{top}.crate", top, files)


def write_go_module(out):
    files = {name: (BINDINGS / "go" / name).read_bytes() for name in ("README.md", "go.mod", "sketches.go")}
    files.update({name: source(name).read_bytes() for name in C | LICENCES})
    return write(out / f"sqlite-sketches-go-{version()}.tar.gz", "sqlite-sketches-go", files)
