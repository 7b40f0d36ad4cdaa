"""The tables of platforms in the documents: what was run, and what was only compiled."""

import pathlib
import re

TOP = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = ["docs/hosts.md", "bindings/python/README.md", "bindings/node/README.md"]
BLOCK = re.compile(r"(<!-- platforms: by `make packages` -->\n).*?(<!-- end of platforms -->)", re.S)


def how_run(seen):
    if not seen["run"]:
        return "compiled, never run"
    by = seen["by"]
    return "run" if not by or by.startswith("ld-") else f"run by {by}"


def table(seen):
    lines = ["| platform | C library | package | checked |", "|---|---|---|---|"]
    for each in seen:
        lines.append(f"| {each['platform']} | {each['libc']} | `{each['wheel'].split('.')[0]}`, `{each['npm']}` "
                     f"| {how_run(each)} |")
    return "\n".join(lines) + "\n"


def renewed(text, seen):
    return BLOCK.sub(lambda match: match[1] + table(seen) + match[2], text)


def renew(seen):
    for name in DOCUMENTS:
        path = TOP / name
        text = path.read_text()
        if renewed(text, seen) != text:
            path.write_text(renewed(text, seen))
            print("renewed", name)
