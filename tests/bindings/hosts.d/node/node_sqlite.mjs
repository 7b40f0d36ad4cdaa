import { DatabaseSync } from 'node:sqlite';
import { main } from './asking.mjs';

function open() {
  // lines
  const db = new DatabaseSync(':memory:', { allowExtension: true });
  // end of lines
  return db;
}

function load(db) {
  // lines
  db.loadExtension('./sketches');
  // end of lines
}

// lines: or, with the package
import * as sketches from 'sqlite-sketches';
// end of lines

function loadByPackage(db) {
  // lines
  sketches.load(db);
  // end of lines
}

const forbidden = () => new DatabaseSync(':memory:').loadExtension('./sketches');

const host = globalThis.Deno ? `Deno ${globalThis.Deno.version.deno}` : `Node ${process.versions.node}`;
await main(host, [[open, load], [open, loadByPackage]], { forbidden });
