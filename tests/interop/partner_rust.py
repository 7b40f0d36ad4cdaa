"""The crate datasketches."""

import re
import shutil

from remote import Remote
from tools import HERE, NotHad, had, run

MANIFEST = """[package]
name = "partner"
version = "0.0.0"
edition = "2021"

[[bin]]
name = "partner"
path = "partner.rs"

[dependencies]
datasketches = { version = ">=0.6, <0.7", features = ["hll", "theta", "kll", "frequencies", "tdigest"] }
"""


class Partner(Remote):
    name = "Rust"

    def __init__(self, tools):
        if not shutil.which("cargo"):
            raise NotHad("there is no cargo")
        folder = tools.folder("rust")
        (folder / "Cargo.toml").write_text(MANIFEST)
        shutil.copy(HERE / "partner.rs", folder)
        had("cargo", "fetch", "--quiet", cwd=folder)
        run("cargo", "build", "--quiet", "--release", cwd=folder)
        self.version = re.search(r'name = "datasketches"\nversion = "(.*)"', (folder / "Cargo.lock").read_text())[1]
        super().__init__(folder / "target/release/partner", cwd=folder)
