// A recorded stream, as fast as it was, so many times as fast, or as fast as can be.
import { eventsOf } from "./events.mjs";

const CREATED = /"created_at":"([^"]+)"/;
const PIECE = 200;        // events at a time, where nothing has to be waited for
const LOOK_MS = 50;       // between two looks at the clock
const LONGEST_GAP_MS = 3600000; // of a stream's own time, that is waited for

export const pause = (ms, signal) => new Promise(resolve => {
    const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
});

/**
 * Yields events, a few at a time, when their time has come.  `speed` is 1 for that of the stream; Infinity is
 * allowed.  A recording that was packed by gzip begins with its two bytes.
 */
export async function* replay(blob, speed, signal) {
    const head = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
    const packed = head[0] === 0x1f && head[1] === 0x8b;
    const bytes = packed ? blob.stream().pipeThrough(new DecompressionStream("gzip")) : blob.stream();
    const clock = new Clock(speed);
    for await (const events of eventsOf(bytes)) {
        for (let at = 0; at < events.length && !signal.aborted;) {
            let end = at;
            while (end < events.length && end - at < PIECE && clock.isDue(events[end])) {
                end++;
            }
            if (end > at) {
                yield events.slice(at, end);
                at = end;
            } else {
                await pause(LOOK_MS, signal);
            }
        }
        if (signal.aborted) {
            return;
        }
    }
}

/** The time of the stream, which goes by `speed` times as fast as ours. */
class Clock {
    #speed;
    #offsetMs; // of the stream's time to ours, sped up
    #lastMs;

    constructor(speed) {
        this.#speed = speed;
    }

    /** What tells no time comes with what is before it; what is late comes at once. */
    isDue({ data }) {
        if (this.#speed === Infinity) {
            return true;
        }
        const ms = Date.parse(CREATED.exec(data)?.[1]);
        if (Number.isNaN(ms)) {
            return true;
        }
        const now = performance.now() * this.#speed;
        this.#offsetMs ??= ms - now;
        if (ms - this.#offsetMs - now > LONGEST_GAP_MS && ms - this.#lastMs > LONGEST_GAP_MS) {
            this.#offsetMs = ms - now;
        }
        this.#lastMs = ms;
        return ms <= now + this.#offsetMs;
    }
}
