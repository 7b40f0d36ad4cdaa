import sqlite3 from 'sqlite3';
import * as sketches from 'sqlite-sketches';
import { main, version } from './asking.mjs';

const open = () => new sqlite3.Database(':memory:');

// A promise of what is told to a callback.
const promise = (call) => new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));

function load(db) {
  return promise((done) => {
    // lines
    db.loadExtension('./sketches', (error) => {
      // from here on the functions are there, if there is no error
      // end of lines
      done(error);
    });
  });
}

async function loadByPackage(db) {
  // lines: or, with the package
  await sketches.load(db);
  // end of lines
}

const query = async (db, sql) => Object.values(await promise((done) => db.get(sql, done)))[0];

await main(`sqlite3 ${version('sqlite3')}`, [[open, load], [open, loadByPackage]], { query });
