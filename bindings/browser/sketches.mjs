/**
 * SQLite with the sketches in it, in a page, a worker, Node.js, Deno or Bun: an ES module
 * beside sketches.wasm, which `make wasm` compiles.
 *
 *     import { open } from "./sketches.mjs";
 *     const db = await open();
 *     db.run("CREATE TABLE word(word TEXT)");
 *     const insert = db.prepare("INSERT INTO word VALUES (?)");
 *     for (const word of words) insert.run(word);
 *     JSON.parse(db.value("SELECT topk(word, 25) FROM word"));
 *
 * SQL's values are JavaScript's: NULL is null, TEXT a string, BLOB a Uint8Array, REAL a
 * number, and INTEGER a number as far as numbers are exact, 2^53 - 1, and else a BigInt.
 * What is bound may also be a boolean, which is 1 or 0.  A number without a fraction
 * is an INTEGER.
 *
 * What SQLite refuses is thrown, as an SqliteError with its message and `code`.
 */
const OUT_OF_MEMORY = 7;
const MISUSE = 21;
const WRONG_COUNT = 25;
const ROW = 100;
const DONE = 101;
const [INTEGER, REAL, TEXT, BLOB] = [1, 2, 3, 4];
const TRANSIENT = -1; // SQLite makes a copy
const FREE_ON_CLOSE = 1;
const RESIZEABLE = 2;
// Of the head of a database file.
const [WRITE_VERSION, READ_VERSION] = [18, 19];
const [ROLLBACK, WAL] = [1, 2];

export class SqliteError extends Error {
    constructor(message, code) {
        super(message);
        this.name = "SqliteError";
        this.code = code;
    }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The functions of sketches.wasm and its memory. */
class Wasm {
    constructor(functions) {
        this.call = functions;
        this.#bytes = new Uint8Array(functions.memory.buffer);
    }

    #bytes;

    /** The memory as it is now: when it grows, the views of before are of no use. */
    get bytes() {
        if (this.#bytes.length === 0) {
            this.#bytes = new Uint8Array(this.call.memory.buffer);
        }
        return this.#bytes;
    }

    /** Room for so many bytes, to be freed. */
    allocate(size) {
        const at = this.call.malloc(Math.max(size, 1));
        if (at === 0) {
            throw new SqliteError("out of memory", OUT_OF_MEMORY);
        }
        return at;
    }

    /** A copy with a NUL behind it, to be freed; its size is without that. */
    put(string) {
        const room = 3 * string.length;
        const at = this.allocate(room + 1);
        const size = encoder.encodeInto(string, this.bytes.subarray(at, at + room)).written;
        this.bytes[at + size] = 0;
        return { at, size };
    }

    text(at, size) {
        return decoder.decode(this.bytes.subarray(at, at + size));
    }

    /** A text that ends with a NUL. */
    textAt(at) {
        return this.text(at, this.bytes.indexOf(0, at) - at);
    }

    /** The two pointers in the eight bytes there. */
    pointers(at) {
        const view = new DataView(this.call.memory.buffer, at, 8);
        return [view.getUint32(0, true), view.getUint32(4, true)];
    }

    /** Calls with the place of a pointer, and returns [result, that pointer]. */
    withPointer(use) {
        const out = this.allocate(8);
        const result = use(out);
        const [pointer] = this.pointers(out);
        this.call.free(out);
        return [result, pointer];
    }
}

async function load(source) {
    const host = {
        now: () => Date.now(),
        random: (at, count) => {
            for (let done = 0; done < count; done += 65536) { // the most at a time
                const end = Math.min(done + 65536, count);
                crypto.getRandomValues(wasm.bytes.subarray(at + done, at + end));
            }
        },
    };
    const { instance } = await WebAssembly.instantiate(await source, { host });
    const wasm = new Wasm(instance.exports);
    instance.exports._initialize();
    return wasm;
}

async function fetchBytes() {
    const place = new URL("sketches.wasm", import.meta.url);
    if (place.protocol === "file:" && globalThis.process?.versions?.node) {
        const { readFile } = await import("node:fs/promises");
        return readFile(place);
    }
    const response = await fetch(place);
    if (!response.ok) {
        throw new Error(`${place} was not loaded: ${response.status} ${response.statusText}`);
    }
    return response.arrayBuffer();
}

let loading;

/**
 * Loads sketches.wasm from bytes that are at hand, as in a page that has all in one file.
 * Without this, the first open() fetches it from beside this module.
 *
 * @param {BufferSource | Promise<BufferSource>} bytes
 */
export async function prepare(bytes) {
    loading = load(bytes);
    await loading;
}

/**
 * Opens a database in memory: an empty one, or that in the bytes of a database file.
 *
 * @param {Uint8Array} [bytes]
 * @returns {Promise<Database>}
 */
export async function open(bytes) {
    loading ??= load(fetchBytes());
    try {
        return new Database(await loading, bytes);
    } catch (error) {
        if (!(error instanceof SqliteError)) {
            loading = undefined; // so that it can be tried again
        }
        throw error;
    }
}

class Database {
    #wasm;
    #db;
    #statements = new Set();

    constructor(wasm, bytes) {
        this.#wasm = wasm;
        const name = wasm.put(":memory:");
        const [code, db] = wasm.withPointer(out => wasm.call.sqlite3_open(name.at, out));
        wasm.call.free(name.at);
        this.#db = db;
        try {
            this.#check(code);
            if (bytes) {
                this.#load(bytes);
            }
        } catch (error) {
            this.close();
            throw error;
        }
    }

    /** Runs one statement with values for its parameters, or a script without. */
    run(sql, ...values) {
        if (values.length > 0) {
            return this.#once(sql, statement => statement.run(...values));
        }
        const wasm = this.#wasm;
        const text = wasm.put(sql);
        const code = wasm.call.sqlite3_exec(this.#open, text.at, 0, 0, 0);
        wasm.call.free(text.at);
        this.#check(code);
    }

    /** All rows of a query, as objects by the names of its columns. */
    rows(sql, ...values) {
        return this.#once(sql, statement => statement.rows(...values));
    }

    /** The first value of the first row; undefined when there is none. */
    value(sql, ...values) {
        return this.#once(sql, statement => statement.value(...values));
    }

    /** A statement to be run many times; give it back with free(). */
    prepare(sql) {
        const text = this.#wasm.put(sql);
        let statement, second;
        try {
            const end = text.at + text.size;
            let at;
            [statement, at] = this.#prepareAt(text.at, end);
            [second] = statement ? this.#prepareAt(at, end) : [];
        } catch (error) {
            statement?.free();
            throw error;
        } finally {
            this.#wasm.call.free(text.at);
        }
        if (!statement || second) {
            statement?.free();
            second?.free();
            throw new SqliteError(`there is ${second ? "more than one" : "no"} statement in that text`, MISUSE);
        }
        return statement;
    }

    /** The statements of a script, each prepared when its turn has come, and freed after it. */
    *script(sql) {
        const text = this.#wasm.put(sql);
        const end = text.at + text.size;
        let [statement, at] = [undefined, text.at];
        try {
            for (;;) {
                [statement, at] = this.#prepareAt(at, end);
                if (!statement) {
                    return;
                }
                yield statement;
                statement.free();
            }
        } finally {
            statement?.free();
            this.#wasm.call.free(text.at);
        }
    }

    /** From now on a statement ends with "interrupted" after so many milliseconds; 0: never. */
    limit(milliseconds) {
        this.#wasm.call.host_limit(this.#open, milliseconds);
    }

    /** Runs what the function does in one transaction, or not at all. */
    transaction(work) {
        this.run("BEGIN");
        try {
            const result = work();
            this.run("COMMIT");
            return result;
        } catch (error) {
            if (this.#wasm.call.sqlite3_get_autocommit(this.#db) === 0) {
                this.run("ROLLBACK");
            }
            throw error;
        }
    }

    /** The database as the bytes of a file. */
    bytes() {
        const wasm = this.#wasm;
        const [at, size] = wasm.withPointer(out =>
            wasm.call.sqlite3_serialize(this.#open, 0, out, 0));
        if (at === 0 && size > 0) {
            throw new SqliteError("out of memory", OUT_OF_MEMORY);
        }
        const bytes = wasm.bytes.slice(at, at + size);
        wasm.call.sqlite3_free(at);
        return bytes;
    }

    close() {
        for (const statement of [...this.#statements]) {
            statement.free();
        }
        this.#wasm.call.sqlite3_close(this.#db);
        this.#db = 0;
    }

    get #open() {
        if (this.#db === 0) {
            throw new SqliteError("the database is closed", MISUSE);
        }
        return this.#db;
    }

    /** The next statement of a text, undefined after the last, and where its rest begins. */
    #prepareAt(at, end) {
        const wasm = this.#wasm;
        const out = wasm.allocate(8);
        try {
            this.#check(wasm.call.sqlite3_prepare_v2(this.#open, at, end + 1 - at, out, out + 4));
            const [handle, rest] = wasm.pointers(out);
            if (handle === 0) {
                return rest < end && rest > at ? this.#prepareAt(rest, end) : [undefined, end];
            }
            const statement = new Statement(wasm, handle, code => this.#check(code),
                () => this.#statements.delete(statement));
            this.#statements.add(statement);
            return [statement, rest];
        } finally {
            wasm.call.free(out);
        }
    }

    #once(sql, use) {
        const statement = this.prepare(sql);
        try {
            return use(statement);
        } finally {
            statement.free();
        }
    }

    #check(code) {
        if (code !== 0) {
            const message = this.#wasm.call.sqlite3_errmsg(this.#db);
            throw new SqliteError(this.#wasm.textAt(message), code);
        }
    }

    /**
     * SQLite takes the memory, also when it refuses.  A file that is used with a write-ahead
     * log says so in its head, and could not be opened, for in memory there is none.
     */
    #load(bytes) {
        const wasm = this.#wasm;
        const at = wasm.call.sqlite3_malloc64(BigInt(Math.max(bytes.length, 1)));
        if (at === 0) {
            throw new SqliteError("out of memory", OUT_OF_MEMORY);
        }
        wasm.bytes.set(bytes, at);
        if (bytes.length > READ_VERSION && bytes[READ_VERSION] === WAL) {
            wasm.bytes.fill(ROLLBACK, at + WRITE_VERSION, at + READ_VERSION + 1);
        }
        const size = BigInt(bytes.length);
        this.#check(wasm.call.sqlite3_deserialize(this.#db, 0, at, size, size,
            FREE_ON_CLOSE | RESIZEABLE));
        this.value("SELECT count(*) FROM sqlite_schema"); // or it is no database
    }
}

class Statement {
    #wasm;
    #at;
    #check;
    #forget;

    constructor(wasm, at, check, forget) {
        this.#wasm = wasm;
        this.#at = at;
        this.#check = check;
        this.#forget = forget;
    }

    run(...values) {
        for (const more of this.#steps(values)) {
            void more;
        }
    }

    /** All rows, as objects by the names of the columns. */
    rows(...values) {
        const names = this.columns;
        return Array.from(this.tuples(...values), tuple =>
            Object.fromEntries(tuple.map((value, i) => [names[i], value])));
    }

    value(...values) {
        for (const [first] of this.tuples(...values)) {
            return first;
        }
        return undefined;
    }

    /** One row after the other, as arrays; who has enough may leave the loop. */
    *tuples(...values) {
        for (const width of this.#steps(values)) {
            yield Array.from({ length: width }, (_, i) => this.#column(i));
        }
    }

    /** The names of the columns; none if the statement is no question. */
    get columns() {
        const count = this.#wasm.call.sqlite3_column_count(this.#open);
        return Array.from({ length: count }, (_, i) =>
            this.#wasm.textAt(this.#wasm.call.sqlite3_column_name(this.#at, i)));
    }

    free() {
        this.#wasm.call.sqlite3_finalize(this.#at);
        this.#at = 0;
        this.#forget();
    }

    get #open() {
        if (this.#at === 0) {
            throw new SqliteError("the statement was given back", MISUSE);
        }
        return this.#at;
    }

    /** Binds, and steps as long as there are rows and somebody wants them. */
    *#steps(values) {
        const wasm = this.#wasm;
        const wanted = wasm.call.sqlite3_bind_parameter_count(this.#open);
        if (values.length !== wanted) {
            throw new SqliteError(`the statement has ${wanted} parameters, not ${values.length}`, WRONG_COUNT);
        }
        try {
            values.forEach((value, i) => this.#bind(i + 1, value));
            const width = wasm.call.sqlite3_column_count(this.#at);
            let code;
            while ((code = wasm.call.sqlite3_step(this.#open)) === ROW) {
                yield width;
            }
            if (code !== DONE) {
                this.#check(code);
            }
        } finally {
            wasm.call.sqlite3_reset(this.#at);
        }
    }

    #bind(place, value) {
        const wasm = this.#wasm;
        const at = this.#at;
        switch (typeof value) {
        case "string": {
            const text = wasm.put(value);
            const code = wasm.call.sqlite3_bind_text(at, place, text.at, text.size, TRANSIENT);
            wasm.call.free(text.at);
            return this.#check(code);
        }
        case "number":
            return this.#check(Number.isSafeInteger(value) && !Object.is(value, -0)
                ? wasm.call.sqlite3_bind_int64(at, place, BigInt(value))
                : wasm.call.sqlite3_bind_double(at, place, value));
        case "bigint":
            if (BigInt.asIntN(64, value) !== value) {
                throw new RangeError(`${value} does not fit an INTEGER, which has 64 bits`);
            }
            return this.#check(wasm.call.sqlite3_bind_int64(at, place, value));
        case "boolean":
            return this.#check(wasm.call.sqlite3_bind_int64(at, place, value ? 1n : 0n));
        default:
            break;
        }
        if (value === null || value === undefined) {
            return this.#check(wasm.call.sqlite3_bind_null(at, place));
        }
        if (value instanceof Uint8Array) {
            const copy = wasm.allocate(value.length);
            wasm.bytes.set(value, copy);
            const code = wasm.call.sqlite3_bind_blob(at, place, copy, value.length, TRANSIENT);
            wasm.call.free(copy);
            return this.#check(code);
        }
        throw new TypeError(`parameter ${place} is none of null, boolean, number, bigint, string, Uint8Array`);
    }

    #column(i) {
        const wasm = this.#wasm;
        const at = this.#at;
        switch (wasm.call.sqlite3_column_type(at, i)) {
        case INTEGER: {
            const value = wasm.call.sqlite3_column_int64(at, i);
            const number = Number(value);
            return Number.isSafeInteger(number) ? number : value;
        }
        case REAL:
            return wasm.call.sqlite3_column_double(at, i);
        case TEXT: {
            const text = wasm.call.sqlite3_column_text(at, i);
            const size = wasm.call.sqlite3_column_bytes(at, i);
            return wasm.text(text, size);
        }
        case BLOB: {
            const blob = wasm.call.sqlite3_column_blob(at, i);
            return wasm.bytes.slice(blob, blob + wasm.call.sqlite3_column_bytes(at, i));
        }
        default:
            return null;
        }
    }
}
