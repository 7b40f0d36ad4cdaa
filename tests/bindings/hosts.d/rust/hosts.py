import os
import shutil

from hosting import BUILD, TOP, WORK, Host, had, lines_of_readme, own_linked, run, want


def date_as_sources(folder):
    """All dates in the package are 1980's, and cargo goes by dates."""
    sources = [BUILD / "dist/sketches.c", *(TOP / "bindings/rust").rglob("*.rs")]
    newest = max(each.stat().st_mtime for each in sources)
    for path in folder.glob("sqlite-sketches-*/**/*"):
        os.utime(path, (newest, newest))


def crate(*dependencies, linked=False):
    """A program of its own package, with the newest of these; with ours, as its README says."""
    def get(host, folder):
        cargo = want("cargo")
        work = folder / "package"
        shutil.rmtree(work, ignore_errors=True)
        (work / "src").mkdir(parents=True)
        shutil.copy(folder / "asking.rs", work / "src")
        shutil.copy(folder / host.program, work / "src/main.rs")
        (work / "Cargo.toml").write_text(f'[package]\nname = "ask-{host.name}"\nversion = "0.0.0"\nedition = "2021"\n')
        for each in dependencies:
            had(cargo, "add", "--quiet", *each.split(), cwd=work)
        if linked:
            shutil.copy(own_linked("write_crate"), work)
            run("sh", "-ec", lines_of_readme("rust"), cwd=work)
            date_as_sources(work)
        had(cargo, "fetch", "--quiet", cwd=work)
        target = WORK / "rust-target"  # what they have in common is compiled once
        run(cargo, "build", "--quiet", cwd=work, env=dict(os.environ, CARGO_TARGET_DIR=str(target)))
        return [target / f"debug/ask-{host.name}"]
    return get


RUSQLITE = "rusqlite --features bundled,load_extension"
SQLX = "sqlx --no-default-features --features runtime-tokio,sqlite,sqlite-load-extension"
LIBSQL = "libsql --no-default-features --features core"
TOKIO = "tokio --features rt"
LINKED = ("The crate of `make packages` brings the extension in C: [bindings/rust](../bindings/rust/README.md). No file has to be "
          "there when the program runs.")

HOSTS = [
    Host("rust", "Rust, rusqlite", f"cargo add {RUSQLITE}", crate(RUSQLITE), "rusqlite_loaded.rs"),
    Host("rust-linked", "Rust, rusqlite, linked", "cargo add rusqlite --features bundled",
         crate("rusqlite --features bundled", linked=True), "rusqlite_linked.rs", loads=False, notes=LINKED),
    Host("rust-sqlx", "Rust, sqlx", f"cargo add {SQLX}", crate(SQLX, TOKIO), "sqlx_loaded.rs", forbids=False,
         notes="Each connection of a pool loads it."),
    Host("rust-sqlx-linked", "Rust, sqlx, linked", "cargo add sqlx --features runtime-tokio,sqlite",
         crate(SQLX, TOKIO, linked=True), "sqlx_linked.rs", loads=False, notes=LINKED),
    Host("rust-libsql", "Rust, libsql", f"cargo add {LIBSQL}", crate(LIBSQL, TOKIO), "libsql_loaded.rs"),
    Host("rust-libsql-linked", "Rust, libsql, linked", f"cargo add {LIBSQL}", crate(LIBSQL, TOKIO, linked=True), "libsql_linked.rs",
         loads=False, notes=LINKED + " Where `auto_extension` comes before the first database is built, libsql panics with `libsql was configured "
                                     "with an incorrect threading configuration`: it starts SQLite, which libsql wants to configure."),
]
