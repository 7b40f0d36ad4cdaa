"""The Go module of DataSketches."""

import shutil

from tools import NotHad, had

MODULE = "github.com/apache/datasketches-go"


class Partner:
    name = "Go"

    def __init__(self, tools):
        if not shutil.which("go"):
            raise NotHad("there is no go")
        folder = tools.folder("go")
        (folder / "go.mod").write_text("module partner\n\ngo 1.24\n")
        had("go", "get", f"{MODULE}@latest", cwd=folder)
