//! Compiles the extension, in one file of C, to be linked to the program's own SQLite.
use std::path::Path;

fn main() {
    // In the package it lies in c/; in a clone `make dist` makes it.
    let folder = ["c", "../../build/dist"]
        .into_iter()
        .find(|folder| Path::new(folder).join("sketches.c").exists())
        .expect("sketches.c is not there: in a clone, `make dist` makes it");
    let source = Path::new(folder).join("sketches.c");
    println!("cargo:rerun-if-changed={}", source.display());
    let mut build = cc::Build::new();
    build
        .file(source)
        .include(folder)
        .define("SQLITE_CORE", None)
        .opt_level(3)
        .warnings(false)
        .flag("-std=c11")
        // Answers must not depend on whether the processor has fused multiply-add.
        .flag("-ffp-contract=off");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("x86") {
        build.flag("-msse2").flag("-mfpmath=sse"); // i386's own registers are too wide
    }
    build.compile("sqlite_sketches");
}
