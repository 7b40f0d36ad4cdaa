import Database from 'better-sqlite3';
import * as sketches from 'sqlite-sketches';
import { main, version } from './asking.mjs';

const open = () => new Database(':memory:');

function load(db) {
  // lines
  db.loadExtension('./sketches');
  // end of lines
}

function loadByPackage(db) {
  // lines: or, with the package
  sketches.load(db);
  // end of lines
}

await main(`better-sqlite3 ${version('better-sqlite3')}`, [[open, load], [open, loadByPackage]]);
