"""What a shared library is for, and why it may not load here."""

import os
import platform
import re
import struct
import sys

SUFFIX = {"win32": ".dll", "cygwin": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
AGAIN = "install it again: pip install --force-reinstall --no-cache-dir sqlite-sketches"

ELF_MACHINES = {3: "x86", 20: "ppc", 21: "ppc64", 22: "s390x", 40: "armv7", 62: "x86_64",
                183: "aarch64", 243: "riscv64", 258: "loongarch64"}
PE_MACHINES = {0x14C: "x86", 0x1C4: "armv7", 0x8664: "x86_64", 0xAA64: "aarch64"}
MACH_MACHINES = {7: "x86", 0x1000007: "x86_64", 12: "armv7", 0x100000C: "aarch64"}
OTHER_NAMES = {"amd64": "x86_64", "arm64": "aarch64", "armv7l": "armv7", "armv8l": "armv7",
               "i386": "x86", "i486": "x86", "i586": "x86", "i686": "x86"}


def with_suffix(path):
    """The file that SQLite opens for a path: its suffix may be left off."""
    return path if os.path.isfile(path) else path + SUFFIX


def describe(data):
    """What the bytes of a library are for, as (system, machine, C library or None).

    Raises ValueError when they are no library, or not all of one.
    """
    try:
        if data[:4] == b"\x7fELF":
            return _describe_elf(data)
        if data[:2] == b"MZ":
            start, = struct.unpack_from("<I", data, 0x3C)
            if data[start:start + 4] == b"PE\0\0":
                machine, = struct.unpack_from("<H", data, start + 4)
                return "Windows", PE_MACHINES.get(machine, f"machine {machine}"), None
        if data[:4] == b"\xcf\xfa\xed\xfe":
            machine, = struct.unpack_from("<I", data, 4)
            return "macOS", MACH_MACHINES.get(machine, f"machine {machine}"), None
        if data[:4] == b"\xca\xfe\xba\xbe":
            return "macOS", own_machine(), None  # several in one: surely ours, too
    except (struct.error, IndexError):
        pass
    raise ValueError("is no shared library, or not all of one")


def _describe_elf(data):
    wide, order = data[4] == 2, ">" if data[5] == 2 else "<"
    machine, = struct.unpack_from(order + "H", data, 18)
    sections, = struct.unpack_from(order + ("Q" if wide else "I"), data, 40 if wide else 32)
    size, count, names = struct.unpack_from(order + "HHH", data, 58 if wide else 46)
    if sections + size * count > len(data):
        raise ValueError("is not a whole library")
    if count:
        # The names of the sections come last: where they are, nothing before has moved or is missing.
        kind, = struct.unpack_from(order + "I", data, sections + size * names + 4)
        start, length = struct.unpack_from(order + ("QQ" if wide else "II"), data, sections + size * names + (24 if wide else 16))
        if kind != 3 or b"\0.dynsym\0" not in data[start:start + length]:
            raise ValueError("is a library that was damaged")
    libc = "glibc" if b"\0libc.so.6\0" in data else "musl" if b"\0libc.so\0" in data else None
    name = ELF_MACHINES.get(machine, f"machine {machine}")
    bits = 64 if wide else 32
    if (name in ("x86_64", "aarch64", "s390x", "riscv64")) != wide:
        name += f" of {bits} bits"
    return "Linux", name, libc


def own_machine():
    machine = platform.machine().lower()
    machine = OTHER_NAMES.get(machine, machine)
    if struct.calcsize("P") == 4:  # a process of 32 bits on a system of 64
        machine = {"x86_64": "x86", "aarch64": "armv7"}.get(machine, machine)
    return machine


def own():
    """The same of the process that asks."""
    if sys.platform == "darwin":
        return "macOS", own_machine(), None
    if sys.platform in ("win32", "cygwin"):
        # platform.machine() is the processor's; an emulated Python is of another.
        tag = {"win-amd64": "x86_64", "win-arm64": "aarch64", "win32": "x86"}
        import sysconfig
        return "Windows", tag.get(sysconfig.get_platform(), own_machine()), None
    try:
        libc = "glibc" if os.confstr("CS_GNU_LIBC_VERSION") else "musl"
    except (AttributeError, OSError, ValueError):
        libc = "musl"
    return sys.platform.capitalize(), own_machine(), libc


def cut_short(path):
    """What to do if the file is there and not a whole library, or None.

    To be asked before it is loaded: half a library may end the process.
    """
    try:
        describe(_read(path))
    except ValueError as error:
        return f"it {error}; {AGAIN}"
    except OSError:
        pass
    return None


def fault(path):
    """Why a file may not have been loaded and what to do, or None if it looks good."""
    try:
        system, machine, libc = describe(_read(path))
    except FileNotFoundError:
        return f"there is no such file; {AGAIN}, or give the path of your own"
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    except ValueError as error:
        return f"it {error}; {AGAIN}"
    here = own()
    if (system, machine) != here[:2]:
        return f"it is for {system} on {machine}, and this is {here[0]} on {here[1]}; {AGAIN}"
    if libc and libc != here[2]:
        return f"it is for systems with {libc}, and this one has {here[2]}; {AGAIN}"
    return _misnamed(path)


def _misnamed(path):
    """SQLite makes the name of the entry point of the letters of the file's name, as it is given."""
    name = os.path.basename(with_suffix(path)).split(".")[0]
    if re.sub("[^a-z]|^lib", "", name.lower()) == "sketches":
        return None
    return f"the file is called {name}, and has to be called sketches, whatever its folder: SQLite makes the entry point's name of it"


def _read(path):
    try:
        with open(with_suffix(path), "rb") as file:
            return file.read()
    except ValueError as error:  # U+0000
        raise FileNotFoundError(path) from error
