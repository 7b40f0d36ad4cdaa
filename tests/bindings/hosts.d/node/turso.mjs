import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from '@tursodatabase/database';

const db = await connect(':memory:');
const manifest = createRequire(import.meta.url).resolve('@tursodatabase/database').replace(/(.*@tursodatabase.database).*/, '$1/package.json');
const ask = async (query) => (await db.prepare(query)).get();
console.log(`host\t@tursodatabase/database ${JSON.parse(readFileSync(manifest)).version}`);
console.log(`sqlite\t${Object.values(await ask('SELECT sqlite_version()'))[0]}`);

const said = [];
for (const load of [() => db.loadExtension('./sketches'), () => ask("SELECT load_extension('./sketches')")]) {
  try {
    await load();
    console.log('one\tit loads');
  } catch (error) {
    said.push(error.message);
  }
}
console.log(`failed\t${said.join('; ')}`);
