"""What docs/hosts.md says of hosts: a table and a section each, of those that were run."""

import re
import textwrap

from hosting import TOP

PATH = TOP / "docs/hosts.md"
BLOCK = re.compile(r"(<!-- hosts: by `make hosts-doc` -->\n).*?(<!-- end of hosts -->)", re.S)
PAIR = re.compile(r"^[ \t]*(?:#|//|/\*|\(\*|--) (sh )?lines(?:: (.*?))?(?: \*[/)])?$\n(.*?)^[ \t]*(?:#|//|/\*|\(\*|--) end of lines\b", re.M | re.S)
HEAD = "| host | version | its SQLite |\n|---|---|---|\n"
HEAD_CANNOT = "| host | version | it says | instead |\n|---|---|---|---|\n"
LANGUAGES = {".py": "python no-run", ".mjs": "js", ".cjs": "js", ".js": "js", ".ts": "ts", ".c": "c", ".go": "go",
             ".rs": "rust", ".java": "java", ".php": "php", ".pl": "perl", ".rb": "ruby", ".tcl": "tcl", ".R": "r", ".ml": "ocaml",
             ".sh": "sh"}
MESSAGES = {"forbidden": "where loading was not allowed", "missing": "where there is no such file",
            "machine": "where the file is for another processor"}
# What most hosts say, which the document tells once.
NO_FILE = r"\./sketches\.so: cannot open shared object file: No such file or directory"
USUAL = {"forbidden": "not authorized", "missing": NO_FILE, "machine": NO_FILE}

# Lines of a program in another document: <!-- lines of NAME --> or <!-- lines of NAME: what stands above them -->.
QUOTED = re.compile(r"(<!-- lines of ([\w-]+)(?:: (.*?))? -->\n```[^\n]*\n).*?^```$", re.M | re.S)
QUOTING = ["README.md", "bindings/python/README.md", "bindings/node/README.md"]


def lines_of(host):
    """What stands between the marks of a program: [(title, language, code)]."""
    text = (host.folder / host.program).read_text()
    language = LANGUAGES[(host.folder / host.program).suffix]
    found = [(match[2] or "", "sh" if match[1] else language, textwrap.dedent(match[3]).strip("\n"))
             for match in PAIR.finditer(text)]
    assert found, f"{host.program} has no lines between marks"
    return found


def lines_told(host):
    """The same, those of one title as one."""
    told = []
    for title, language, code in lines_of(host):
        if told and not title:
            told[-1] = (*told[-1][:2], f"{told[-1][2]}\n\n{code}")
        else:
            told.append((title, language, code))
    return told


def section(host, told):
    parts = [f"### {host.title}\n", f"`{host.install}`\n"]
    for title, language, code in lines_told(host):
        parts.append(f"{title[:1].upper()}{title[1:]}:\n" if title else "")
        parts.append(f"```{language}\n{code}\n```\n")
    when = {}
    for each, text in told["messages"].items():
        if not re.search(USUAL[each], text):
            when.setdefault(text.replace("`", "'"), []).append(MESSAGES[each])
    if when:
        parts.append("It says\n\n" + "".join(f"- {', or '.join(cases)}: `{text}`\n" for text, cases in when.items()))
    if host.threads is not True:
        parts.append(f"Threads: {host.threads}\n")
    if host.notes:
        parts.append(textwrap.fill(" ".join(host.notes.split()), 112) + "\n")
    return "\n".join(part for part in parts if part)


def anchor(title):
    """Of a heading, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def link(host, hosts):
    """The title, leading to the section that tells of the host."""
    of = host
    if host.as_other:
        of = next(each for each in hosts if not each.as_other and (each.folder, each.program) == (host.folder, host.program))
    return f"[{host.title}](#{anchor(of.title)})"


def renewed(text, hosts, seen):
    """The document with what was seen, {name: told}; of other hosts it keeps what it says."""
    old = BLOCK.search(text)[0]
    rows = dict(re.findall(r"^\| \[?([^]|\n]*)(?:\]\(#.*?\))? \|(.*)$", old, re.M))  # what stands beside the titles
    sections = {match[2]: match[1].rstrip() + "\n" for match in
                re.finditer(r"^(### (.*?)\n.*?)(?=^### |^<!-- end)", old, re.M | re.S)}
    for host in hosts:
        if host.name in seen:
            told = seen[host.name]
            if host.cannot:
                said = told["messages"]["cannot"].replace("`", "")
                rows[host.title] = f" {told['version']} | `{said}` | {host.cannot} |"
                continue
            rows[host.title] = f" {told['version']} | {told['sqlite']} |"
            sections[host.title] = section(host, told)
    able = [host for host in hosts if not host.cannot]
    table = HEAD + "".join(f"| {link(host, hosts)} |{rows[host.title]}\n" for host in able if host.title in rows)
    told = "\n".join(sections[host.title] for host in able if host.title in sections and not host.as_other)
    cannot = "".join(f"| {host.title} |{rows.get(host.title, f' | | {host.cannot} |')}\n" for host in hosts if host.cannot)
    if cannot:
        cannot = f"\nThese cannot load extensions:\n\n{HEAD_CANNOT}{cannot}"
    return BLOCK.sub(lambda match: f"{match[1]}{table}{cannot}\n{told}{match[2]}", text)


def quoted(text, hosts):
    """A document in which the lines of programs are what they are in the programs."""
    by_name = {host.name: host for host in hosts}

    def quote(match):
        for title, _, code in lines_told(by_name[match[2]]):
            if title == (match[3] or ""):
                return f"{match[1]}{code}\n```"
        raise KeyError(f"{match[2]} has no lines of {match[3]}")
    return QUOTED.sub(quote, text)


def faults(hosts):
    """Which documents tell other lines than the programs have."""
    wrong = [name for name in QUOTING if quoted((TOP / name).read_text(), hosts) != (TOP / name).read_text()]
    text = PATH.read_text()
    for host in hosts:
        told = re.search(rf"^### {re.escape(host.title)}\n.*?(?=^### |^<!-- end)", text, re.M | re.S)
        if told and any(f"```{language}\n{code}\n```" not in told[0] for _, language, code in lines_told(host)):
            wrong.append(f"docs/hosts.md, {host.title}")
    places = set(map(anchor, re.findall(r"^#+ (.*)$", text, re.M)))
    wrong += [f"docs/hosts.md, #{each}" for each in re.findall(r"\]\(#(.*?)\)", text) if each not in places]
    return wrong


def renew(hosts, seen):
    texts = {PATH: renewed(PATH.read_text(), hosts, seen)}
    texts.update({TOP / name: quoted((TOP / name).read_text(), hosts) for name in QUOTING})
    for path, text in texts.items():
        if text != path.read_text():
            path.write_text(text)
            print(f"renewed {path.relative_to(TOP)}")
