/**
 * The path of the extension for this platform, without its suffix, as SQLite likes it best.
 * Inside Electron `app.asar` has become `app.asar.unpacked`.  Throws when the package of the
 * platform is not installed.
 */
export function getLoadablePath(): string;

/** A connection of better-sqlite3, libsql, Bun or node:sqlite. */
export interface LoadsAtOnce {
  loadExtension(path: string): unknown;
  enableLoadExtension?(allow: boolean): unknown;
}

/** A connection of the package sqlite3 (node-sqlite3). */
export interface LoadsLater {
  loadExtension(path: string, callback?: (error: Error | null) => void): unknown;
  parallelize(callback?: () => void): void;
}

/**
 * Loads the extension into a connection; each connection loads for itself, and once more does
 * no harm.  `path` is another file than the package's, for programs bundled into one file.
 * With the package sqlite3 the result is a promise.
 */
export function load(db: LoadsLater, path?: string): Promise<void>;
export function load(db: LoadsAtOnce, path?: string): void;
