// The page: controls go to the worker, and what it counts is shown.
import { Bars } from "./bars.mjs";
import { lengthsChart, minutesChart } from "./charts.mjs";
import { EXAMPLES, outcome, table } from "./results.mjs";

const $ = id => document.getElementById(id);
const number = value => Math.round(value).toLocaleString("en");

/** A file that the page brings: out of itself when all is in one file, else from beside it. */
async function bundled(name) {
    const inline = $(name);
    return inline ? new Blob([Uint8Array.from(atob(inline.textContent), c => c.charCodeAt(0))]) : (await fetch(name)).blob();
}

/** Some servers have unpacked it already. */
async function unpacked(blob) {
    const bytes = await blob.arrayBuffer();
    return new Uint8Array(bytes)[0] === 0x1f
        ? new Response(blob.stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer() : bytes;
}

async function newWorker() {
    if (!$("worker.js")) {
        return new Worker("worker.js");
    }
    const url = URL.createObjectURL(new Blob([await bundled("worker.js")], { type: "text/javascript" }));
    return new Worker(url);
}

const worker = await newWorker();
const recording = bundled("demo.sse.gz");
const bars = Object.fromEntries(["trend", "top", "tags"].map(name => [name, new Bars($(name))]));
const showMinutes = minutesChart($("minutes"));
const showLengths = lengthsChart($("lengths"), $("median"));

const plain = ({ value, count }) => ({ value, size: count, figure: number(count) });
// How often, and how many times as often as before; the bar is how sure it is.
const times = ({ value, count, growth, score }) => ({ value, size: score, figure: `${number(count)} · ×${growth < 10 ? growth.toFixed(1) : number(growth)}` });

function show(view) {
    for (const name of ["posts", "words", "different", "authors"]) {
        $(name).textContent = number(view[name]);
    }
    bars.top.show(view.top.map(plain));
    bars.trend.show((view.trend ?? []).map(times));
    $("about-trend").textContent = view.trend ? "How often, and how many times as often as the time before; the surest first."
        : "They come when there are posts from before to compare with.";
    bars.tags.show(view.tags.map(plain));
    showMinutes(view.minutes);
    showLengths(view.lengths);
}

function say(text, state) {
    $("said").textContent = text;
    $("said").classList.toggle("bad", state === "failed");
    $("stop").disabled = state !== "runs";
}

function answered(answer) {
    $("run").disabled = false;
    $("outcome").textContent = outcome(answer);
    $("outcome").classList.toggle("bad", Boolean(answer.error));
    $("result").hidden = answer.columns.length === 0;
    $("result").replaceChildren(table(answer));
}

function save(bytes) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: "application/vnd.sqlite3" }));
    link.download = "posts.db";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

worker.onmessage = ({ data }) => {
    if (data.ready) {
        ["start", "run", "download"].forEach(id => { $(id).disabled = false; });
        document.documentElement.dataset.ready = Math.round(performance.now());
        start();
    } else if (data.view) {
        show(data.view);
    } else if (data.answer) {
        answered(data.answer);
    } else if (data.file) {
        save(data.file);
    } else {
        say(data.said, data.state);
    }
};
worker.onerror = event => say(`It has stopped: ${event.message}`, "failed");

/** Only the fields of the chosen source are there. */
function showFields() {
    for (const field of document.querySelectorAll("[data-for]")) {
        field.hidden = !field.dataset.for.split(" ").includes($("kind").value);
    }
}

async function start() {
    const kind = $("kind").value;
    if (kind === "file" && !$("file").files[0]) {
        return say("Choose a recording: the body of a server's answer, as curl writes it, packed by gzip or not", "failed");
    }
    if (kind === "live" && !$("server").value.trim()) {
        return say("Enter the name of a server where you have an account", "failed");
    }
    worker.postMessage({ start: {
        kind,
        language: $("language").value,
        speed: Number($("speed").value),
        recording: kind === "file" ? $("file").files[0] : kind === "bundled" ? await recording : undefined,
        server: kind === "live" ? $("server").value : undefined,
        token: kind === "live" ? $("token").value : undefined,
    } });
}

function ask() {
    $("run").disabled = true;
    worker.postMessage({ query: $("sql").value });
}

$("kind").addEventListener("change", showFields);
$("compare").addEventListener("change", () => worker.postMessage({ compare: Number($("compare").value) }));
$("source").addEventListener("submit", event => {
    event.preventDefault();
    start();
});
$("stop").addEventListener("click", () => worker.postMessage({ stop: true }));
$("download").addEventListener("click", () => worker.postMessage({ download: true }));
$("ask").addEventListener("submit", event => {
    event.preventDefault();
    ask();
});
$("sql").addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !$("run").disabled) {
        event.preventDefault();
        ask();
    }
});
$("examples").append(...EXAMPLES.map(([name], i) => new Option(name, i)));
$("examples").addEventListener("change", () => {
    $("sql").value = EXAMPLES[$("examples").value][1];
});
$("sql").value = EXAMPLES[0][1];
showFields();

const wasm = await unpacked(await bundled("sketches.wasm.gz"));
worker.postMessage({ wasm }, [wasm]);
