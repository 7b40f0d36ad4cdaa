import os
import shlex

from hosting import BUILD, TOP, Host, had, run, want

CC = shlex.split(os.environ.get("CC", "cc"))


def sqlite_source():
    """SQLite as its authors give it, whose connections forbid extensions."""
    from tools import Tools
    want("npm", "npm")
    tools = Tools(BUILD / "packaging")
    try:
        tools.fetch_sqlite()
    except SystemExit as error:
        had("false", str(error))
    return tools.sqlite


def loading(host, folder):
    sqlite = sqlite_source()
    run(*CC, "-O1", "-w", f"-I{sqlite}", "-o", folder / "host", folder / host.program, folder / "asking.c", sqlite / "sqlite3.c",
        "-lm", "-ldl", "-lpthread")
    return [folder / "host"]


def linked(host, folder):
    """With what make install has installed."""
    root = folder / "root"
    run("make", "-s", "-C", TOP, "install", f"DESTDIR={root}", env=dict(os.environ, MAKEFLAGS=""))
    flags = run("pkg-config", "--cflags", "--libs", "sqlite-sketches", env=dict(
        os.environ, PKG_CONFIG_PATH=f"{root}/usr/local/lib/pkgconfig", PKG_CONFIG_SYSROOT_DIR=str(root)))
    run(*CC, "-Wall", "-Werror", folder / host.program, folder / "asking.c", *flags.split(), "-lpthread", "-o", folder / "host")
    return [folder / "host"]


def compiled_in(host, folder):
    sqlite = sqlite_source()
    run(*CC, "-std=c11", "-O1", "-w", "-ffp-contract=off", "-DSQLITE_CORE", f"-I{sqlite}", f"-I{BUILD}/dist", "-o", folder / "host",
        folder / host.program, folder / "asking.c", BUILD / "dist/sketches.c", sqlite / "sqlite3.c", "-lm", "-ldl", "-lpthread")
    return [folder / "host"]


HOSTS = [
    Host("c", "C, loaded", "cc program.c sqlite3.c -lm -ldl -lpthread", loading, "loaded.c",
         notes="A program that is linked with Debian's library, `-lsqlite3`, is allowed to from the beginning."),
    Host("c-linked", "C, linked", "cc program.c $(pkg-config --cflags --libs sqlite-sketches)", linked, "linked.c", loads=False,
         notes="After `make install`, which brings `sketches.h`, the archive and the file of pkg-config. The functions belong to that connection."),
    Host("c-compiled-in", "C, compiled in", "cc -std=c11 -ffp-contract=off -DSQLITE_CORE program.c sketches.c sqlite3.c -lm -ldl -lpthread",
         compiled_in, "automatic.c", loads=False, notes="`make dist` makes `sketches.c` and `sketches.h`, in `build/dist`."),
]
