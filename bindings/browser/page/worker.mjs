/*
 * The worker: takes posts out of a source, keeps them in SQLite, and asks it what the page shows.
 *
 * From the page come { wasm, start, stop, compare, query, download }, to it go { ready, said, view,
 * answer, file }.
 */
import { prepare } from "../sketches.mjs";
import { Posts } from "./database.mjs";
import { Refusal, live, serverOf, tokenOf } from "./live.mjs";
import { pause, replay } from "./recording.mjs";

const SHARE = 8;           // the page is told what there is when so many times as long went by as that takes
const SOONEST_MS = 800;   // so that bars come to rest in between
const WORK_MS = 100;       // without looking for messages
const QUERY_MS = 10000;
const MOST_ROWS = 500;

let posts;
let source; // { stop } of what runs
let windowMs = 3600000;
let next = 0; // when the page is told again
let news = false; // since it was told

const say = (said, state) => postMessage({ said, state });

function show() {
    const start = performance.now();
    news = false;
    if (posts.posts > 0) {
        postMessage({ view: posts.view(windowMs) });
    }
    const end = performance.now();
    next = end + Math.max(SOONEST_MS, SHARE * (end - start));
}

function eventsOf({ kind, recording, speed, server, token }, signal) {
    return kind === "live" ? live(serverOf(server), tokenOf(token), signal, said => say(said, "runs"))
        : replay(recording, speed, signal);
}

async function run(order, signal) {
    const start = performance.now();
    let turn = start;
    say(order.kind === "live" ? "Connecting …" : "Replaying", "runs");
    for await (const events of eventsOf(order, signal)) {
        if (signal.aborted) {
            return;
        }
        posts.take(events);
        news = true;
        const now = performance.now();
        if (now >= next) {
            show();
        }
        if (now - turn > WORK_MS) {
            await pause(0);
            turn = performance.now();
        }
    }
    const seconds = (performance.now() - start) / 1000;
    if (!signal.aborted) {
        show();
        const pace = Math.round(posts.words / seconds).toLocaleString("en");
        say(posts.posts === 0 ? "There is no post of that language in it"
            : `Done: ${posts.words.toLocaleString("en")} words in ${seconds.toFixed(1)} s, ${pace} a second`, "ended");
    }
}

async function start(order) {
    source?.abort();
    const mine = new AbortController();
    source = mine;
    const opened = await Posts.open(order.language);
    if (mine.signal.aborted) {
        opened.close();
        return;
    }
    posts.close();
    posts = opened;
    next = 0;
    // A live stream may say nothing for a while, and what has come is to be seen.
    const timer = setInterval(() => news && performance.now() >= next && show(), SOONEST_MS / 4);
    try {
        await run(order, mine.signal);
    } catch (error) {
        if (!mine.signal.aborted) {
            say(error instanceof Refusal ? error.message : `It has stopped: ${error.message}`, "failed");
        }
    } finally {
        clearInterval(timer);
        if (source === mine) {
            source = undefined;
        }
    }
}

function stop() {
    source?.abort();
    say("Stopped", "ended");
}

/** Of a script the last question's rows. */
function query(sql) {
    const answer = { columns: [], rows: [], more: false };
    const start = performance.now();
    posts.db.limit(QUERY_MS);
    try {
        for (const statement of posts.db.script(sql)) {
            const found = { columns: statement.columns, rows: [], more: false };
            for (const tuple of statement.tuples()) {
                found.more = found.rows.length === MOST_ROWS;
                if (found.more) {
                    break;
                }
                found.rows.push(tuple);
            }
            if (found.columns.length > 0) {
                Object.assign(answer, found);
            }
        }
    } catch (error) {
        answer.error = error.message === "interrupted" ? `it took longer than ${QUERY_MS / 1000} seconds` : error.message;
    } finally {
        posts.db.limit(0);
        leaveTransaction();
    }
    postMessage({ answer: { ...answer, ms: performance.now() - start } });
}

/** One that was left open would stop the posts. */
function leaveTransaction() {
    try {
        posts.db.run("COMMIT");
    } catch {
        // there was none
    }
}

function download() {
    const bytes = posts.db.bytes();
    postMessage({ file: bytes }, [bytes.buffer]);
}

onmessage = async ({ data }) => {
    try {
        if (data.wasm) {
            await prepare(data.wasm);
            posts = await Posts.open("en");
            postMessage({ ready: true });
        } else if (data.start) {
            await start(data.start);
        } else if (data.stop) {
            stop();
        } else if (data.compare) {
            windowMs = data.compare;
            show();
        } else if (data.query !== undefined) {
            query(data.query);
        } else if (data.download) {
            download();
        }
    } catch (error) {
        say(`It has stopped: ${error.message}`, "failed");
    }
};
