import shutil

from hosting import Host, had, lines_of_readme, own_linked, run, want


def module(*packages, linked=False):
    """A program of its own module, with the newest of these; with ours, as its README says."""
    def get(host, folder):
        go = want("go", "golang-go")
        work = folder / "module"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        shutil.copy(folder / "asking.go", work)
        shutil.copy(folder / host.program, work / "main.go")
        (work / "go.mod").write_text("module ask\n\ngo 1.20\n")
        if linked:
            shutil.copy(own_linked("write_go_module"), work)
            run("sh", "-ec", lines_of_readme("go"), cwd=work)
        had(go, "get", *(f"{each}@latest" for each in packages), cwd=work)
        run(go, "build", "-o", "ask", ".", cwd=work)
        return [work / "ask"]
    return get


MATTN = "github.com/mattn/go-sqlite3"
INSTEAD = "the extension wants SQLite in C, as `github.com/mattn/go-sqlite3` brings it"

HOSTS = [
    Host("go", "Go, mattn/go-sqlite3", f"go get {MATTN}", module(MATTN), "mattn_loaded.go",
         notes="The driver loads it into each connection of the pool. It wants cgo: `CGO_ENABLED=1` and a C compiler; with the build tag "
               "`sqlite_omit_load_extension` it cannot load."),
    Host("go-linked", "Go, mattn/go-sqlite3, linked", f"go get {MATTN}", module(MATTN, linked=True), "mattn_linked.go", loads=False,
         notes="The module of `make packages` brings the extension in C: [bindings/go](../bindings/go/README.md). No file has to be "
               "there when the program runs. Without cgo go build says `build constraints exclude all Go files`."),
    Host("go-modernc", "Go, modernc.org/sqlite", "go get modernc.org/sqlite", module("modernc.org/sqlite"), "modernc.go", cannot=INSTEAD),
    Host("go-ncruces", "Go, ncruces/go-sqlite3", "go get github.com/ncruces/go-sqlite3", module("github.com/ncruces/go-sqlite3"),
         "ncruces.go", cannot=INSTEAD),
]
