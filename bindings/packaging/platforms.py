"""What the packages are made for: a row for each platform, told once for all of them."""

from typing import NamedTuple, Optional


class Platform(NamedTuple):
    name: str             # of its folder
    target: str           # for zig cc
    machine: str          # as its binary has to say, and its C library, in words of binary.py
    libc: str
    wheel: str            # the tag of its wheel
    npm: tuple            # Node's names for system, processor and, on Linux, C library
    runner: Optional[tuple] = None  # what runs its programs here; None if nothing does
    cpu: tuple = ()       # further flags for the compiler

    @property
    def library(self):
        """The name of the file.  SQLite makes the entry point of its letters, so it
        has to be the same everywhere."""
        system = self.npm[0]
        return "sketches" + {"win32": ".dll", "darwin": ".dylib"}.get(system, ".so")

    @property
    def npm_package(self):
        system, processor, libc = self.npm
        return f"sqlite-sketches-{system}-{processor}" + ("-musl" if libc == "musl" else "")


def qemu(processor, root):
    return (f"qemu-{processor}", "-L", root)


# {work} is the folder in which packages are made.
PLATFORMS = [
    Platform("linux-x86_64", "x86_64-linux-gnu.2.17", "x86_64", "glibc 2.17",
             "manylinux_2_17_x86_64.manylinux2014_x86_64", ("linux", "x64", "glibc"), ()),
    Platform("linux-x86_64-musl", "x86_64-linux-musl", "x86_64", "musl",
             "musllinux_1_2_x86_64", ("linux", "x64", "musl"), ("{work}/musl/x86_64/lib/ld-musl-x86_64.so.1",)),
    Platform("linux-aarch64", "aarch64-linux-gnu.2.17", "aarch64", "glibc 2.17",
             "manylinux_2_17_aarch64.manylinux2014_aarch64", ("linux", "arm64", "glibc"),
             qemu("aarch64", "/usr/aarch64-linux-gnu")),
    Platform("linux-aarch64-musl", "aarch64-linux-musl", "aarch64", "musl",
             "musllinux_1_2_aarch64", ("linux", "arm64", "musl"), qemu("aarch64", "{work}/musl/aarch64")),
    # Without NEON, as Debian's armhf.
    Platform("linux-armv7", "arm-linux-gnueabihf.2.17", "armv7", "glibc 2.17",
             "manylinux_2_17_armv7l.manylinux2014_armv7l", ("linux", "arm", "glibc"),
             qemu("arm", "/usr/arm-linux-gnueabihf"), ("-mcpu=generic+v7a+vfp3d16-neon",)),
    Platform("linux-riscv64", "riscv64-linux-gnu.2.27", "riscv64", "glibc 2.27",
             "manylinux_2_31_riscv64", ("linux", "riscv64", "glibc"),
             qemu("riscv64", "/usr/riscv64-linux-gnu")),
    Platform("linux-s390x", "s390x-linux-gnu.2.17", "s390x", "glibc 2.17",
             "manylinux_2_17_s390x.manylinux2014_s390x", ("linux", "s390x", "glibc"),
             qemu("s390x", "/usr/s390x-linux-gnu")),
    Platform("windows-x86_64", "x86_64-windows-gnu", "x86_64", "Windows",
             "win_amd64", ("win32", "x64", None), ("wine",)),
    Platform("windows-arm64", "aarch64-windows-gnu", "aarch64", "Windows",
             "win_arm64", ("win32", "arm64", None)),
    Platform("macos-x86_64", "x86_64-macos.11.0", "x86_64", "macOS 11.0",
             "macosx_11_0_x86_64", ("darwin", "x64", None)),
    Platform("macos-arm64", "aarch64-macos.11.0", "aarch64", "macOS 11.0",
             "macosx_11_0_arm64", ("darwin", "arm64", None)),
]
