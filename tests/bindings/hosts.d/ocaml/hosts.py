from hosting import Host, apt, run, want


def compiled(host, folder):
    apt("ocaml-nox", "ocaml-findlib", "libsqlite3-ocaml-dev", run_by=("ocamlfind",))(host, folder)
    run(want("ocamlfind"), "ocamlopt", "-thread", "-package", "sqlite3,threads.posix", "-linkpkg", "-o", "ask", host.program, cwd=folder)
    return [folder / "ask"]


HOSTS = [
    Host("ocaml", "OCaml, sqlite3", "apt-get install libsqlite3-ocaml-dev", compiled, "ask.ml"),
]
