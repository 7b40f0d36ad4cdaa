"""Makes wheels and the source distribution, without another package (PEP 517).

A wheel is the module and the compiled extension.  From source it is compiled from the one
file `sketches.c`, which lies beside this file in a source distribution and in build/dist
of a clone: by $CC, or the compiler that this Python was built with.  $CFLAGS and $LDFLAGS
are honoured.  The same files give the same bytes, whenever and wherever.
"""

import base64
import gzip
import hashlib
import io
import os
import pathlib
import re
import shlex
import shutil
import struct
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
MODULE = "sqlite_sketches"
# -ffp-contract=off: answers must not depend on whether the CPU has fused multiply-add.
FLAGS = ["-std=c11", "-O3", "-fvisibility=hidden", "-ffp-contract=off"]
BUILD = os.environ.get("BUILD", "build")
SOURCES = {"sketches.c": f"{BUILD}/dist", "sketches.h": f"{BUILD}/dist", "sqlite3.h": f"{BUILD}/packaging/sqlite",
           "sqlite3ext.h": f"{BUILD}/packaging/sqlite", "LICENSE": ".", "NOTICE": ".", "VERSION": "."}
TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can tell


def source(name):
    """A file that lies here in a source distribution, and elsewhere in a clone."""
    path = HERE / name
    return path if path.exists() else HERE.parents[1] / SOURCES[name] / name


def version():
    return source("VERSION").read_text().strip()


def project():
    """The few lines of pyproject.toml that are wanted here; tomllib comes with Python 3.11."""
    text = (HERE / "pyproject.toml").read_text()
    found = dict(re.findall(r'^([a-z-]+) = "(.*)"$', text.split("[project]")[1], re.M))
    points = re.findall(r"^\[project\.entry-points\.(.*)\]\n((?:.+\n)+)", text, re.M)
    found["entry-points"] = "\n".join(f"[{group}]\n" + lines.replace('"', "") for group, lines in points)
    return found


def metadata():
    told = project()
    return (f"Metadata-Version: 2.4\nName: {told['name']}\nVersion: {version()}\n"
            f"Summary: {told['description']}\nLicense-Expression: {told['license']}\n"
            "License-File: LICENSE\nLicense-File: NOTICE\n"
            f"Requires-Python: {told['requires-python']}\n"
            "Description-Content-Type: text/markdown\n\n" + (HERE / "README.md").read_text())


def module_files():
    return {f"{MODULE}/{path.name}": path.read_bytes()
            for path in sorted((HERE / MODULE).glob("*.py"))}


# ---- the wheel


def write_wheel(folder, tag, library, name):
    """A wheel with that library in it under that name, for platforms of that tag."""
    info = f"{MODULE}-{version()}.dist-info"
    files = module_files()
    files[f"{MODULE}/{name}"] = library
    files[f"{info}/METADATA"] = metadata().encode()
    # A compressed set of tags is several lines here.
    tags = "".join(f"Tag: py3-none-{each}\n" for each in tag.split("."))
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: {MODULE}\nRoot-Is-Purelib: false\n{tags}".encode()
    files[f"{info}/entry_points.txt"] = project()["entry-points"].encode()
    for licence in ("LICENSE", "NOTICE"):
        files[f"{info}/licenses/{licence}"] = source(licence).read_bytes()
    files[f"{info}/RECORD"] = record(files, f"{info}/RECORD").encode()
    wheel = f"{MODULE}-{version()}-py3-none-{tag}.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, TIME)
            entry.create_system = 3
            entry.external_attr = (0o100755 if path.endswith(name) else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return wheel


def record(files, own):
    lines = []
    for path, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(data)}\n")
    return "".join(lines) + f"{own},,\n"


def compiler():
    if os.environ.get("CC"):
        command = shlex.split(os.environ["CC"])
        if not shutil.which(command[0]):
            raise RuntimeError(f"CC is {os.environ['CC']}, and there is no such program: name gcc or clang, or leave it out")
        return command
    for command in (sysconfig.get_config_var("CC") or "", "cc", "gcc", "clang"):
        if command and shutil.which(shlex.split(command)[0]):
            return shlex.split(command)
    raise RuntimeError("sqlite-sketches has no wheel for this platform and is compiled, but there is no C "
                       "compiler: install gcc or clang, or say CC=... (MSVC's cl does not do)")


def compile_library(path):
    flags = list(FLAGS)
    platform = sysconfig.get_platform()
    if sys.platform == "darwin":
        architectures = {"universal2": ["x86_64", "arm64"]}
        last = platform.rsplit("-", 1)[1]
        for each in architectures.get(last, [last]):
            flags += ["-arch", each]
    if struct.calcsize("P") == 4 and re.search("i.86|win32", platform):
        flags += ["-msse2", "-mfpmath=sse"]  # i386's own registers are too wide
    if sys.platform != "win32":
        flags += ["-fPIC"]
    folders = {str(source(name).parent) for name in ("sketches.c", "sqlite3ext.h") if source(name).exists()}
    command = (compiler() + flags + shlex.split(os.environ.get("CFLAGS", ""))
               + [f"-I{folder}" for folder in sorted(folders)] + ["-shared", str(source("sketches.c")), "-o", path]
               + shlex.split(os.environ.get("LDFLAGS", "")) + ([] if sys.platform == "win32" else ["-lm"]))
    if not source("sketches.c").exists():
        raise RuntimeError("sketches.c is not there: in a clone, `make dist` makes it")
    print(shlex.join(command), flush=True)
    if subprocess.run(command, check=False).returncode:
        raise RuntimeError(f"{command[0]} could not compile sketches.c and says above why; CC=... names another compiler, gcc "
                           "or clang, and CFLAGS and LDFLAGS are given to it")


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    suffix = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
    tag = re.sub("[-.]", "_", sysconfig.get_platform())
    with tempfile.TemporaryDirectory() as folder:
        library = pathlib.Path(folder) / ("sketches" + suffix)
        compile_library(str(library))
        return write_wheel(wheel_directory, tag, library.read_bytes(), library.name)


# ---- the source distribution


def write_tar(path, files):
    """A .tar.gz of those files, {name: bytes}, which says nothing of when and by whom."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(data), 0o644, 315532800
            archive.addfile(entry, io.BytesIO(data))
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as out:
        out.write(packed.getvalue())


def build_sdist(sdist_directory, config_settings=None):
    lacking = [name for name in SOURCES if not source(name).exists()]
    if lacking:
        raise RuntimeError(f"{' and '.join(lacking)} are not there: in a clone, `make packages` brings them, and makes the "
                           "source distribution, too")
    top = f"{MODULE}-{version()}"
    files = {name: (HERE / name).read_bytes() for name in ("README.md", "build_backend.py", "pyproject.toml")}
    files.update(module_files())
    files.update({name: source(name).read_bytes() for name in sorted(SOURCES)})
    files["PKG-INFO"] = metadata().encode()
    write_tar(pathlib.Path(sdist_directory) / f"{top}.tar.gz",
              {f"{top}/{name}": data for name, data in sorted(files.items())})
    return f"{top}.tar.gz"
