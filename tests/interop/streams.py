"""The values that every system is given: streams of one kind, skewed, the same at every run."""

import functools
import itertools
import random
import struct

KINDS = ("long", "double", "string", "binary")
LARGEST = 2**63 - 1
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789 ßéñøŁżЖдΩ漢字かな한글🙂\0"


def value_of(kind, number):
    """The value that stands for a number; different numbers have different values."""
    draw = random.Random(f"{kind}{number}")
    if kind == "long":
        return (0, -1, LARGEST, -LARGEST - 1)[number] if number < 4 else draw.randint(-LARGEST, LARGEST)
    if kind == "integer":  # what a double can hold, too
        return draw.randint(-2**53, 2**53)
    if kind == "float":
        return struct.unpack("f", struct.pack("f", draw.gauss(0, 1000)))[0]
    if kind == "double":  # never integral: those differ by design, and have tests of their own
        return (0.5, -0.25, 5e-324, 1.7e308 + 0.1, -1e-300)[number] if number < 3 else draw.gauss(0, 1000) + 2.0**-40
    if kind == "string":
        return "".join(draw.choices(ALPHABET, k=draw.randint(1, 30))) + str(number)
    return draw.randbytes(draw.randint(1, 30)) + struct.pack(">I", number)


@functools.lru_cache(maxsize=64)
def stream(kind, length, different=20000, seed=1):
    """Values whose frequency falls like 1/rank, in two groups of so many."""
    draw = random.Random(f"{kind}{length}{seed}")
    known = {}
    ranks = (int(different ** draw.random()) - 1 + different * draw.randrange(2) for _ in itertools.repeat(None, length))
    return [known.get(rank) if rank in known else known.setdefault(rank, value_of(kind, rank)) for rank in ranks]


def cases(kind):
    """Names and streams."""
    yield "empty", []
    yield "single", [value_of(kind, 7)]
    yield "few", stream(kind, 12)
    yield "some", stream(kind, 500)
    yield "many", stream(kind, 40000)


def parts(kind):
    """Four streams that overlap, of which one is empty."""
    return [stream(kind, 20000, seed=2), [], stream(kind, 200, seed=3), stream(kind, 10000, seed=4)]
