// The box for SQL: examples, and the table of what comes out.
export const EXAMPLES = [
    ["top words", "SELECT topk(word, 10) FROM words;"],
    ["top words that are no small ones", "SELECT value, count, error\n  FROM topk_rows((SELECT topk_sketch(word) FROM words WHERE length(word) > 4), 12);"],
    ["words hour by hour", "SELECT strftime('%H:00', created_at) AS hour, count(*) AS words,\n       round(hll_count(word)) AS different, topk(word, 5) AS top\n  FROM words GROUP BY hour;"],
    ["lengths of posts", "SELECT tdigest_quantile(length(text), 0.5) AS median,\n       tdigest_quantile(length(text), 0.9) AS \"nine of ten\", max(length(text)) AS longest\n  FROM posts;"],
    ["a column at a glance", "SELECT * FROM profile_rows((SELECT profile_sketch(word) FROM words));"],
    ["hashtags and their authors", "SELECT tag, count(*) AS posts, round(hll_count(author)) AS authors\n  FROM hashtags GROUP BY tag ORDER BY posts DESC, tag LIMIT 10;"],
    ["five posts by chance", "SELECT value AS post\n  FROM json_each((SELECT reservoir_sample(text, 5) FROM posts));"],
    ["all functions", "SELECT name, summary FROM sketch_functions;"],
];

const BYTES_SHOWN = 16;

function cell(value) {
    const td = document.createElement("td");
    if (value === null) {
        td.className = "none";
        td.textContent = "NULL";
    } else if (value instanceof Uint8Array) {
        const hex = Array.from(value.slice(0, BYTES_SHOWN), byte => byte.toString(16).padStart(2, "0")).join(" ");
        td.textContent = `${hex}${value.length > BYTES_SHOWN ? " …" : ""} (${value.length} bytes)`;
    } else {
        td.className = typeof value === "string" ? "" : "number";
        td.textContent = String(value);
    }
    return td;
}

function row(cells) {
    const tr = document.createElement("tr");
    tr.append(...cells);
    return tr;
}

export function table({ columns, rows }) {
    const made = document.createElement("table");
    const heads = columns.map((name, i) => {
        const th = document.createElement("th");
        th.className = rows.length > 0 ? cell(rows[0][i]).className : "";
        th.scope = "col";
        th.textContent = name;
        return th;
    });
    made.createTHead().append(row(heads));
    made.createTBody().append(...rows.map(values => row(values.map(cell))));
    return made;
}

/** What is said of an answer. */
export function outcome({ columns, rows, more, error, ms }) {
    if (error) {
        return `Error: ${error}`;
    }
    const took = `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
    if (columns.length === 0) {
        return `Done in ${took}`;
    }
    return `${more ? "the first " : ""}${rows.length} row${rows.length === 1 ? "" : "s"} in ${took}`;
}
