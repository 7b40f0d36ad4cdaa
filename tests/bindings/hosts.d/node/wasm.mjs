import { main } from './asking.mjs';
// lines
import { open } from './sketches.mjs';

const db = await open();
db.value('SELECT sketch_version()');
// end of lines
db.close();

await main(`Node ${process.versions.node}`, [[open, () => {}]], { query: (db, sql) => db.value(sql) });
