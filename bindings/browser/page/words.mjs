/*
 * The words of a text, as loader/post/words.c has them: what lies between the word boundaries of Unicode
 * Standard Annex #29 and holds a letter or a number, in lower case and normal form C.  Intl.Segmenter finds
 * other words in Japanese and Thai, by dictionaries, and takes several times as long.
 */
const EXTEND = "[[\\p{M}\\p{Cf}]--[\\u200b]]*";
const KATAKANA = "[\\p{sc=Katakana}\\u3031-\\u3035\\u309b\\u309c\\u30a0\\u30fc\\uff70]";
const WITHOUT_SPACES = ["Hiragana", "Thai", "Lao", "Myanmar", "Khmer", "Tai_Le", "New_Tai_Lue", "Tai_Tham", "Tai_Viet", "Ahom"]
    .map(script => `\\p{sc=${script}}`).join("");
const LETTER = "[[\\p{Alphabetic}\\u02c2-\\u02c5\\u02d2-\\u02d7\\u02de\\u02df\\u02e5-\\u02eb\\u02ed\\u02ef-\\u02ff"
    + `\\u055a-\\u055c\\u055e\\u058a\\u05f3]--[\\p{Ideographic}${WITHOUT_SPACES}\\p{M}\\p{Nd}]--${KATAKANA}]`;
const HEBREW = "[\\p{sc=Hebrew}&&\\p{L}]";
const BETWEEN_BOTH = "'.\\u2018\\u2024\\ufe52\\uff0e";

/** The rules 4 to 13, for what may begin a word. */
function wordPattern({ letter, digit, katakana, underscore, betweenLetters, betweenDigits, extend, hebrew, others }) {
    const numeral = `(?:${hebrew}${letter}${extend}(?:[${betweenLetters}]${extend}(?=${letter}))?`
        + `|${digit}${extend}(?:[${betweenDigits}]${extend}(?=${digit}))?)+`;
    const run = katakana ? `(?:${numeral}|(?:${katakana}${extend})+)` : `(?:${numeral})`;
    const line = `(?:${underscore}${extend})`;
    return `${line}*${run}(?:${line}+${run})*${line}*${others}`;
}

const ASCII = new RegExp(wordPattern({
    letter: "[a-z]", digit: "[0-9]", katakana: "", underscore: "_",
    betweenLetters: "'.:", betweenDigits: "'.,;", extend: "", hebrew: "", others: "",
}), "g");
const UNICODE = new RegExp(wordPattern({
    letter: LETTER, digit: "[\\p{Nd}\\u066b]", katakana: KATAKANA, underscore: "[\\p{Pc}\\u202f]",
    betweenLetters: `${BETWEEN_BOTH}:\\u00b7\\u0387\\u055f\\u05f4\\u2027\\ufe13\\ufe55\\uff1a`,
    betweenDigits: `${BETWEEN_BOTH},;\\u037e\\u0589\\u060c\\u060d\\u066c\\u07f8\\u2044\\ufe10\\ufe14\\ufe50\\ufe54\\uff0c\\uff1b`,
    extend: EXTEND,
    hebrew: `${HEBREW}${EXTEND}(?:"${EXTEND}(?=${HEBREW})|'${EXTEND})|`,
    others: `|[\\p{L}\\p{N}]${EXTEND}`,
}), "gv");

const APOSTROPHES = /[\u2019\u02bc\uff07]/g;
const INVISIBLE = /[\u00ad\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
const EDGES = /^[_\ufe00-\ufe0f\p{Cf}]+|[_\ufe00-\ufe0f\p{Cf}]+$/gu;
const COUNTS = /[\p{L}\p{N}]/u;
const BEYOND_ASCII = /[^\0-\x7f]/;

export function splitWords(text) {
    const folded = text.replace(APOSTROPHES, "'").replace(INVISIBLE, "").toLowerCase();
    if (!BEYOND_ASCII.test(folded)) {
        const found = folded.match(ASCII) ?? [];
        return found.some(word => word.startsWith("_") || word.endsWith("_"))
            ? found.map(word => word.replace(EDGES, "")) : found;
    }
    return (folded.normalize("NFC").match(UNICODE) ?? [])
        .filter(word => COUNTS.test(word)).map(word => word.replace(EDGES, ""));
}

const WORD = "[\\p{L}\\p{M}\\p{N}_]";
const NAME = `${WORD}+(?:[.\\-]${WORD}+)*`;
const MARKS = new RegExp(`[a-zA-Z]+://[^\\0- <>"\\u00a0\\u3000]+|@${NAME}(?:@${NAME})?|#(${WORD}+)`, "gu");
const AFTER_WORD = new RegExp(`${WORD}$`, "u");

/**
 * Blanks what is marked without mark-up, as other servers write it: addresses, mentions and hashtags,
 * which are added to `tags`, and the custom emoji that the post names.
 */
export function blankMarks(text, emojis, tags) {
    const names = emojis.map(name => name.replace(/[^\w]/g, "\\$&"));
    const drawn = names.length > 0 ? text.replace(new RegExp(`:(?:${names.join("|")}):`, "g"), " ") : text;
    if (!/[@#]|:\/\//.test(drawn)) {
        return drawn;
    }
    let end = 0;
    return drawn.replace(MARKS, (mark, tag, at) => {
        const inWord = at > end && AFTER_WORD.test(drawn.slice(Math.max(at - 2, 0), at));
        if ((inWord && !/^[a-z]/i.test(mark)) || (tag !== undefined && !/[^0-9_]/.test(tag))) {
            return mark;
        }
        end = at + mark.length;
        if (tag !== undefined) {
            tags.push(tag);
        }
        return " ";
    });
}

/** A hashtag as it is compared: case folded, in normal form KC. */
export const foldTag = tag =>
    tag.normalize("NFKC").toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ").normalize("NFKC");
