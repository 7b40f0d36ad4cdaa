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
        .warnings(false);
    // Answers must not depend on whether the processor has fused multiply-add.
    let mut flags = vec!["-std=c11", "-ffp-contract=off"];
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("x86") {
        flags.extend(["-msse2", "-mfpmath=sse"]); // i386's own registers are too wide
    }
    let compiler = build.get_compiler();
    let prefix = match (compiler.is_like_msvc(), compiler.is_like_clang_cl()) {
        (true, false) => {
            eprintln!(
                "error: sqlite-sketches is not for Microsoft's C compiler: install LLVM and set \
                 CC=clang-cl, or have Rust make the program for *-pc-windows-gnu"
            );
            std::process::exit(1);
        }
        (true, true) => "/clang:", // it takes flags of clang behind that
        _ => "",
    };
    for flag in flags {
        build.flag(&format!("{prefix}{flag}"));
    }
    build.compile("sqlite_sketches");
}
