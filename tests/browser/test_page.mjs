/*
 * make test-page: the page in headless Chromium, which is $CHROMIUM or Debian's.  Its screenshots go to docs/ with
 * SCREENSHOTS=1.  What is timed is printed, since machines differ.
 */
import assert from "node:assert";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { BUILD, TOP, run } from "./harness.mjs";
import { post, startServer } from "./server.mjs";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const WORK = path.join(BUILD, "packaging/test-page");
const STREAM = path.join(TOP, "tests/data/demo.sse");
const FILE = pathToFileURL(path.join(BUILD, "browser/top-words.html")).href;
const TOKEN = "a-secret-of-mine";
const LIMIT_MS = 30000;

/** Playwright and axe, or the name of what is missing. */
function fetched() {
    const wanted = fs.readFileSync(path.join(import.meta.dirname, "package.json"));
    const copy = path.join(WORK, "package.json");
    try {
        if (!fs.existsSync(copy) || !wanted.equals(fs.readFileSync(copy))) {
            fs.mkdirSync(WORK, { recursive: true });
            execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts",
                ...Object.entries(JSON.parse(wanted).dependencies).map(([name, version]) => `${name}@${version}`)], { cwd: WORK });
            fs.writeFileSync(copy, wanted);
        }
    } catch (error) {
        leave(`playwright-core and axe-core of npm: ${error.message.split("\n")[0]}`);
    }
    return createRequire(path.join(WORK, "x"));
}

function leave(missing) {
    console.log(`not run: there is no ${missing}`);
    process.exit(1);
}

if (!fs.existsSync(CHROMIUM)) {
    leave(`${CHROMIUM}: install chromium, or name another in $CHROMIUM`);
}
const require = fetched();
const { chromium } = require("playwright-core");
const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const profile = fs.mkdtempSync(path.join(os.tmpdir(), "page-"));
const browser = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM, headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"],
});

/** Opens the page, which starts by itself; whatever it complains about fails the test. */
async function withPage(use, { address = FILE, expected = /^$/, ...more } = {}) {
    const page = await browser.newPage();
    const [complaints, requests] = [[], []];
    page.setDefaultTimeout(LIMIT_MS);
    page.on("console", message => complaints.push(message.text()));
    page.on("pageerror", error => complaints.push(error.message));
    page.on("request", request => requests.push(request.url()));
    try {
        await page.emulateMedia({ colorScheme: "light", reducedMotion: "no-preference", ...more.media });
        await page.setViewportSize(more.size ?? { width: 1280, height: 900 });
        await page.goto(address);
        await page.waitForSelector("html[data-ready]");
        await use(page, requests);
        assert.deepStrictEqual(complaints.filter(text => !expected.test(text)), []);
    } finally {
        await page.close();
    }
}

async function said(page, pattern) {
    try {
        await page.waitForFunction(source => new RegExp(source).test(document.getElementById("said").textContent), pattern.source);
    } catch {
        assert.fail(`it says “${await page.textContent("#said")}” and not ${pattern}`);
    }
}

async function replayAll(page, language = "en") {
    await page.selectOption("#language", language);
    await page.selectOption("#speed", "Infinity");
    await page.click("#start");
    await said(page, /^Done: .* words/);
}

async function ask(page, sql) {
    await page.fill("#sql", sql);
    await page.click("#run");
    await page.waitForFunction(() => !document.getElementById("run").disabled);
    return {
        outcome: await page.textContent("#outcome"),
        cells: await page.$$eval("#result td", cells => cells.map(cell => cell.textContent)),
    };
}

async function goLive(page, server, token = TOKEN) {
    await page.selectOption("#kind", "live");
    await page.fill("#server", `http://${server.host}`);
    await page.fill("#token", token);
    await page.click("#start");
}

const bars = (page, id) => page.$$eval(`#${id} li`, items => items.map(item => [...item.children].map(part => part.textContent)));

/** What the shell says of what mastodon-loader has loaded. */
function shell(database, sql) {
    return execFileSync("sqlite3", ["-batch", "-init", "/dev/null", "-separator", "\t", "-cmd", `.load ${BUILD}/sketches`, database, sql],
        { encoding: "utf8" }).trimEnd();
}

function loaded(language, stream = STREAM) {
    const database = path.join(WORK, `loaded-${language}.db`);
    for (const left of [database, `${database}-wal`, `${database}-shm`]) {
        fs.rmSync(left, { force: true });
    }
    execFileSync(path.join(BUILD, "mastodon-loader"), ["--quiet", "--language", language, "--replay", stream, database]);
    return database;
}

async function downloaded(page) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#download")]);
    const file = path.join(WORK, "posts.db");
    await download.saveAs(file);
    return file;
}

async function counts_are_those_of_the_loader_and_the_shell() {
    for (const language of ["en", "any"]) {
        const theirs = loaded(language);
        await withPage(async page => {
            await replayAll(page, language);
            const top = (await bars(page, "top")).map(row => row.join("\t")).join("\n");
            assert.strictEqual(top, shell(theirs, "SELECT value, count FROM topk_rows((SELECT topk_sketch(word) FROM word), 20)"));
            assert.strictEqual(await page.textContent("#authors"), shell(theirs, "SELECT CAST(round(hll_count(author)) AS INTEGER) FROM post"));
            const ours = await downloaded(page);
            for (const sql of ["SELECT word, count(*) FROM word GROUP BY word ORDER BY word",
                "SELECT tag, count(*) FROM hashtag GROUP BY tag ORDER BY tag",
                "SELECT uri, text, language, created_ms, edited_ms FROM post ORDER BY uri",
                "SELECT hex(topk_sketch(word)) FROM word"]) {
                assert.strictEqual(shell(ours, sql), shell(theirs, sql), sql);
            }
        });
    }
}

const SCRIPTS = ["Don’t l'été ʼn'tis rock'n'roll', U.S.A. a.b foo:bar a·b can't've", "3.14 1,000 1;2 9am am9 a_b __init__ _ e-mail a/b 1a.2b",
    "日本語のひらがなとカタカナ カ_タ ｶﾀｶﾅ 한국어 ไทยคำ ພາສາລາວ မြန်မာ ខ្មែរ", "עברית צה\"ל ג'ירפה עברית' عربى ١٫٥ ۱۲۳ ٣٬٤ हिन्दी தமிழ்",
    "İstanbul ΣΊΣΥΦΟΣ ΟΔΟΣ. naïve e\u0301te ﬁne Straße ǅ Ⅷ ½ ① Ⓐ Kelvin ſ", "soft\u00adhyphen zw\u200bsp zwnj\u200cx a\u2060b \u200fx\u202c a\ufe0f 1️⃣ 👩‍💻 🇩🇪 ❤️x",
    "@ann hi@ann.example @ann@b.example. #tag #2024 #a_1 x#y #Straße http://a.example/x?y). HTTPS://É.example :blob: :other: ://", "x" ];
const MARKED = ["<p>%</p><p>%</p>", "%<br>%", "<ul><li>%</li><li><b>%</b>%</li></ul>", "<a href=\"u\" class=\"mention hashtag\">#<span>%</span></a> %",
    "<a href=\"u\">%</a>%", "<span class=\"quote-inline\">RE: %</span>%", "<pre><code>%</code></pre><!-- % --><script>%</script>&lt;%&gt;&nbsp;&eacute;%&#39;"];

async function words_are_those_of_the_loader_in_every_script() {
    const file = path.join(WORK, "scripts.sse");
    const texts = SCRIPTS.flatMap((script, i) => MARKED.map(mark =>
        mark.replaceAll("%", () => script).concat(` ${SCRIPTS[(i + 1) % SCRIPTS.length]}`)));
    fs.writeFileSync(file, texts.map(text => post(text, { emojis: [{ shortcode: "blob" }] })).join(""));
    const theirs = loaded("en", file);
    await withPage(async page => {
        await page.selectOption("#kind", "file");
        await page.setInputFiles("#file", file);
        await replayAll(page);
        const ours = await downloaded(page);
        for (const sql of ["SELECT uri, pos, word FROM word JOIN post USING (post_id) ORDER BY uri, pos",
            "SELECT uri, tag FROM hashtag JOIN post USING (post_id) ORDER BY uri, tag", "SELECT uri, text FROM post ORDER BY uri"]) {
            assert.deepStrictEqual(shell(ours, sql).split("\n"), shell(theirs, sql).split("\n"), sql);
        }
    });
}

async function the_words_of_the_hour_come_first() {
    await withPage(async page => {
        await replayAll(page);
        assert.deepStrictEqual((await bars(page, "trend")).slice(0, 2).map(([word]) => word), ["storm", "soup"]);
        await page.selectOption("#compare", "60000");
        await page.waitForFunction(() => document.querySelector("#trend .value").textContent !== "storm");
        assert.match(await page.getAttribute("#lengths", "aria-label"), /Half of the posts have at most \d+ characters/);
        assert.match(await page.getAttribute("#minutes", "aria-label"), /now, .* at most/);
    });
}

async function sql_is_answered_and_its_errors_are_shown() {
    await withPage(async page => {
        await replayAll(page);
        assert.deepStrictEqual((await ask(page, "SELECT count(*), NULL, x'0a', 'a' FROM words")).cells, ["4704", "NULL", "0a (1 bytes)", "a"]);
        assert.match((await ask(page, "SELECT topk(word, 0) FROM words")).outcome, /^Error: topk: /);
        assert.match((await ask(page, "SELEC")).outcome, /^Error: near "SELEC"/);
        assert.strictEqual((await ask(page, "BEGIN; CREATE TABLE mine(x); INSERT INTO mine VALUES (7)")).outcome.slice(0, 8), "Done in ");
        assert.deepStrictEqual((await ask(page, "SELECT x FROM mine")).cells, ["7"]);
        assert.match((await ask(page, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n")).outcome, /^the first 500 rows/);
        const examples = await page.$$eval("#examples option", options => options.map(option => option.value));
        for (const example of examples) {
            await page.selectOption("#examples", example);
            const { outcome, cells } = await ask(page, await page.inputValue("#sql"));
            assert.match(outcome, /rows? in/, outcome);
            assert(cells.length > 0);
        }
    });
}

async function what_posts_contain_is_text() {
    const hostile = "<script>window.hit = 1</script><img src=x onerror='window.hit = 2'>&lt;img&nbsp;src=x&nbsp;onerror=window.hit=3&gt; calm";
    const server = await startServer((request, response) => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.write(post(hostile, { tags: [{ name: "<img src=x onerror=window.hit=4>" }] }));
    });
    await withPage(async page => {
        await goLive(page, server);
        await page.waitForFunction(() => document.querySelector("#top .value")?.textContent === "calm"
            || [...document.querySelectorAll("#top .value")].some(each => each.textContent === "calm"));
        assert.deepStrictEqual((await bars(page, "tags")).map(([tag]) => tag), ["<img src=x onerror=window.hit=4>"]);
        const { cells } = await ask(page, "SELECT text, '<b onclick=x>' FROM posts");
        assert.strictEqual(cells[0].replaceAll("\u00a0", " "), "<img src=x onerror=window.hit=3> calm");
        assert.strictEqual(await page.evaluate(() => window.hit), undefined);
        assert.strictEqual(await page.$$eval("img, #result b, script:not([type])", found => found.length), 0);
    });
    await server.close();
}

async function a_post_that_cannot_be_read_stops_nothing() {
    const odd = { toString: 1, valueOf: 1 };
    const broken = ["<div>".repeat(300), "<b>".repeat(50000)].map(content => post(content))
        .concat(["id", "created_at", "edited_at", "language", "visibility", "account", "tags", "emojis", "uri", "content", "reblog"]
            .map(name => post("<p>odd</p>", { [name]: odd })))
        .concat(["null", "[]", "5", "{", "{}", '{"account":null,"uri":"x"}'].map(data => `event: update\ndata: ${data}\n\n`))
        .concat([`data: ${"z".repeat(3000000)}\n\n`, `event: delete\ndata: ${"9".repeat(100000)}\n\n`, post(`<p>${"w".repeat(200000)}</p>`)]);
    const server = await startServer((_, response) => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        broken.forEach(each => response.write(each + post("<p>calm</p>")));
    });
    await withPage(async page => {
        await goLive(page, server);
        const calm = async () => (await ask(page, "SELECT count(*) FROM words WHERE word = 'calm'")).cells[0];
        for (let i = 0; i < 50 && await calm() !== String(broken.length); i++) {
            await page.waitForTimeout(100);
        }
        assert.strictEqual(await calm(), String(broken.length), await page.textContent("#said"));
        assert.match(await page.textContent("#said"), /^Connected/);
    });
    await server.close();
}

async function posts_of_other_times_do_not_hide_those_of_now() {
    const server = await startServer((_, response) => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        for (const time of ["0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"]) {
            response.write(post("<p>elsewhen</p>", { created_at: time }));
        }
        response.write(Array.from({ length: 200 }, () => post("<p>calm</p>")).join(""));
    });
    await withPage(async page => {
        await goLive(page, server);
        await page.waitForFunction(() => document.getElementById("posts").textContent === "202");
        const label = await page.getAttribute("#minutes", "aria-label");
        assert(Number(/([\d.,]+) at most/.exec(label)[1]) >= 100, label);
    });
    await server.close();
}

async function the_token_goes_to_that_server_in_the_header_alone() {
    let streams = 0;
    const server = await startServer((request, response) => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.write(`:)\n${post("<p>hello again</p>")}`);
        if (++streams === 1) {
            response.end(); // it is to come back
        }
    });
    await withPage(async (page, requests) => {
        await goLive(page, server);
        await said(page, /has ended|broken off/);
        await page.waitForFunction(() => document.getElementById("posts").textContent === "2");
        const stored = await page.evaluate(() => [location.href, document.cookie, document.documentElement.outerHTML,
            JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })].join());
        assert(!stored.includes(TOKEN), "the token is kept somewhere");
        assert(requests.every(url => !url.includes(TOKEN)));
        const asked = requests.filter(url => !/^(file|blob|data):/.test(url));
        assert.deepStrictEqual([...new Set(asked)], [`http://${server.host}/api/v1/streaming/public`]);
    });
    const gets = server.seen.filter(each => each.method === "GET");
    assert.strictEqual(gets.length, 2);
    for (const { url, authorization, referer, cookie } of gets) {
        assert.deepStrictEqual([url, authorization, referer, cookie], ["/api/v1/streaming/public", `Bearer ${TOKEN}`, undefined, undefined]);
    }
    await server.close();
}

async function a_token_may_be_pasted_as_it_stands_in_a_header() {
    const server = await startServer((_, response) => response.writeHead(200, { "Content-Type": "text/event-stream" }).write(":)\n"));
    await withPage(async page => {
        await goLive(page, server, ` Bearer ${TOKEN}\t`);
        await said(page, /Connected/);
    });
    assert.deepStrictEqual(server.seen.filter(each => each.method === "GET").map(each => each.authorization), [`Bearer ${TOKEN}`]);
    await server.close();
}

async function refusals_are_told_in_words() {
    const other = await startServer((request, response) => response.end());
    const answers = [
        [(_, response) => response.writeHead(401).end(), /does not accept the token.*\(401\)/],
        [(_, response) => response.writeHead(404).end(), /has no public stream here/],
        [(_, response) => response.writeHead(503).end(), /\(503\)\. Trying again/],
        [(_, response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<p>"), /no stream of events/],
        [({ url }, response) => response.writeHead(url === "/" ? 200 : 302, { Location: `http://${other.host}/` }).end(), /does not let other pages read it \(CORS\), or sends them/],
    ];
    await withPage(async page => {
        for (const [answer, words] of answers) {
            const server = await startServer(answer);
            await goLive(page, server);
            await said(page, words);
            await server.close();
        }
        const closed = await startServer((_, response) => response.end(), { closed: true });
        await goLive(page, closed);
        await said(page, /\(CORS\)/);
        assert(closed.seen.every(each => !each.authorization));
        await closed.close();
        await goLive(page, closed);
        await said(page, /cannot be reached/);
        for (const [name, words] of [["", /Enter the name/], ["https://a.example/x?y=1", /Only the name/], ["http://a.example", /has to be https/], ["a b", /is no name/]]) {
            await page.fill("#server", name);
            await page.click("#start");
            await said(page, words);
        }
        for (const token of [`“${TOKEN}”`, `${TOKEN}\u200b`, "two words"]) {
            await goLive(page, other, token);
            await said(page, /No token has such characters/);
        }
    }, { expected: /Failed to load resource|CORS policy|net::ERR/ });
    assert.deepStrictEqual(other.seen, []);
    await other.close();
}

async function the_folder_works_when_served() {
    const types = { html: "text/html", js: "text/javascript", css: "text/css" };
    const server = await startServer(({ url }, response) => {
        const name = url === "/" ? "/index.html" : url;
        response.writeHead(200, { "Content-Type": types[name.split(".").pop()] ?? "application/octet-stream" });
        response.end(fs.readFileSync(path.join(BUILD, "browser/page", name)));
    });
    await withPage(async page => {
        await replayAll(page);
        assert.strictEqual(await page.textContent("#words"), "4,704");
    }, { address: `http://${server.host}/` });
    await server.close();
}

async function it_can_be_stopped_and_used_by_keyboard() {
    await withPage(async page => {
        await page.waitForFunction(() => document.querySelectorAll("#top li").length > 3);
        await page.focus("#stop");
        await page.keyboard.press("Enter");
        await said(page, /^Stopped/);
        const words = await page.textContent("#words");
        await page.waitForTimeout(1200);
        assert.strictEqual(await page.textContent("#words"), words);
        const reached = new Set();
        await page.focus("#kind");
        for (let i = 0; i < 14; i++) {
            reached.add(await page.evaluate(() => document.activeElement.id));
            await page.keyboard.press("Tab");
        }
        for (const id of ["speed", "language", "start", "download", "compare", "examples", "sql", "run"]) {
            assert(reached.has(id), `${id} is not reached by Tab`);
        }
        await page.fill("#sql", "SELECT 1 + 1");
        await page.focus("#sql");
        await page.keyboard.press("Control+Enter");
        await page.waitForSelector("#result td");
    }, { media: { reducedMotion: "reduce" } });
}

async function axe_finds_nothing() {
    for (const colorScheme of ["light", "dark"]) {
        for (const size of [{ width: 1280, height: 900 }, { width: 360, height: 800 }]) {
            await withPage(async page => {
                await replayAll(page);
                await ask(page, "SELECT word, count(*) AS n FROM words GROUP BY word LIMIT 30");
                await page.waitForTimeout(500); // bars that come in are not to be seen through any more
                await page.evaluate(AXE);
                const { violations } = await page.evaluate(() => window.axe.run());
                assert.deepStrictEqual(violations.map(each => [each.id, each.nodes.map(node => node.html)]), []);
                assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "it is wider than the screen");
                await page.selectOption("#kind", "live");
                assert.deepStrictEqual((await page.evaluate(() => window.axe.run())).violations.map(each => each.id), []);
            }, { media: { colorScheme }, size });
        }
    }
}

async function nothing_jumps_while_posts_come() {
    await withPage(async page => {
        const places = () => page.$$eval("section, section .chart, .bars, form, dl > div, #said", all =>
            all.map(each => [each.id || each.className || each.tagName, ...Object.values(each.getBoundingClientRect().toJSON())].join()));
        const before = await places();
        await page.waitForTimeout(2000);
        assert.deepStrictEqual(await places(), before);
        await replayAll(page);
        assert.strictEqual((await page.$$("#top li")).length, 20);
        assert.deepStrictEqual(await places(), before);
    });
}

/** The recording so many times over, each time with posts of its own. */
function longRecording(times) {
    const text = fs.readFileSync(STREAM, "utf8");
    const file = path.join(WORK, "long.sse");
    const rounds = Array.from({ length: times }, (_, i) => text.replace(/"(id|uri|url)":"([^"]*\d{6,})"/g, `"$1":"$2${i}"`));
    fs.writeFileSync(file, rounds.map(round => `${round}\n\n`).join(""));
    return file;
}

async function speed_is_printed() {
    await withPage(async page => {
        console.log(`      loaded in ${await page.getAttribute("html", "data-ready")} ms (wanted: at most 1500)`);
        await page.selectOption("#kind", "file");
        await page.selectOption("#speed", "Infinity");
        await page.setInputFiles("#file", longRecording(200));
        for (let i = 0; i < 3; i++) {
            await page.click("#start");
            await page.waitForFunction(() => !document.getElementById("stop").disabled);
            await said(page, /^Done/);
            console.log(`      ${await page.textContent("#said")} (wanted: at least 200,000)`);
        }
    });
}

async function screenshots() {
    if (!process.env.SCREENSHOTS) {
        return;
    }
    const sizes = { desktop: { width: 1280, height: 960 }, phone: { width: 360, height: 780 } };
    for (const [device, size] of Object.entries(sizes)) {
        for (const colorScheme of ["light", "dark"]) {
            await withPage(async page => {
                await replayAll(page);
                await page.waitForTimeout(600);
                await page.screenshot({ path: path.join(TOP, `docs/page-${device}-${colorScheme}.png`) });
            }, { media: { colorScheme }, size });
        }
    }
}

await run({
    counts_are_those_of_the_loader_and_the_shell,
    words_are_those_of_the_loader_in_every_script,
    the_words_of_the_hour_come_first,
    sql_is_answered_and_its_errors_are_shown,
    what_posts_contain_is_text,
    a_post_that_cannot_be_read_stops_nothing,
    posts_of_other_times_do_not_hide_those_of_now,
    the_token_goes_to_that_server_in_the_header_alone,
    a_token_may_be_pasted_as_it_stands_in_a_header,
    refusals_are_told_in_words,
    the_folder_works_when_served,
    it_can_be_stopped_and_used_by_keyboard,
    axe_finds_nothing,
    nothing_jumps_while_posts_come,
    speed_is_printed,
    screenshots,
});
await browser.close();
fs.rmSync(profile, { recursive: true });
