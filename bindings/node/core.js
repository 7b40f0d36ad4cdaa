'use strict';
/*
 * What the package offers.  It gets node's modules from index.js or index.mjs, as each has them: a
 * bundler that makes an ES module lets no `require` of them pass.
 */
const { cutShort, explain, ownLibc } = require('./explain.js');

const SUFFIX = { win32: '.dll', darwin: '.dylib' }[process.platform] || '.so';

module.exports = (node) => {
  const { fs, path, resolve } = node;

  function getLoadablePath() {
    const musl = process.platform === 'linux' && ownLibc(fs) === 'musl' ? '-musl' : '';
    const name = `sqlite-sketches-${process.platform}-${process.arch}${musl}`;
    let file;
    try {
      file = resolve(`${name}/sketches${SUFFIX}`);
    } catch (error) {
      throw new Error(
        `sqlite-sketches: the package ${name} is not installed. If there is one, install ` +
          'sqlite-sketches again, not with --omit=optional nor by a lock file of another platform. ' +
          'In a program bundled into one file, and where there is none (compile sketches.c), give ' +
          'load() the path of the library.',
        { cause: error }
      );
    }
    // What is packed into app.asar the system cannot load; Electron keeps it beside that.
    const unpacked = file.replace(/([\\/])app\.asar([\\/])/, '$1app.asar.unpacked$2');
    return unpacked.slice(0, -SUFFIX.length);
  }

  function load(db, given = getLoadablePath()) {
    if (db === null || typeof db !== 'object' || typeof db.loadExtension !== 'function') {
      throw new TypeError('sqlite-sketches: load() wants an open database that has loadExtension()');
    }
    if (typeof given !== 'string') {
      throw new TypeError('sqlite-sketches: load() wants a path as a string, such as fileURLToPath() makes of an URL');
    }
    const file = path.resolve(given); // a bare name the system would look for in its own folders
    if (cutShort(node, file, SUFFIX)) {
      throw new Error(`sqlite-sketches: ${cutShort(node, file, SUFFIX)}`);
    }
    const failure = (error) => new Error(`sqlite-sketches: ${explain(node, file, SUFFIX, error)}`, { cause: error });
    if (typeof db.parallelize === 'function') {
      return new Promise((done, reject) => {
        db.loadExtension(file, (error) => (error ? reject(failure(error)) : done()));
      });
    }
    const allow = typeof db.enableLoadExtension === 'function' ? (on) => db.enableLoadExtension(on) : () => {};
    try {
      allow(true);
      try {
        db.loadExtension(file);
      } finally {
        allow(false);
      }
    } catch (error) {
      throw failure(error);
    }
  }

  return { getLoadablePath, load };
};
