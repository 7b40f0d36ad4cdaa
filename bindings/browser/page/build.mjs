#!/usr/bin/env node
/*
 * bindings/browser/page/build.mjs WORK OUT: makes the page out of what `make wasm` has put into OUT:
 * OUT/page, a folder to serve, and OUT/top-words.html, which has all of it inside.  Packages that are
 * bundled are fetched into WORK.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { gzipSync } from "node:zlib";

const HERE = import.meta.dirname;
const TOP = path.resolve(HERE, "../../..");
const [work, out] = process.argv.slice(2).map(each => path.resolve(each));
const modules = path.join(work, "page/node_modules");
const read = (...parts) => fs.readFileSync(path.join(...parts));

/** The packages of package.json, unless they are there. */
function fetchPackages() {
    const wanted = read(HERE, "package.json");
    const copy = path.join(work, "page/package.json");
    if (!fs.existsSync(modules) || !fs.existsSync(copy) || !wanted.equals(fs.readFileSync(copy))) {
        console.log("  FETCH esbuild, htmlparser2, uplot");
        fs.mkdirSync(path.dirname(copy), { recursive: true });
        fs.writeFileSync(copy, wanted);
        execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"],
            { cwd: path.dirname(copy), stdio: "inherit" });
    }
}

function bundle(name) {
    const { buildSync } = createRequire(path.join(modules, "x"))("esbuild");
    const { outputFiles } = buildSync({
        entryPoints: [path.join(HERE, name)], nodePaths: [modules], bundle: true, write: false, minify: true,
        format: name === "main.mjs" ? "esm" : "iife", target: "es2024", charset: "utf8", legalComments: "none",
        external: ["node:*"], logOverride: { "empty-import-meta": "silent" },
    });
    return outputFiles[0].contents;
}

/** Whose work is in the page. */
function licences() {
    const own = `sqlite-sketches\n\n${read(TOP, "LICENSE")}\n${read(TOP, "NOTICE")}`;
    const packages = Object.keys(JSON.parse(read(HERE, "package.json")).dependencies).filter(name => name !== "esbuild");
    const theirs = packages.map(name => `${name}\n\n${read(modules, name, "LICENSE")}`);
    const others = "SQLite is in the public domain. wasi-libc, the C library in sketches.wasm: MIT, with parts of musl"
        + " (MIT) and cloudlibc (BSD-2-Clause).\n";
    return [own, ...theirs, others].join(`\n${"-".repeat(72)}\n\n`).replaceAll("\r\n", "\n");
}

const hashOf = text => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Nobody but the server that the user names is asked for anything; which one that is nobody knows beforehand. */
const policy = (script, style, worker, more) => `default-src 'none'; script-src ${script} 'wasm-unsafe-eval'; style-src ${style}; `
    + `worker-src ${worker}; connect-src ${more}https: http://localhost:* http://127.0.0.1:*; img-src data:; base-uri 'none'; form-action 'none'`;

function page(values) {
    const template = String(read(HERE, "index.html"));
    return Object.entries(values).reduce((text, [name, value]) => text.replace(`{{${name}}}`, () => value), template);
}

function packed(bytes) {
    return gzipSync(bytes, { level: 9 });
}

function main() {
    fetchPackages();
    const files = {
        "worker.js": bundle("worker.mjs"),
        "sketches.wasm.gz": packed(read(out, "sketches.wasm")),
        "demo.sse.gz": packed(read(TOP, "tests/data/demo.sse")),
    };
    const script = Buffer.from(bundle("main.mjs"));
    const style = read(HERE, "style.css") + String(read(modules, "uplot/dist/uPlot.min.css"));

    const folder = path.join(out, "page");
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder);
    const beside = { ...files, "main.js": script, "style.css": style, "licences.txt": licences() };
    beside["index.html"] = page({
        policy: policy("'self'", "'self'", "'self'", "'self' "),
        style: '<link rel="stylesheet" href="style.css">',
        data: "",
        script: '<script type="module" src="main.js"></script>',
    });
    for (const [name, content] of Object.entries(beside)) {
        fs.writeFileSync(path.join(folder, name), content);
    }

    // A text that no script is run from, and that cannot end its element.
    const data = Object.entries(files).map(([name, content]) =>
        `<script type="application/octet-stream" id="${name}">${Buffer.from(content).toString("base64")}</script>`);
    fs.writeFileSync(path.join(out, "top-words.html"), page({
        policy: policy(hashOf(script), hashOf(style), "blob:", ""),
        style: `<style>${style}</style>`,
        data: `${data.join("\n")}\n<script type="text/plain" id="licences">\n${licences().replaceAll("</script", "<\\/script")}</script>`,
        script: `<script type="module">${script}</script>`,
    }));
}

main();
