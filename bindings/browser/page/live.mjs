/*
 * The public stream of a server.  EventSource cannot send the header that carries the token, and an address
 * is no place for it: fetch can.  The token goes to the server that was named, in that header, and
 * nowhere else: a redirection is refused, and what is asked after a failure is asked without.
 */
import { eventsOf } from "./events.mjs";
import { pause } from "./recording.mjs";

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60000;
const SILENCE_MS = 90000; // servers send a heartbeat every 15 seconds
const LOCAL = new Set(["localhost", "127.0.0.1"]);

export class Refusal extends Error {}

/** The address of a server by the name that somebody typed. */
export function serverOf(typed) {
    const text = typed.trim();
    let url;
    try {
        url = new URL(/^https?:\/\//i.test(text) ? text : `https://${text}`);
    } catch {
        url = undefined;
    }
    if (!/^([a-z0-9.-]+|\[[0-9a-f:.]+\])$/.test(url?.hostname)) {
        throw new Refusal(`“${text}” is no name of a server, such as mastodon.example`);
    }
    if (url.username || url.password || url.pathname !== "/" || url.search || url.hash) {
        throw new Refusal("Only the name of the server is wanted, such as mastodon.example");
    }
    if (url.protocol === "http:" && !LOCAL.has(url.hostname)) {
        throw new Refusal("The token would go over the network for all to read: it has to be https");
    }
    return url;
}

/** The token out of what somebody pasted, which may be the whole value of a header. */
export function tokenOf(pasted) {
    const token = pasted.trim().replace(/^Bearer\s+/i, "");
    if (!/^[!-~]*$/.test(token)) {
        throw new Refusal("No token has such characters in it, a space, say, or one that is not to be seen: copy it again");
    }
    return token;
}

const WORDS = {
    401: "does not accept the token: make one in your account's settings, under Development, with the scope “read”",
    403: "forbids it; it may have closed its public stream",
    404: "has no public stream here. If its streams come from another host, enter that one’s name",
    422: "wants a token: make one in your account's settings, under Development, with the scope “read”",
    429: "asks for fewer requests",
};
const isPassing = status => status === 408 || status === 425 || status === 429 || status >= 500;

/** Why a fetch failed, which the browser does not tell: a question that may be asked of any server does. */
async function whyNot(server, signal) {
    if (globalThis.navigator?.onLine === false) {
        return "This device is offline";
    }
    try {
        await fetch(server, { mode: "no-cors", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", signal });
        return `${server.host} answers, but does not let other pages read it (CORS), or sends them elsewhere`;
    } catch {
        return `${server.host} cannot be reached`;
    }
}

async function connect(server, token, signal) {
    const stream = new URL("/api/v1/streaming/public", server);
    const headers = { Accept: "text/event-stream" };
    if (token) {
        headers.Authorization = `Bearer ${token}`;
    }
    let response;
    try {
        response = await fetch(stream, { headers, signal, redirect: "error", credentials: "omit", cache: "no-store",
            referrerPolicy: "no-referrer" });
    } catch {
        throw new Error(await whyNot(server, signal));
    }
    if (!response.ok) {
        const words = `${server.host} ${WORDS[response.status] ?? "answers"} (${response.status})`;
        throw isPassing(response.status) ? new Error(words) : new Refusal(words);
    }
    if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
        throw new Refusal(`${server.host} answers with something that is no stream of events`);
    }
    return response.body;
}

/** Ends a stream that says nothing any more. */
function watched(body, abort) {
    let timer = setTimeout(abort, SILENCE_MS);
    return body.pipeThrough(new TransformStream({
        transform(piece, controller) {
            clearTimeout(timer);
            timer = setTimeout(abort, SILENCE_MS);
            controller.enqueue(piece);
        },
        flush: () => clearTimeout(timer),
    }));
}

/** Yields events as they come, and connects again when the stream breaks; `say` is told how it stands. */
export async function* live(server, token, signal, say) {
    let waitMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
        const connection = new AbortController();
        const abort = () => connection.abort();
        signal.addEventListener("abort", abort, { once: true });
        let why = "The stream has ended";
        try {
            const body = await connect(server, token, connection.signal);
            say(`Connected to ${server.host}`);
            for await (const events of eventsOf(watched(body, abort))) {
                waitMs = FIRST_PAUSE_MS;
                yield events;
            }
        } catch (error) {
            if (error instanceof Refusal) {
                throw error;
            }
            why = error instanceof TypeError || error.name === "AbortError" ? "The stream has broken off" : error.message;
        } finally {
            signal.removeEventListener("abort", abort);
            abort();
        }
        if (!signal.aborted) {
            say(`${why}. Trying again in ${Math.round(waitMs / 1000)} s`);
            await pause(waitMs * (0.75 + Math.random() / 2), signal);
            waitMs = Math.min(2 * waitMs, LONGEST_PAUSE_MS);
        }
    }
}
