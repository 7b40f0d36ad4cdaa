// What is kept of posts, in tables like those of mastodon-loader, and what is asked of them.
import { open } from "../sketches.mjs";
import { contentOf, isOf, isSurelyNotOf, readPost } from "./post.mjs";

const SCHEMA = `
CREATE TABLE post(
  post_id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE, status_id TEXT NOT NULL,
  created_ms INTEGER NOT NULL, edited_ms INTEGER, author INTEGER NOT NULL, language TEXT,
  text TEXT NOT NULL, word_count INTEGER NOT NULL);
CREATE INDEX post_status ON post(status_id);
CREATE INDEX post_time ON post(created_ms);
CREATE TABLE word(
  post_id INTEGER NOT NULL, pos INTEGER NOT NULL, word TEXT NOT NULL, PRIMARY KEY(post_id, pos)) WITHOUT ROWID;
CREATE TABLE hashtag(
  post_id INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY(post_id, tag)) WITHOUT ROWID;
CREATE TABLE tombstone(status_id TEXT PRIMARY KEY, uri TEXT) WITHOUT ROWID;
CREATE INDEX tombstone_uri ON tombstone(uri);
CREATE VIEW posts AS SELECT datetime(created_ms / 1000, 'unixepoch') AS created_at, * FROM post;
CREATE VIEW words AS
  SELECT word, datetime(created_ms / 1000, 'unixepoch') AS created_at, language, author, post_id, pos
    FROM word JOIN post USING (post_id);
CREATE VIEW hashtags AS
  SELECT tag, datetime(created_ms / 1000, 'unixepoch') AS created_at, language, author, post_id
    FROM hashtag JOIN post USING (post_id);`;

const STATEMENTS = {
    isDeleted: "SELECT 1 FROM tombstone WHERE status_id = ?1 UNION ALL SELECT 1 FROM tombstone WHERE uri = ?2",
    find: "SELECT post_id, ifnull(edited_ms, 0), word_count FROM post WHERE uri = ?",
    findId: "SELECT post_id, uri, word_count FROM post WHERE status_id = ?",
    add: "INSERT INTO post VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING post_id",
    edit: "UPDATE post SET edited_ms = ?2, language = ?3, text = ?4, word_count = ?5 WHERE post_id = ?1",
    addWords: "INSERT INTO word SELECT ?1, key + 1, value FROM json_each(?2)",
    addTags: "INSERT INTO hashtag SELECT ?1, value FROM json_each(?2)",
    dropWords: "DELETE FROM word WHERE post_id = ?",
    dropTags: "DELETE FROM hashtag WHERE post_id = ?",
    drop: "DELETE FROM post WHERE post_id = ?",
    bury: "INSERT OR IGNORE INTO tombstone VALUES (?, ?)",

    words: "SELECT topk_sketch(word), hll_count(word) FROM word",
    top: "SELECT value, count, error FROM topk_rows(?, ?)",
    tags: "SELECT value, count, error FROM topk_rows((SELECT topk_sketch(tag) FROM hashtag), ?)",
    authors: "SELECT hll_count(author) FROM post",
    newest: "SELECT max(created_ms) FROM post WHERE created_ms <= ?",
    early: "SELECT created_ms FROM post ORDER BY created_ms LIMIT 1 OFFSET ?",
    firstSince: "SELECT min(post_id) FROM post WHERE created_ms > ? AND created_ms <= ?",
    trend: `SELECT value, count, growth, score FROM topk_trend_rows(
        (SELECT topk_sketch(word) FROM word WHERE post_id >= ?1),
        (SELECT topk_sketch(word) FROM word WHERE post_id < ?1), ?2)`,
    minutes: "SELECT created_ms / ?1 AS at, count(*) AS posts FROM post WHERE created_ms BETWEEN ?2 AND ?3 GROUP BY at ORDER BY at",
    lengths: "SELECT tdigest_sketch(length(text)) FROM post",
    quantile: "SELECT tdigest_get(?, ?)",
};

export const TOP = 20;
export const TRENDING = 10;
export const TAGS = 6;
const MINUTE_MS = 60000;
const POINTS = 72;  // of the chart of minutes, at most
const QUANTILES = Array.from({ length: 39 }, (_, i) => (i + 1) / 40);
const ENOUGH = 20; // posts of the past, to compare with

/** The newest words are kept, so many; a word takes about 50 bytes, with its post's share. */
const MOST_WORDS = 3000000;

/** Servers pass on what others have written, and one post that cannot be read is not to stop the rest. */
function unlessBroken(read) {
    try {
        return read();
    } catch {
        return undefined;
    }
}

export class Posts {
    #db;
    #ask = {};
    #authors = new Map(); // to numbers, which stand for the names; these go no further
    #language;
    words = 0;
    posts = 0;

    static async open(language) {
        const posts = new Posts();
        posts.#db = await open();
        posts.#db.run(SCHEMA);
        posts.#language = language;
        for (const [name, sql] of Object.entries(STATEMENTS)) {
            posts.#ask[name] = posts.#db.prepare(sql);
        }
        return posts;
    }

    get db() {
        return this.#db;
    }

    /** Takes events of a stream, in one transaction. */
    take(events) {
        this.#db.transaction(() => events.forEach(({ type, data }) => {
            if (type === "update" || type === "status.update") {
                this.#put(data);
            } else if (type === "delete") {
                this.#delete(data);
            }
        }));
        if (this.words > MOST_WORDS) {
            this.#forget();
        }
    }

    /** A post may come again, and an edit may be the first that comes of it. */
    #put(data) {
        const ask = this.#ask;
        if (isSurelyNotOf(data, this.#language)) {
            return;
        }
        const post = unlessBroken(() => readPost(data, Date.now()));
        const wanted = post && isOf(post.language, this.#language);
        if (!wanted && !post?.editedMs) {
            return;
        }
        const [[held, heldMs, heldWords] = []] = ask.find.tuples(post.uri);
        if (ask.isDeleted.value(post.id, post.uri) || (held ? (post.editedMs ?? 0) <= heldMs : !wanted)) {
            return;
        }
        const content = unlessBroken(() => contentOf(post));
        if (!content) {
            return;
        }
        const { text, words, tags } = content;
        let id = held;
        if (held) {
            this.#dropParts(held, heldWords);
            ask.edit.run(held, post.editedMs, post.language, text, words.length);
        } else {
            id = ask.add.value(post.uri, post.id, post.createdMs, post.editedMs, this.#numberOf(post.author),
                post.language, text, words.length);
            this.posts++;
        }
        ask.addWords.run(id, JSON.stringify(words));
        if (tags.length > 0) {
            ask.addTags.run(id, JSON.stringify(tags));
        }
        this.words += words.length;
    }

    #numberOf(author) {
        if (!this.#authors.has(author)) {
            this.#authors.set(author, this.#authors.size + 1);
        }
        return this.#authors.get(author);
    }

    #dropParts(id, words) {
        this.#ask.dropWords.run(id);
        this.#ask.dropTags.run(id);
        this.words -= words;
    }

    #delete(status) {
        const [[id, uri, words] = []] = this.#ask.findId.tuples(status);
        if (id) {
            this.#dropParts(id, words);
            this.#ask.drop.run(id);
            this.posts--;
        }
        this.#ask.bury.run(status, uri ?? null);
    }

    /** The oldest fifth of the posts goes. */
    #forget() {
        const db = this.#db;
        db.transaction(() => {
            const [{ id }] = db.rows("SELECT min(post_id) + (max(post_id) - min(post_id)) / 5 AS id FROM post");
            for (const table of ["word", "hashtag", "post"]) {
                db.run(`DELETE FROM ${table} WHERE post_id < ?`, id);
            }
        });
        this.words = db.value("SELECT count(*) FROM word");
        this.posts = db.value("SELECT count(*) FROM post");
    }

    /** What the page shows; `windowMs` is the time whose words are compared with those before. */
    view(windowMs) {
        const ask = this.#ask;
        const { oldest, newest } = this.#span();
        const [[sketch, different]] = ask.words.tuples();
        return {
            posts: this.posts,
            words: this.words,
            different,
            authors: ask.authors.value(),
            newestMs: newest,
            top: ask.top.rows(sketch, TOP),
            tags: ask.tags.rows(TAGS),
            // At the beginning the later half of the time there was stands in for it.
            trend: this.#trend(Math.max(newest - windowMs, (oldest + newest) / 2), newest),
            minutes: this.#minutes(oldest, newest),
            lengths: this.#lengths(),
        };
    }

    /**
     * The time that posts are of.  Their authors say when they wrote them, so that those of the future are not asked,
     * unless all are of it, nor the first hundredth, where that would take up more time than the rest.
     */
    #span() {
        const ask = this.#ask;
        const newest = ask.newest.value(Date.now() + MINUTE_MS) ?? ask.newest.value(Number.MAX_SAFE_INTEGER);
        const [oldest, early] = [0, Math.floor(this.posts / 100)].map(place => ask.early.value(place));
        return { newest, oldest: early - oldest > newest - early ? early : oldest };
    }

    #trend(sinceMs, newest) {
        const first = this.#ask.firstSince.value(sinceMs, newest);
        const before = first ? this.#db.value("SELECT count(*) FROM (SELECT 1 FROM post WHERE post_id < ? LIMIT ?)", first, ENOUGH) : 0;
        return before < ENOUGH ? null : this.#ask.trend.rows(first, TRENDING);
    }

    /** Posts a minute, over as many minutes for each point as the time needs. */
    #minutes(oldest, newest) {
        if (newest === null) {
            return { at: [], posts: [] };
        }
        const width = Math.ceil((newest - oldest + 1) / MINUTE_MS / POINTS) || 1;
        const stepMs = width * MINUTE_MS;
        const first = Math.floor(oldest / stepMs);
        const posts = new Array(Math.floor(newest / stepMs) - first + 1).fill(0);
        for (const [at, count] of this.#ask.minutes.tuples(stepMs, oldest, newest)) {
            posts[at - first] = count / width;
        }
        // The last point's time is not over.
        posts[posts.length - 1] *= width / Math.min(width, Math.floor((newest % stepMs) / MINUTE_MS) + 1);
        return { at: posts.map((_, i) => (first + i) * stepMs / 1000), posts };
    }

    #lengths() {
        const sketch = this.#ask.lengths.value();
        return { share: QUANTILES, characters: QUANTILES.map(q => this.#ask.quantile.value(sketch, q)) };
    }

    close() {
        this.#db.close();
    }
}
