// What the programs of JavaScript share: they answer the queries in the ways that they are loaded in.
import fs from 'node:fs';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const QUERIES = fs.readFileSync(process.env.QUERIES, 'utf8').trim().split('\n');
const THREADS = 4;

const told = (error) => String(error.message).replace(/\s+/g, ' ').trim();
const tell = (word, text) => console.log(`${word}\t${text}`);

export const version = (name) => JSON.parse(fs.readFileSync(`${import.meta.dirname}/node_modules/${name}/package.json`)).version;

// The one text that a query gives.
export const get = (db, sql) => Object.values(db.prepare(sql).get())[0];

async function answers([open, load], query) {
  const db = await open();
  await load(db);
  await load(db);
  const texts = [];
  for (const sql of QUERIES) {
    try {
      texts.push(await query(db, sql));
    } catch (error) {
      texts.push(told(error));
    }
  }
  return { db, texts };
}

function thread(i) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(process.argv[1], { workerData: i });
    worker.on('message', resolve);
    worker.on('error', reject);
  });
}

// A way is [open, load]: open() gives a connection, load(db) loads into it, and may be called again; each
// may be a promise. The first connection is of the first way, the second one of the last. forbidden()
// opens and loads where that is not allowed.
export async function main(host, ways, { query = get, forbidden } = {}) {
  if (!isMainThread) {
    parentPort.postMessage((await answers(ways[workerData % ways.length], query)).texts);
    return;
  }
  let first;
  try {
    if (process.argv[2] === 'forbidden') {
      await forbidden();
    }
    first = await answers(ways[0], query);
  } catch (error) {
    tell('failed', told(error));
    return;
  }
  tell('host', host);
  tell('sqlite', await query(first.db, 'SELECT sqlite_version()'));
  first.texts.forEach((text) => tell('one', text));
  const second = await answers(ways[ways.length - 1], query);
  second.texts.forEach((text) => tell('two', text));
  const threads = await Promise.all([...Array(THREADS).keys()].map(thread));
  threads.flat().forEach((text) => tell('thread', text));
}
