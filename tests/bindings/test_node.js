// tests/bindings/run starts this: the npm package's own code, with databases that are made up.
'use strict';
const assert = require('assert');
const fs = require('fs');
const os = require('os');
const path = require('path');
const url = require('url');

const TOP = path.resolve(__dirname, '../..');
const LIBRARY = fs.readFileSync(path.join(process.env.BUILD, 'sketches.so'));
const NAME = `sqlite-sketches-${process.platform}-${process.arch}`;
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'sketches-'));

// install(FOLDER, WITH): the package as npm would lay it there, and that of the platform.
function install(folder, withPlatform = true) {
  const modules = path.join(work, folder, 'node_modules');
  fs.cpSync(path.join(TOP, 'bindings/node'), path.join(modules, 'sqlite-sketches'), { recursive: true });
  if (withPlatform) {
    fs.mkdirSync(path.join(modules, NAME));
    fs.writeFileSync(path.join(modules, NAME, 'sketches.so'), LIBRARY);
  }
  return require(path.join(modules, 'sqlite-sketches'));
}

const sketches = install('plain');

function fake(message, more = {}) {
  return {
    loadExtension(file) {
      this.file = file;
      if (message) {
        throw new Error(message);
      }
    },
    ...more,
  };
}

function refusal(data, message = 'dlopen failed') {
  const file = path.join(work, 'sketches.so');
  fs.writeFileSync(file, data);
  let said;
  assert.throws(() => sketches.load(fake(message), file), (error) => ((said = error.message), true));
  return said;
}

function patched(at, bytes) {
  const copy = Buffer.from(LIBRARY);
  Buffer.from(bytes).copy(copy, at);
  return copy;
}

const tests = {
  the_path_is_that_of_the_platform_without_suffix() {
    assert.strictEqual(sketches.getLoadablePath(), path.join(work, 'plain/node_modules', NAME, 'sketches'));
    const db = fake();
    sketches.load(db);
    assert.strictEqual(db.file, sketches.getLoadablePath());
  },
  a_path_of_ones_own_is_taken() {
    const db = fake();
    sketches.load(db, '/opt/sketches');
    assert.strictEqual(db.file, '/opt/sketches');
  },
  async an_es_module_offers_the_same() {
    const plain = path.join(work, 'plain/node_modules/sqlite-sketches');
    const module = await import(url.pathToFileURL(path.join(plain, 'index.mjs')));
    assert.deepStrictEqual(Object.keys(module).sort(), ['default', ...Object.keys(sketches)].sort());
    assert.strictEqual(module.getLoadablePath(), sketches.getLoadablePath());
  },
  // As esbuild --format=esm does: what is CommonJS there has no require of node's modules.
  a_bundler_may_forbid_require() {
    const bundled = (name) => {
      const module = {};
      const inner = (wanted) => {
        assert.match(wanted, /^\.\//, `${name} wants ${wanted}`);
        return bundled(wanted);
      };
      const source = fs.readFileSync(path.join(TOP, 'bindings/node', name), 'utf8');
      new Function('require', 'module', 'process', source)(inner, module, process);
      return module.exports;
    };
    const db = fake();
    bundled('core.js')({ fs, path, resolve: () => assert.fail() }).load(db, '/opt/sketches');
    assert.strictEqual(db.file, '/opt/sketches');
  },
  a_relative_path_is_that_of_the_folder_one_is_in() {
    const before = process.cwd();
    process.chdir(work);
    try {
      for (const given of ['sketches', './sketches']) {
        const db = fake();
        sketches.load(db, given);
        assert.strictEqual(db.file, path.join(process.cwd(), 'sketches'));
      }
    } finally {
      process.chdir(before);
    }
  },
  what_is_no_path_is_refused() {
    for (const wrong of [5, null, url.pathToFileURL('/opt/sketches'), Buffer.from('/opt/sketches')]) {
      assert.throws(() => sketches.load(fake(), wrong), /wants a path as a string/);
    }
    assert.throws(() => sketches.load(fake('no'), '/no\0where'), /there is no such file/);
  },
  a_file_of_another_name_is_told_how_it_is_called() {
    for (const [name, fits] of [['sketches2', true], ['libsketches', true], ['sketches-Bx3f', false], ['mine', false]]) {
      const file = path.join(work, `${name}.so`);
      fs.writeFileSync(file, LIBRARY);
      const said = fits ? /was not loaded: undefined symbol$/ : new RegExp(`the file is called ${name}, and has to be called sketches`);
      for (const given of [file, file.slice(0, -3)]) {
        assert.throws(() => sketches.load(fake('undefined symbol'), given), said);
      }
    }
  },
  a_folder_beside_the_file_is_not_taken_for_it() {
    const folder = path.join(work, 'both/sketches');
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(`${folder}.so`, LIBRARY.subarray(0, 4096));
    assert.throws(() => sketches.load(fake(), folder), /not all of one; install/);
  },
  app_asar_becomes_unpacked() {
    const inside = install('app.asar');
    assert.strictEqual(inside.getLoadablePath(), path.join(work, 'app.asar.unpacked/node_modules', NAME, 'sketches'));
  },
  extensions_are_forbidden_again_also_after_a_failure() {
    for (const message of [null, 'no']) {
      const allowed = [];
      const db = fake(message, { enableLoadExtension: (on) => allowed.push(on) });
      try {
        sketches.load(db, '/opt/sketches');
      } catch (error) {
        assert.ok(message, error);
      }
      assert.deepStrictEqual(allowed, [true, false]);
    }
  },
  async node_sqlite3_gives_a_promise() {
    const db = (error) => ({ parallelize() {}, loadExtension: (file, done) => setImmediate(done, error) });
    await sketches.load(db(null));
    await assert.rejects(sketches.load(db(new Error('no')), '/nowhere/sketches'), /there is no such file/);
  },
  a_missing_platform_package_is_named() {
    assert.throws(() => install('without', false).getLoadablePath(), new RegExp(`${NAME} is not installed.*--omit=optional`));
  },
  what_is_no_database_is_refused() {
    for (const wrong of [null, undefined, 'posts.db', {}]) {
      assert.throws(() => sketches.load(wrong), /wants an open database/);
    }
  },
  a_host_that_forbids_is_told_how_to_allow() {
    for (const message of ['extension loading is not allowed', 'Cannot enable extension loading because it was disabled at database creation.']) {
      assert.match(refusal(LIBRARY, message), /allowExtension: true/);
    }
    assert.match(refusal(LIBRARY, 'This build of sqlite3 does not support dynamic extension loading'), /setCustomSQLite/);
  },
  other_machines_are_named() {
    assert.match(refusal(patched(18, [22, 0])), new RegExp(`it is for linux-s390x, and this is linux-${process.arch}; install`));
    const arm = Buffer.alloc(64);
    Buffer.from('\x7fELF\x01\x01\x01', 'latin1').copy(arm);
    arm[18] = 40;
    assert.match(refusal(arm), /it is for linux-arm, and/);
    const macos = Buffer.alloc(64);
    macos.writeUInt32LE(0xfeedfacf);
    macos.writeUInt32LE(0x100000c, 4);
    assert.match(refusal(macos), /it is for darwin-arm64, and/);
    const windows = Buffer.alloc(128);
    windows.write('MZ');
    windows.writeUInt32LE(64, 0x3c);
    windows.write('PE', 64);
    windows.writeUInt16LE(0x8664, 68);
    assert.match(refusal(windows), /it is for win32-x64, and/);
  },
  another_c_library_is_named() {
    const text = LIBRARY.toString('latin1').replace('\0libc.so.6\0', '\0libc.so\0\0\0');
    assert.match(refusal(Buffer.from(text, 'latin1')), /it is for systems with musl, and this one has glibc/);
  },
  what_is_cut_short_is_not_even_tried() {
    for (const size of [0, 1, 5, 20, 63, 4096, LIBRARY.length - 1]) {
      assert.match(refusal(LIBRARY.subarray(0, size), null), /not all of one; install/, `${size} bytes`);
    }
  },
  what_was_damaged_is_not_even_tried() {
    const half = LIBRARY.length >> 1;
    const zeros = Buffer.from(LIBRARY).fill(0, half);
    const moved = Buffer.concat([LIBRARY.subarray(0, half), LIBRARY.subarray(half + 1), Buffer.alloc(1)]);
    for (const damaged of [zeros, moved]) {
      assert.match(refusal(damaged, null), /not all of one; install/);
    }
  },
  what_the_extension_says_is_passed_on() {
    assert.match(refusal(LIBRARY, 'sketches needs SQLite 3.26.0 or newer, not 3.25.3'), /needs SQLite 3.26.0 or newer, not 3.25.3$/);
  },
};

async function main() {
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
    } catch (error) {
      failed++;
      console.log(`FAIL ${name}\n${error.stack}`);
    }
  }
  fs.rmSync(work, { recursive: true });
  console.log(`${Object.keys(tests).length - failed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

main();
