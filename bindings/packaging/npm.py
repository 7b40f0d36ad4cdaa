"""npm packages: one of JavaScript, which asks for that of the platform, and one for each platform."""

import json
import pathlib
import sys

NODE = pathlib.Path(__file__).resolve().parents[1] / "node"
TOP = NODE.parents[1]
sys.path.append(str(NODE.parent / "python"))
from build_backend import version, write_tar

from platforms import PLATFORMS

LICENCES = ["LICENSE", "NOTICE"]


def write_package(out, told, files):
    files = dict(files, **{"package.json": (json.dumps(told, indent=2) + "\n").encode()})
    files.update({name: (TOP / name).read_bytes() for name in LICENCES})
    write_tar(out / f"{told['name']}-{told['version']}.tgz",
              {f"package/{name}": data for name, data in sorted(files.items())})


def write_main_package(out):
    told = json.loads((NODE / "package.json").read_text())
    told["version"] = version()
    told["optionalDependencies"] = {each.npm_package: version() for each in PLATFORMS}
    write_package(out, told, {name: (NODE / name).read_bytes() for name in told["files"]})


def write_platform_package(out, platform, library):
    system, processor, libc = platform.npm
    told = {"name": platform.npm_package, "version": version(),
            "description": f"The extension of sqlite-sketches for {platform.name}: install sqlite-sketches",
            "license": "MIT", "os": [system], "cpu": [processor]}
    if libc:
        told["libc"] = [libc]
    readme = f"# {platform.npm_package}\n\nThe binary that `sqlite-sketches` loads on {platform.name}. Install that.\n"
    write_package(out, told, {library.name: library.read_bytes(), "README.md": readme.encode()})
