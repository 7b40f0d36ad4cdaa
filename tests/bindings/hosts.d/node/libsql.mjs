import Database from 'libsql';
import { main, version } from './asking.mjs';

const open = () => new Database(':memory:');

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

await main(`libsql ${version('libsql')}`, [[open, load], [open, loadByPackage]]);
