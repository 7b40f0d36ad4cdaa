// Server-sent events: text in, events out, by the rules of the WHATWG HTML standard.
const MOST = 1 << 20; // characters of an event; posts have a few thousand

/** Feed it pieces of the stream, cut anywhere; it returns the events that are complete: [{ type, data }]. */
export class EventParser {
    #rest = "";
    #type = "";
    #data = [];
    #size = 0;

    feed(text) {
        const events = [];
        const whole = this.#rest + text;
        // A CR at the end may be half of a line's end.
        const end = whole.endsWith("\r") ? whole.length - 1 : whole.length;
        const lines = whole.slice(0, end).split(/\r\n|\n|\r/);
        this.#rest = lines.pop() + whole.slice(end);
        if (this.#rest.length > MOST) {
            this.#rest = ":"; // of what is too long nothing is kept
        }
        for (const line of lines) {
            this.#line(line, events);
        }
        return events;
    }

    #line(line, events) {
        if (line === "") {
            if (this.#data.length > 0 && this.#size <= MOST) {
                events.push({ type: this.#type || "message", data: this.#data.join("\n") });
            }
            this.#type = "";
            this.#data = [];
            this.#size = 0;
            return;
        }
        const colon = line.indexOf(":");
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
        if (name === "data") {
            this.#size += value.length + 1;
            if (this.#size <= MOST) {
                this.#data.push(value);
            }
        } else if (name === "event") {
            this.#type = value;
        }
    }
}

/** The events of a stream of bytes, those of one piece together. */
export async function* eventsOf(bytes) {
    const parser = new EventParser();
    const reader = bytes.pipeThrough(new TextDecoderStream()).getReader();
    try {
        let next = reader.read(); // while a piece is worked on, the next one comes
        for (;;) {
            const { value, done } = await next;
            next = reader.read();
            next.catch(() => {}); // it is awaited when its turn has come, if ever
            if (done) {
                return;
            }
            yield parser.feed(value);
        }
    } finally {
        reader.cancel().catch(() => {});
    }
}
