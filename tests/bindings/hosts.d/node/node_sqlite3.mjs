import sqlite3 from 'sqlite3';
import { main, version } from './asking.mjs';

const open = () => new sqlite3.Database(':memory:');

async function load(db) {
  // lines
  await new Promise((resolve, reject) =>
    db.loadExtension('./sketches', (error) => (error ? reject(error) : resolve())));
  // end of lines
}

// lines: or, with the package
import * as sketches from 'sqlite-sketches';
// end of lines

async function loadByPackage(db) {
  // lines
  await sketches.load(db);
  // end of lines
}

const query = (db, sql) => new Promise((resolve, reject) =>
  db.get(sql, (error, row) => (error ? reject(error) : resolve(Object.values(row)[0]))));

await main(`sqlite3 ${version('sqlite3')}`, [[open, load], [open, loadByPackage]], { query });
