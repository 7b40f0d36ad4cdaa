// Servers that a page may be pointed at: they note every request, and answer as they are told.
import http from "node:http";

const CORS = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "Authorization, Accept" };

/** answer(request, response) writes the answer; preflights are answered, unless `closed`. */
export async function startServer(answer, { closed = false } = {}) {
    const seen = [];
    const server = http.createServer((request, response) => {
        const { method, url, headers } = request;
        seen.push({ method, url, authorization: headers.authorization, referer: headers.referer, cookie: headers.cookie });
        for (const [name, value] of Object.entries(closed ? {} : CORS)) {
            response.setHeader(name, value);
        }
        if (method === "OPTIONS") {
            response.writeHead(closed ? 403 : 204).end();
        } else {
            answer(request, response, seen);
        }
    });
    await new Promise(resolve => server.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${server.address().port}`;
    return { host, seen, close: () => {
        server.closeAllConnections();
        return new Promise(resolve => server.close(resolve));
    } };
}

let number = 0;

/** A post as a server streams it. */
export function post(content, more = {}) {
    const id = String(9000000 + ++number);
    return `event: update\ndata: ${JSON.stringify({
        id, uri: `https://one.example/${id}`, created_at: new Date().toISOString(), visibility: "public", language: "en",
        content, account: { acct: "ann" }, tags: [], emojis: [], reblog: null, edited_at: null, ...more,
    })}\n\n`;
}
