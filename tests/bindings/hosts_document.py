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


def lines_of(host):
    """What stands between the marks of a program: [(title, language, code)]."""
    text = (host.folder / host.program).read_text()
    language = LANGUAGES[(host.folder / host.program).suffix]
    found = [(match[2] or "", "sh" if match[1] else language, textwrap.dedent(match[3]).strip("\n"))
             for match in PAIR.finditer(text)]
    assert found, f"{host.program} has no lines between marks"
    return found


def section(host, told):
    parts = [f"### {host.title}\n", f"`{host.install}`\n"]
    for title, language, code in lines_of(host):
        parts.append(f"{title[:1].upper()}{title[1:]}:\n" if title else "")
        parts.append(f"```{language}\n{code}\n```\n")
    when = {}
    for each, text in told["messages"].items():
        when.setdefault(text.replace("`", "'"), []).append(MESSAGES[each])
    said = [f"- {', or '.join(cases)}: `{text}`" for text, cases in when.items()]
    if said:
        parts.append("It says\n\n" + "\n".join(said) + "\n")
    if host.threads is not True:
        parts.append(f"Threads: {host.threads}\n")
    if host.notes:
        parts.append(textwrap.fill(" ".join(host.notes.split()), 112) + "\n")
    return "\n".join(part for part in parts if part)


def renewed(text, hosts, seen):
    """The document with what was seen, {name: told}; of other hosts it keeps what it says."""
    old = BLOCK.search(text)[0]
    rows = {title: row for row, title in re.findall(r"^(\| ([^|\n]*) \|.*)$", old, re.M)}
    sections = {match[2]: match[1].rstrip() + "\n" for match in
                re.finditer(r"^(### (.*?)\n.*?)(?=^### |^<!-- end)", old, re.M | re.S)}
    for host in hosts:
        if host.name in seen:
            told = seen[host.name]
            if host.cannot:
                rows[host.title] = f"| {host.title} | {told['version']} | `{told['messages']['cannot']}` | {host.cannot} |"
                continue
            rows[host.title] = f"| {host.title} | {told['version']} | {told['sqlite']} |"
            sections[host.title] = section(host, told)
    able = [host for host in hosts if not host.cannot]
    table = HEAD + "".join(rows[host.title] + "\n" for host in able if host.title in rows)
    told = "\n".join(sections[host.title] for host in able if host.title in sections)
    cannot = "".join(rows.get(host.title, f"| {host.title} | | | {host.cannot} |") + "\n" for host in hosts if host.cannot)
    if cannot:
        cannot = f"\nThese cannot load extensions:\n\n{HEAD_CANNOT}{cannot}"
    return BLOCK.sub(lambda match: f"{match[1]}{table}{cannot}\n{told}{match[2]}", text)


def renew(hosts, seen):
    text = PATH.read_text()
    new = renewed(text, hosts, seen)
    if new != text:
        PATH.write_text(new)
        print(f"renewed {PATH.relative_to(TOP)}")
