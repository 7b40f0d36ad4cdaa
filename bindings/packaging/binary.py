"""What a compiled library offers and wants: read out of ELF, PE and Mach-O files.

    inspect(bytes) -> Binary(machine, libc, exports, wants, signed)

`libc` is the oldest that it runs with, as in "glibc 2.17", "musl", "Windows", "macOS 11.0";
`wants` the libraries that it asks for.
"""

import pathlib
import re
import struct
import sys
from typing import NamedTuple

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "python"))
from sqlite_sketches import _file


class Binary(NamedTuple):
    machine: str
    libc: str
    exports: list
    wants: list
    signed: bool = True  # macOS on ARM runs nothing that is not


def inspect(data):
    system, machine, libc = _file.describe(data)
    read = {"Linux": read_elf, "Windows": read_pe, "macOS": read_mach}[system]
    return read(data, machine, libc)


def text_at(data, offset):
    return data[offset:data.index(b"\0", offset)].decode()


# ---- ELF


def read_elf(data, machine, libc):
    wide, order = data[4] == 2, ">" if data[5] == 2 else "<"
    table, = struct.unpack_from(order + ("Q" if wide else "I"), data, 40 if wide else 32)
    size, count = struct.unpack_from(order + "HH", data, 58 if wide else 46)
    # Of each section: name, type, flags, address, offset, size, link, info, ...
    sections = [struct.unpack_from(order + ("IIQQQQII" if wide else "8I"), data, table + i * size)
                for i in range(count)]
    exports, wants, versions = [], [], set()
    for _, kind, _, _, offset, length, link, _ in sections:
        strings = sections[link][4] if link < count else 0
        if kind == 11:  # the dynamic symbols
            form, step = (order + "IBBHQQ", 24) if wide else (order + "IIIBBH", 16)
            for at in range(offset, offset + length, step):
                symbol = struct.unpack_from(form, data, at)
                info, section = (symbol[1], symbol[3]) if wide else (symbol[3], symbol[5])
                if section and info >> 4:  # defined, and not local
                    exports.append(text_at(data, strings + symbol[0]))
        elif kind == 6:  # the dynamic section: DT_NEEDED is 1
            form, step = (order + "qQ", 16) if wide else (order + "iI", 8)
            for at in range(offset, offset + length, step):
                tag, value = struct.unpack_from(form, data, at)
                if tag == 1:
                    wants.append(text_at(data, strings + value))
        elif kind == 0x6FFFFFFE:  # the versions of symbols that are wanted
            found = re.findall(rb"GLIBC_([0-9.]+)\0", data)
            versions.update(tuple(map(int, each.split(b"."))) for each in found)
    if libc == "glibc":
        libc += " " + ".".join(map(str, max(versions, default=(0,))))
    return Binary(machine, str(libc), exports, wants)


# ---- PE


def read_pe(data, machine, _):
    start, = struct.unpack_from("<I", data, 0x3C)
    count, = struct.unpack_from("<H", data, start + 6)
    optional = start + 24
    header, = struct.unpack_from("<H", data, start + 20)
    sections = [struct.unpack_from("<IIII", data, optional + header + 40 * i + 8) for i in range(count)]

    def offset(address):
        for size, begin, stored, place in sections:
            if begin <= address < begin + max(size, stored):
                return address - begin + place
        raise ValueError(f"no section has the address {address}")

    exported, _, imported = struct.unpack_from("<III", data, optional + 112)
    exports, wants = [], []
    if exported:
        names, = struct.unpack_from("<I", data, offset(exported) + 24)
        table, = struct.unpack_from("<I", data, offset(exported) + 32)
        for i in range(names):
            name, = struct.unpack_from("<I", data, offset(table) + 4 * i)
            exports.append(text_at(data, offset(name)))
    at = offset(imported)
    while True:
        name, = struct.unpack_from("<I", data, at + 12)
        if not name:
            return Binary(machine, "Windows", exports, wants)
        wants.append(text_at(data, offset(name)))
        at += 20


# ---- Mach-O


def read_mach(data, machine, _):
    count, = struct.unpack_from("<I", data, 16)
    at, exports, wants, oldest, signed = 32, [], [], "0", False
    for _ in range(count):
        command, size = struct.unpack_from("<II", data, at)
        if command == 0x80000022:  # LC_DYLD_INFO_ONLY
            start, length = struct.unpack_from("<II", data, at + 40)
            exports = mach_exports(data[start:start + length])
        elif command == 0x80000033:  # LC_DYLD_EXPORTS_TRIE
            start, length = struct.unpack_from("<II", data, at + 8)
            exports = mach_exports(data[start:start + length])
        elif command == 0xC:  # LC_LOAD_DYLIB
            wants.append(text_at(data, at + struct.unpack_from("<I", data, at + 8)[0]))
        elif command in (0x32, 0x24):  # LC_BUILD_VERSION, LC_VERSION_MIN_MACOSX
            packed, = struct.unpack_from("<I", data, at + (12 if command == 0x32 else 8))
            oldest = f"{packed >> 16}.{packed >> 8 & 255}"
        elif command == 0x1D:  # LC_CODE_SIGNATURE
            signed = True
        at += size
    return Binary(machine, f"macOS {oldest}", exports, wants, signed or machine != "aarch64")


def mach_exports(trie):
    """The names in a trie: nodes have a length, maybe a symbol, and edges to others."""

    def number(at):
        value = shift = 0
        while True:
            byte = trie[at]
            value |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                return value, at

    def walk(at, prefix):
        length, at = number(at)
        if length:
            found.append(prefix.removeprefix("_"))
        at += length
        for _ in range(trie[at]):
            edge = text_at(trie, at + 1)
            node, following = number(at + 1 + len(edge) + 1)
            walk(node, prefix + edge)
            at = following - 1
    found = []
    if trie:
        walk(0, "")
    return found
