/** What SQLite takes: a boolean is 1 or 0, undefined is NULL. */
export type Parameter = null | undefined | boolean | number | bigint | string | Uint8Array;

/** What SQLite gives: an INTEGER that a number cannot hold exactly is a bigint. */
export type Value = null | number | bigint | string | Uint8Array;

export type Row = Record<string, Value>;

/** What SQLite refuses; `code` is SQLite's result code. */
export class SqliteError extends Error {
    readonly name: "SqliteError";
    readonly code: number;
}

export interface Statement {
    run(...values: Parameter[]): void;
    rows(...values: Parameter[]): Row[];
    value(...values: Parameter[]): Value | undefined;
    tuples(...values: Parameter[]): Generator<Value[], void>;
    readonly columns: string[];
    free(): void;
}

export interface Database {
    run(sql: string, ...values: Parameter[]): void;
    rows(sql: string, ...values: Parameter[]): Row[];
    value(sql: string, ...values: Parameter[]): Value | undefined;
    prepare(sql: string): Statement;
    script(sql: string): Generator<Statement, void>;
    limit(milliseconds: number): void;
    transaction<T>(work: () => T): T;
    bytes(): Uint8Array;
    close(): void;
}

/** Takes sketches.wasm from bytes that are at hand; without this, the first open() fetches it. */
export function prepare(bytes: BufferSource | Promise<BufferSource>): Promise<void>;

/** Opens a database in memory: an empty one, or that in the bytes of a database file. */
export function open(bytes?: Uint8Array): Promise<Database>;
