// ask.mjs: loads the installed package into connections of node:sqlite, and asks what queries.json says.
import assert from 'node:assert';
import fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { load } from 'sqlite-sketches';

const { queries, answers, refused, message } = JSON.parse(fs.readFileSync('queries.json'));
const answer = (db, query) => Object.values(db.prepare(query).get())[0];

for (let connection = 0; connection < 2; connection++) {
  const db = new DatabaseSync(':memory:', { allowExtension: true });
  load(db);
  load(db);
  for (const [i, query] of queries.entries()) {
    assert.strictEqual(answer(db, query), answers[i], query);
  }
  assert.throws(() => answer(db, refused), (error) => error.message.includes(message));
  for (const [path, said] of [['/nowhere/sketches', /there is no such file/], ['package.json', /is no shared library/]]) {
    assert.throws(() => load(db, path), said);
  }
}
assert.throws(() => load(new DatabaseSync(':memory:')), /allowExtension: true/);
