// make test-wasm: what build/browser/sketches.wasm answers, beside the sqlite3 shell with the extension.
import assert from "node:assert";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { BUILD, TOP, run } from "./harness.mjs";

const { SqliteError, open } = await import(path.join(BUILD, "browser/sketches.mjs"));
const SCRIPTS = path.join(TOP, "tests/sql");

/** As the shell prints it, but for 25.0, which is the number 25 here; SQLite makes the text. */
function printed(db, value) {
    if (value instanceof Uint8Array) {
        return Buffer.from(value).toString();
    }
    return value === null ? "NULL" : db.value(typeof value === "number" && !Number.isInteger(value)
        ? "SELECT printf('%!.15g', ?)" : "SELECT CAST(? AS TEXT)", value);
}

const withoutFraction = line => line.replace(/(?<=^|\|)(-?\d+)\.0(?=$|\|)/g, "$1");

/** The transcript of a script without commands of the shell. */
function transcript(db, script) {
    const lines = [];
    let text = "";
    for (const piece of script.split(/(?<=; *(?:--.*)?\n)/)) {
        text += piece;
        try {
            for (const statement of db.script(text)) {
                for (const tuple of statement.tuples()) {
                    lines.push(tuple.map(value => printed(db, value)).join("|"));
                }
            }
        } catch (error) {
            assert(error instanceof SqliteError, error);
            if (error.message === "incomplete input") {
                continue; // of a trigger, say
            }
            lines.push(`Error: ${error.message}`);
        }
        text = "";
    }
    return lines.join("\n").split("\n").filter(line => line.trim() !== "").map(withoutFraction);
}

function shell(script, database = ":memory:") {
    return execFileSync("sqlite3", ["-batch", "-init", "/dev/null", "-cmd", `.load ${BUILD}/sketches`, database],
        { input: script, encoding: "utf8" });
}

async function refused(what, message) {
    await assert.rejects(async () => what(), error => {
        assert(error instanceof SqliteError, error);
        assert.match(error.message, message);
        assert(error.code > 0);
        return true;
    });
}

async function transcripts_are_those_of_the_shell() {
    const names = fs.readdirSync(SCRIPTS).filter(name => name.endsWith(".sql"));
    let compared = 0;
    for (const name of names) {
        const script = fs.readFileSync(path.join(SCRIPTS, name), "utf8");
        if (/^\./m.test(script)) {
            continue;
        }
        const ours = new Set(script.split("\n"));
        const wanted = fs.readFileSync(path.join(SCRIPTS, name.replace(".sql", ".out")), "utf8")
            .split("\n").filter(line => line.trim() !== "" && !ours.has(line)).map(withoutFraction);
        const db = await open();
        assert.deepStrictEqual(transcript(db, script), wanted, name);
        db.close();
        compared++;
    }
    assert(compared > 15, `${compared} transcripts`);
}

async function stored_sketches_have_the_bytes_of_the_shell() {
    const rows = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        + " SELECT i, i * i % 977 / 8.0 AS x FROM n)";
    const db = await open();
    for (const sketch of ["topk_sketch(x)", "hll_sketch(i)", "tdigest_sketch(x)", "cms_sketch(x)",
        "reservoir_sketch(x, 20, 1)", "profile_sketch(x)"]) {
        const wanted = shell(`SELECT hex(${sketch}) FROM ${rows};`).trim();
        assert.strictEqual(Buffer.from(db.value(`SELECT ${sketch} FROM ${rows}`)).toString("hex").toUpperCase(), wanted, sketch);
    }
    db.close();
}

async function values_come_back_as_they_went_in() {
    const db = await open();
    const given = [null, 1, -0, 0.1, 2 ** 53 - 1, -(2n ** 63n), 2n ** 63n - 1n, "", "é\0😀", new Uint8Array(0),
        new Uint8Array([0, 255])];
    db.run("CREATE TABLE t(i INTEGER PRIMARY KEY, x)");
    const insert = db.prepare("INSERT INTO t(x) VALUES (?)");
    given.forEach(value => insert.run(value));
    assert.deepStrictEqual(db.rows("SELECT x FROM t ORDER BY i").map(row => row.x), given);
    assert.deepStrictEqual(db.rows("SELECT typeof(?1) AS a, typeof(?2) AS b, ?3 AS c, ?4 AS d", 2 ** 53, 5, true, undefined),
        [{ a: "real", b: "integer", c: 1, d: null }]);
    assert.throws(() => insert.run(2n ** 63n), RangeError);
    assert.throws(() => insert.run({}), TypeError);
    assert.strictEqual(db.value("SELECT 1 WHERE 0"), undefined);
    db.close();
}

async function errors_say_what_is_wrong() {
    const db = await open();
    await refused(() => db.value("SELECT hll_get('x')"), /^hll_get: /);
    await refused(() => db.run("SELECT"), /incomplete input/);
    await refused(() => db.prepare(" -- nothing\n"), /no statement/);
    await refused(() => db.rows("SELECT 1; SELECT 2"), /more than one statement/);
    await refused(() => db.value("SELECT ?"), /1 parameters, not 0/);
    await refused(() => db.run("ATTACH 'file.db' AS other"), /unable to open database/);
    await refused(() => open(new TextEncoder().encode("no database, but longer than its head is ".repeat(20))),
        /not a database/);
    await refused(() => db.transaction(() => {
        db.run("CREATE TABLE gone(x)");
        db.run("INSERT INTO nowhere VALUES (1)");
    }), /no such table/);
    assert.strictEqual(db.value("SELECT count(*) FROM sqlite_schema"), 0);
    const statement = db.prepare("SELECT 1");
    statement.free();
    await refused(() => statement.value(), /given back/);
    db.close();
    await refused(() => db.value("SELECT 1"), /closed/);
    await refused(() => db.script("SELECT 1").next(), /closed/);
}

async function scripts_end_where_somebody_leaves_them() {
    const db = await open();
    const seen = [];
    for (const statement of db.script("CREATE TABLE t(x); ; INSERT INTO t VALUES (1), (2); -- so\nSELECT x, x AS x FROM t; SELECT 3")) {
        seen.push(statement.columns.length);
        for (const tuple of statement.tuples()) {
            seen.push(tuple);
            break;
        }
        if (seen.length === 4) {
            break;
        }
    }
    assert.deepStrictEqual(seen, [0, 0, 2, [1, 1]]);
    db.limit(50);
    await refused(() => db.value("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n"),
        /interrupted/);
    db.limit(0);
    assert.strictEqual(db.value("SELECT count(*) FROM t"), 2);
    db.close();
}

async function files_go_to_the_shell_and_come_from_it() {
    const file = path.join(BUILD, "browser/test.db");
    for (const left of [file, `${file}-wal`, `${file}-shm`]) {
        fs.rmSync(left, { force: true });
    }
    const db = await open();
    db.run("CREATE TABLE t AS SELECT hll_sketch(value) AS s FROM json_each('[1,2,3]')");
    fs.writeFileSync(file, db.bytes());
    db.close();
    assert.strictEqual(shell("SELECT round(hll_get(s)) FROM t; PRAGMA journal_mode = wal; INSERT INTO t SELECT s FROM t;", file),
        "3.0\nwal\n");
    const again = await open(fs.readFileSync(file));
    assert.deepStrictEqual(again.rows("SELECT round(hll_get(hll_merge(s))) AS n, count(*) AS rows FROM t"), [{ n: 3, rows: 2 }]);
    again.run("INSERT INTO t SELECT hll_sketch(4)");
    assert.strictEqual(again.value("SELECT count(*) FROM t"), 3);
    again.close();
    fs.rmSync(file);
}

async function memory_grows_and_two_databases_are_two() {
    const [db, other] = [await open(), await open()];
    db.run("CREATE TABLE big(x)");
    const insert = db.prepare("INSERT INTO big VALUES (zeroblob(1000000))");
    for (let i = 0; i < 150; i++) {
        insert.run();
    }
    assert.strictEqual(db.value("SELECT sum(length(x)) FROM big"), 150000000);
    assert.strictEqual(other.value("SELECT count(*) FROM sqlite_schema"), 0);
    const copy = await open(db.bytes());
    assert.strictEqual(copy.value("SELECT count(*) FROM big"), 150);
    [db, other, copy].forEach(each => each.close());
}

async function the_file_asks_its_host_for_two_functions() {
    const bytes = fs.readFileSync(path.join(BUILD, "browser/sketches.wasm"));
    const asked = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).map(each => `${each.module}.${each.name}`);
    assert.deepStrictEqual(asked.sort(), ["host.now", "host.random"]);
    assert(!bytes.includes(TOP), "it names the folder that it was made in");
}

await run({
    the_file_asks_its_host_for_two_functions,
    transcripts_are_those_of_the_shell,
    stored_sketches_have_the_bytes_of_the_shell,
    values_come_back_as_they_went_in,
    errors_say_what_is_wrong,
    scripts_end_where_somebody_leaves_them,
    files_go_to_the_shell_and_come_from_it,
    memory_grows_and_two_databases_are_two,
});
