// node wasi.mjs PROGRAM: runs a program of WebAssembly with this one's input and output.
import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const wasi = new WASI({ version: 'preview1', args: [process.argv[2]], returnOnExit: true });
let memory;
const host = {
  random: (at, count) => randomFillSync(new Uint8Array(memory.buffer, at, count)),
  now: () => Date.now(),
};
const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), { ...wasi.getImportObject(), host });
memory = instance.exports.memory;
process.exitCode = wasi.start(instance);
