'use strict';
// Why a library was not loaded, and what to do.  Gets node's `fs` and `path`: core.js says why.
const ELF = { 3: 'ia32', 22: 's390x', 40: 'arm', 62: 'x64', 183: 'arm64', 243: 'riscv64' };
const PE = { 0x14c: 'ia32', 0x8664: 'x64', 0xaa64: 'arm64' };
const MACH = { 0x1000007: 'x64', 0x100000c: 'arm64' };
const AGAIN = 'install sqlite-sketches again, on the machine that it is to run on';

function ownLibc(fs) {
  const report = process.report && process.report.getReport && readReport();
  if (report && report.header) {
    return report.header.glibcVersionRuntime ? 'glibc' : 'musl';
  }
  return fs.existsSync(`/lib/ld-musl-${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch]}.so.1`) ? 'musl' : 'glibc';
}

function readReport() {
  const { excludeNetwork } = process.report;
  process.report.excludeNetwork = true; // else it asks for the names of all peers
  try {
    const report = process.report.getReport();
    return typeof report === 'string' ? JSON.parse(report) : report;
  } catch {
    return null;
  } finally {
    process.report.excludeNetwork = excludeNetwork;
  }
}

// What the bytes of a library are for: { platform, arch, libc }; null if they are no whole library.
function describe(data) {
  try {
    if (data.readUInt32BE(0) === 0x7f454c46) {
      return describeElf(data);
    }
    if (data.toString('latin1', 0, 2) === 'MZ') {
      const start = data.readUInt32LE(0x3c);
      return { platform: 'win32', arch: PE[data.readUInt16LE(start + 4)] };
    }
    if (data.readUInt32LE(0) === 0xfeedfacf) {
      return { platform: 'darwin', arch: MACH[data.readUInt32LE(4)] };
    }
  } catch (error) {
    if (!(error instanceof RangeError)) {
      throw error;
    }
  }
  return null;
}

function describeElf(data) {
  const wide = data[4] === 2;
  const short = (at) => (data[5] === 2 ? data.readUInt16BE(at) : data.readUInt16LE(at));
  const long = (at) => (data[5] === 2 ? data.readUInt32BE(at) : data.readUInt32LE(at));
  const low = data[5] === 2 && wide ? 44 : 40;
  const sections = long(wide ? low : 32);
  const end = sections + short(wide ? 58 : 46) * short(wide ? 60 : 48);
  if (end > data.length) {
    return null;
  }
  if (end > sections) {
    // The names of the sections come last: where they are, nothing before has moved or is missing.
    const names = sections + short(wide ? 58 : 46) * short(wide ? 62 : 50);
    const start = long(names + (wide ? low - 16 : 16));
    if (long(names + 4) !== 3 || !data.subarray(start).includes('\0.dynsym\0')) {
      return null;
    }
  }
  const libc = data.includes('\0libc.so.6\0') ? 'glibc' : data.includes('\0libc.so\0') ? 'musl' : null;
  return { platform: 'linux', arch: ELF[short(18)], libc };
}

// What SQLite opens for a path: its suffix may be left off.
function read(fs, file, suffix) {
  for (const each of [file, file + suffix]) {
    try {
      return fs.readFileSync(each);
    } catch {
      // the next one, perhaps
    }
  }
  return null;
}

// To be asked before a file is loaded: half a library may end the process.
function cutShort({ fs }, file, suffix) {
  const data = read(fs, file, suffix);
  return data && !describe(data) ? `${file} was not loaded: it is no shared library, or not all of one; ${AGAIN}` : null;
}

// SQLite makes the name of the entry point of the letters of the file's name.
function misnamed(path, file) {
  const [name] = path.basename(file).split('.');
  return name.toLowerCase().replace(/^lib|[^a-z]/g, '') === 'sketches' ? null : name;
}

function explain({ fs, path }, file, suffix, error) {
  const said = `${file} was not loaded: `;
  if (/not authorized|not allowed|allowExtension|disabled at database creation/i.test(error.message)) {
    return `${said}this database forbids extensions (${error.message}); ` +
      'with node:sqlite open it with new DatabaseSync(file, { allowExtension: true })';
  }
  if (/does not support dynamic extension/i.test(error.message)) {
    return `${said}${error.message}; on macOS Bun uses the system's SQLite, which cannot: ` +
      'call Database.setCustomSQLite(path) of another one first';
  }
  const data = read(fs, file, suffix);
  if (!data) {
    return `${said}there is no such file; ${AGAIN}, or give the path of your own; ` +
      'in Electron keep it out of app.asar (asarUnpack: "**/sketches.{so,dll,dylib}")';
  }
  const found = describe(data);
  if (found.platform !== process.platform || found.arch !== process.arch) {
    return `${said}it is for ${found.platform}-${found.arch}, and this is ${process.platform}-${process.arch}; ${AGAIN}`;
  }
  if (found.libc && found.libc !== ownLibc(fs)) {
    return `${said}it is for systems with ${found.libc}, and this one has ${ownLibc(fs)}; ${AGAIN}`;
  }
  if (misnamed(path, file)) {
    return `${said}the file is called ${misnamed(path, file)}, and has to be called sketches, whatever its folder: ` +
      "SQLite makes the entry point's name of it";
  }
  return said + error.message;
}

module.exports = { cutShort, explain, ownLibc };
