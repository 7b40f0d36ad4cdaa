"""Compiles the extension for a platform, looks at what came out, and runs it where that can be done."""

import os
import pathlib
import shutil
import subprocess

import binary
from tools import run

HERE = pathlib.Path(__file__).resolve().parent
TRANSCRIPTS = HERE.parents[1] / "tests/sql"
SMOKE = ["same_bytes", "topk", "hll", "tdigest", "cms", "names"]
ENTRY = "sqlite3_sketches_init"
# Zig's linker makes them up in every library for macOS, where names do not clash between libraries.
MADE_UP = {"_mh_dylib_header", "__dso_handle"}
# What a system has from the start: no DLLs of a compiler.
OF_THE_SYSTEM = ("libc.so", "libm.so.6", "kernel32.dll", "api-ms-win-crt-", "/usr/lib/libSystem.B.dylib")
LIMIT = 600  # seconds


def compile_extension(tools, platform, source, folder):
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / platform.library
    link = {"win32": [HERE / "sketches.def"], "linux": ["-Wl,-z,relro,-z,now", "-lm"],
            "darwin": [f"-Wl,-install_name,{library.name}"]}[platform.npm[0]]  # else its path is in it
    run(*tools.zig, "cc", "-target", platform.target, *platform.cpu, *tools.flags(), "-shared",
        source, *link, "-o", library, env=tools.environment)
    library.with_suffix(".lib").unlink(missing_ok=True)
    library.chmod(0o644)
    return library


def faults(platform, data):
    """What of a binary is not as the platform says it is."""
    try:
        seen = binary.inspect(data)
    except ValueError as error:
        return [str(error)]
    found = []
    if seen.machine != platform.machine:
        found.append(f"it is for {seen.machine}")
    # It may do with an older library than is promised.
    name, oldest = (seen.libc.split() + ["0"])[:2]
    promised_name, promised = (platform.libc.split() + ["0"])[:2]
    if name != promised_name or as_numbers(oldest) > as_numbers(promised):
        found.append(f"it is for {seen.libc}, not {platform.libc}")
    exported = set(seen.exports) - (MADE_UP if name == "macOS" else set())
    if exported != {ENTRY}:
        found.append(f"it exports {', '.join(sorted(exported)) or 'nothing'}")
    strangers = [each for each in seen.wants if not each.lower().startswith(tuple(map(str.lower, OF_THE_SYSTEM)))]
    if strangers:
        found.append(f"it wants {', '.join(strangers)}")
    if not seen.signed:
        found.append("it is not signed")
    return found


def as_numbers(version):
    return [int(part) for part in version.split(".")]


def compile_host(tools, platform):
    """A program with SQLite in it, for that platform."""
    host = tools.work / "hosts" / platform.name / ("host.exe" if platform.npm[0] == "win32" else "host")
    sources = [HERE / "host.c", tools.sqlite / "sqlite3.c"]
    if host.exists() and all(host.stat().st_mtime > source.stat().st_mtime for source in sources):
        return host
    host.parent.mkdir(parents=True, exist_ok=True)
    link = {"win32": []}.get(platform.npm[0], ["-lm"]) + (["-dynamic"] if platform.libc == "musl" else [])
    run(*tools.zig, "cc", "-target", platform.target, *platform.cpu, "-O1", "-g0", "-s", "-w", f"-I{tools.sqlite}",
        *sources, *link, "-o", host, env=tools.environment)
    return host


def runner_of(tools, platform):
    """The command that runs a program of that platform, or None when there is none here."""
    if platform.runner is None:
        return None
    command = [part.format(work=tools.work) for part in platform.runner]
    there = all(os.path.exists(part) if part.startswith("/") else part.startswith("-") or shutil.which(part)
                for part in command)
    return command if there else None


def wrong_transcripts(tools, platform, folder, names=SMOKE):
    """Those of tests/sql, whose answers are x86_64's, that come out otherwise."""
    command = runner_of(tools, platform) + [str(compile_host(tools, platform)), "./sketches"]
    return [name for name in names if answers(command, folder, name, tools) != expected(name)]


def answers(command, folder, name, tools):
    done = subprocess.run(command, input=(TRANSCRIPTS / f"{name}.sql").read_bytes(), cwd=folder, env=tools.environment,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=LIMIT, check=False)
    return [line.rstrip("\r") for line in done.stdout.decode(errors="replace").split("\n") if line.strip()]


def expected(name):
    """The lines of a transcript that are not of its script."""
    script = set((TRANSCRIPTS / f"{name}.sql").read_text().split("\n"))
    return [line for line in (TRANSCRIPTS / f"{name}.out").read_text(errors="replace").split("\n")
            if line.strip() and line not in script]


def runs_here():
    """All transcripts that any host can give: without commands of the shell."""
    return sorted(script.stem for script in TRANSCRIPTS.glob("*.sql")
                  if not any(line.startswith(".") for line in script.read_text().split("\n")))
