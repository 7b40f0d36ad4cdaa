// ask.mjs HOST: loads the installed package into connections of that, and asks what queries.json says.
import assert from 'node:assert';
import fs from 'node:fs';
import { load } from 'sqlite-sketches';

const { queries, answers, refused, message } = JSON.parse(fs.readFileSync('queries.json'));
const host = process.argv[2];

async function connect() {
  const module = await import(host);
  if (host === 'node:sqlite') {
    return new module.DatabaseSync(':memory:', { allowExtension: true });
  }
  if (host === 'bun:sqlite') {
    return new module.Database(':memory:');
  }
  return host === 'sqlite3' ? new module.default.Database(':memory:') : new module.default(':memory:');
}

// The one text that a query gives.
function answer(db, query) {
  const text = (row) => Object.values(row)[0];
  if (host === 'sqlite3') {
    return new Promise((resolve, reject) => db.get(query, (error, row) => (error ? reject(error) : resolve(text(row)))));
  }
  return text(db.prepare(query).get());
}

for (let connection = 0; connection < 2; connection++) {
  const db = await connect();
  await load(db);
  await load(db);
  for (const [i, query] of queries.entries()) {
    assert.strictEqual(await answer(db, query), answers[i], query);
  }
  await assert.rejects(async () => answer(db, refused), (error) => error.message.includes(message));
  for (const [path, said] of [['/nowhere/sketches', /there is no such file/], ['package.json', /is no shared library/]]) {
    await assert.rejects(async () => load(db, path), (error) => said.test(error.message));
  }
}
if (host === 'node:sqlite') {
  const { DatabaseSync } = await import(host);
  await assert.rejects(async () => load(new DatabaseSync(':memory:')), /allowExtension: true/);
}
