#!/usr/bin/env python3
"""bindings/datasette/metadata.py DATABASE...: metadata.yaml for databases of these names, as JSON.

    python metadata.py mine.db >metadata.json
    datasette mine.db -m metadata.json

Datasette calls a database as its file, without the suffix.  Wants PyYAML, which comes with Datasette.
"""
import copy
import json
import pathlib
import re
import shlex
import sys

HERE = pathlib.Path(__file__).resolve().parent
WRITTEN_FOR = "posts"


def for_database(template, name):
    """What the file says of its database, said of another one."""
    renamed = json.loads(json.dumps(template).replace(f"-/dashboards/{WRITTEN_FOR}", f"-/dashboards/{name}"))
    database = renamed["databases"][WRITTEN_FOR]
    dashboard = renamed["plugins"]["datasette-dashboards"][WRITTEN_FOR]
    dashboard["title"] = name
    for chart in dashboard["charts"].values():
        chart["db"] = name
    return database, dashboard


def metadata(paths):
    import yaml

    template = yaml.safe_load((HERE / "metadata.yaml").read_text())
    made = copy.deepcopy(template)
    made["databases"], dashboards = {}, {}
    made["plugins"]["datasette-dashboards"] = dashboards
    for path in paths:
        name = pathlib.Path(path).stem
        # The charts put the name into an address as it is.
        if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
            sys.exit(f"{path}: charts need a name of letters, digits, - and _; give the file a second one: "
                     f"ln -s {shlex.quote(str(path))} {re.sub(r'[^A-Za-z0-9_-]+', '_', name)}.db")
        made["databases"][name], dashboards[name] = for_database(template, name)
    return made


if __name__ == "__main__":
    if not sys.argv[1:] or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    try:
        json.dump(metadata(sys.argv[1:]), sys.stdout, indent=1)
        print()
    except ImportError:
        sys.exit("metadata.py: there is no PyYAML: run it with the python that Datasette is installed for")
