// One post out of its JSON, the Status entity of Mastodon's interface; loader/post/status.c has the rules.
import { readText } from "./text.mjs";
import { blankMarks, foldTag, splitWords } from "./words.mjs";

const MOST_TAGS = 100;
const MOST_WORDS = 20000;
const DAY_MS = 86400000;

const list = value => (Array.isArray(value) ? value : []);
const names = (value, name) => list(value).map(each => each?.[name]).filter(each => typeof each === "string" && each !== "");

/** Whether a language's tag, such as en-GB, is of the wanted language; "any" wants those without one, too. */
export const isOf = (language, wanted) =>
    wanted === "any" || language === wanted || language?.startsWith(`${wanted}-`) === true;

const EARLY_LANGUAGE = /^\{[^{[]*?"language":"([A-Za-z-]*)"/; // before anything that is inside something

/** Whether there is no need to read the post: it is in another language, and no edit. */
export function isSurelyNotOf(json, wanted) {
    const language = EARLY_LANGUAGE.exec(json)?.[1];
    return language !== undefined && !isOf(language.toLowerCase(), wanted) && !json.includes('"edited_at":"');
}

/** The post, or undefined if it is none that may be kept; what it says is read by contentOf(). */
export function readPost(json, nowMs) {
    let status;
    try {
        status = JSON.parse(json);
    } catch {
        return undefined; // a stream may break off
    }
    const uri = status?.uri || status?.url;
    const created = Date.parse(status?.created_at);
    const author = status?.account?.acct;
    if (typeof uri !== "string" || Number.isNaN(created) || typeof author !== "string" || status.reblog
        || (status.visibility ?? "public") !== "public" || status.account.noindex === true) {
        return undefined;
    }
    const language = typeof status.language === "string" ? status.language.replaceAll("_", "-") : "";
    const [base, ...more] = language.split("-");
    return {
        status, uri, author,
        id: String(status.id),
        createdMs: Math.min(created, nowMs + DAY_MS),
        editedMs: Date.parse(status.edited_at) || null,
        language: [base.toLowerCase(), ...more].join("-") || null,
    };
}

/** Its text, words and hashtags. */
export function contentOf({ status }) {
    const text = readText(typeof status.content === "string" ? status.content : "");
    const marked = [];
    const prose = blankMarks(text.prose, names(status.emojis, "shortcode"), marked);
    const told = names(status.tags, "name").slice(0, MOST_TAGS).map(name => name.replace(/^#/, ""));
    const tags = [...(told.length > 0 ? told : text.tags), ...marked];
    return {
        text: text.plain,
        words: splitWords(prose).slice(0, MOST_WORDS),
        tags: [...new Set(tags.map(foldTag))],
    };
}
