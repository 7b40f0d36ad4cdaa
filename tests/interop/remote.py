"""A library of another language, in a program that answers lines.

    build FAMILY KIND SIZE FILE     of a file with a value a line      an image, in hexadecimal
    merge FAMILY KIND SIZE IMAGE…                                      an image
    again FAMILY KIND SIZE IMAGE    reads it, and writes it again      an image
    union, intersect, except theta KIND SIZE IMAGE IMAGE               an image
    ask FAMILY KIND SIZE IMAGE PROBE…                                  NAME=NUMBER…

Integers and doubles are decimal, text and bytes hexadecimal; a word of nothing is `-`.  `! MESSAGE`
says what went wrong.
"""

import subprocess
import tempfile


class Refused(Exception):
    """What the library says of a request."""


def word_of(value):
    if isinstance(value, str):
        value = value.encode()
    return value.hex() if isinstance(value, bytes) else repr(value)


class Remote:
    def __init__(self, *command, cwd):
        self.program = subprocess.Popen([str(word) for word in command], cwd=cwd, text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def close(self):
        self.program.stdin.close()
        self.program.wait(timeout=60)

    def request(self, *words):
        self.program.stdin.write(" ".join(str(word) or "-" for word in words) + "\n")
        said = self.program.stdout.readline()
        if not said.endswith("\n"):
            raise Refused("the program ended")
        if said.startswith("!"):
            raise Refused(said[1:].strip())
        return said.strip()

    def offers(self, family, kind):
        return family != "kll" or kind == "double"

    def build(self, family, kind, size, values):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.writelines(word_of(value) + "\n" for value in values)
            file.flush()
            return bytes.fromhex(self.request("build", family, kind, size, file.name))

    def merge(self, family, kind, size, images):
        return bytes.fromhex(self.request("merge", family, kind, size, *(image.hex() for image in images)))

    def again(self, family, kind, image):
        return bytes.fromhex(self.request("again", family, kind, 0, image.hex()))

    def algebra(self, verb, left, right):
        return bytes.fromhex(self.request(verb, "theta", "long", 12, left.hex(), right.hex()))

    def ask(self, family, kind, image, probes=()):
        said = self.request("ask", family, kind, 0, image.hex(), *(word_of(probe) for probe in probes))
        return {name: float(number) for name, number in (pair.split("=") for pair in said.split())}
