// HTML of a post to text, as loader/post/text.c has it.
import { Parser } from "htmlparser2";

const BLOCKS = new Set(("address article aside blockquote body br caption center dd details div dl dt fieldset"
    + " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody"
    + " td tfoot th thead tr ul").split(" "));
const SILENT = new Set(["script", "style", "template", "noscript"]);
const MOST_DEPTH = 256;

const separated = (text, by) => (text === "" || text.endsWith("\n") || text.endsWith(by) ? text : text + by);

/**
 * Two texts: `plain` is for people, everything shown, a line for each block; `prose` is for words,
 * without links, mentions, tags and quoted addresses.  `tags` are those of links to hashtags.
 */
export function readText(html) {
    const found = { plain: "", prose: "", tags: [] };
    let [depth, link, silence, quote] = [0, 0, 0, 0];
    let tag; // the text of the hashtag's link that we are in

    function block(name) {
        if (BLOCKS.has(name)) {
            found.prose = separated(found.prose, "\n");
            found.plain = separated(found.plain, "\n");
        }
    }

    const parser = new Parser({
        onopentag(name, { class: classes = "" }) {
            if (++depth > MOST_DEPTH) {
                throw new RangeError("content is nested too deeply");
            }
            const named = classes.split(/[ \t\n\f\r]+/);
            block(name);
            silence ||= SILENT.has(name) ? depth : 0;
            if (!quote && named.includes("quote-inline")) {
                quote = depth;
                found.prose = separated(found.prose, " ");
            }
            if (!link && name === "a") {
                link = depth;
                tag = named.includes("hashtag") ? "" : undefined;
                found.prose = separated(found.prose, " ");
            }
        },
        onclosetag(name) {
            if (link === depth) {
                link = 0;
                if (tag?.length > 1 && tag.startsWith("#")) {
                    found.tags.push(tag.slice(1));
                }
                found.prose = separated(found.prose, " ");
            }
            quote = quote === depth ? 0 : quote;
            silence = silence === depth ? 0 : silence;
            depth--;
            block(name);
        },
        ontext(text) {
            if (silence) {
                return;
            }
            found.plain += text;
            if (!link && !quote) {
                found.prose += text;
            } else if (link && tag !== undefined) {
                tag += text;
            }
        },
    });
    parser.end(html);
    found.plain = found.plain.replace(/\n+$/, "");
    return found;
}
