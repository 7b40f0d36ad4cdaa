#!/bin/sh
# The protocol is that of hosting.py.
set -u

# ask WORD: the answers of one connection, which loads twice; a refusal is one of them.
ask()
{
    while read -r query; do
        answer=$(sqlite3 -batch -init "$script" :memory: "$query" 2>&1)
        printf '%s\t%s\n' "$1" "$(echo "$answer" | tr '\n' ' ' | sed 's/ $//')"
    done <"$QUERIES"
}

script=$(mktemp) || exit 1
trap 'rm -f "$script"' EXIT
cat >"$script" <<'END'
-- lines
.load ./sketches
-- end of lines
.load ./sketches
END

if said=$(sqlite3 -batch -bail -init "$script" :memory: 'SELECT sketch_version()' 2>&1); then
    printf 'host\tsqlite3 %s\n' "$(sqlite3 --version | cut -d' ' -f1)"
    printf 'sqlite\t%s\n' "$(sqlite3 :memory: 'SELECT sqlite_version()')"
    ask one
    ask two
else
    printf 'failed\t%s\n' "$(echo "$said" | head -n 1)"
fi
