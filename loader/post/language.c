#include "language.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ISO 639-1, with the two codes it has given up that are in use all the same. */
static const char language_two[] = "aa ab ae af ak am an ar as av ay az ba be bg bh bi "
                                   "bm bn bo br bs ca ce ch co cr cs "
                                   "cu cv cy da de dv dz ee el en eo es et eu fa ff fi "
                                   "fj fo fr fy ga gd gl gn gu gv ha "
                                   "he hi ho hr ht hu hy hz ia id ie ig ii ik io is it "
                                   "iu ja jv ka kg ki kj kk kl km kn "
                                   "ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg "
                                   "mh mi mk ml mn mr ms mt my na nb "
                                   "nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl "
                                   "ps pt qu rm rn ro ru rw sa sc sd "
                                   "se sg sh si sk sl sm sn so sq sr ss st su sv sw ta "
                                   "te tg th ti tk tl tn to tr ts tt "
                                   "tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/* Languages of three letters that Mastodon lets authors choose. */
static const char language_three[] = "ast chr ckb cnr csb gsw jbo kab ldn lfn mnw moh "
                                     "nds pdc sco sma smj szl tok vai xal "
                                     "zba zgh";

/* Is the code, in any case, among those that stand in the list with blanks between? */
static bool language_is_among(const char *list, struct slice code)
{
    for (; *list; list += code.size + (list[code.size] == ' ')) {
        if (strncasecmp(list, code.bytes, code.size) == 0) {
            return true;
        }
    }
    return false;
}

static bool language_is_code(const char *code, size_t size)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_";
    struct slice base = language_base((struct slice){code, size});
    bool named =
        base.size == 3 || (base.size == 2 && language_is_among(language_two, base));
    return size <= 35 && named && strspn(code, letters) >= base.size &&
           strspn(code, allowed) >= size;
}

bool language_is_usual(struct slice code)
{
    struct slice base = language_base(code);
    return base.size == 2 || language_is_among(language_three, base);
}

static bool language_add(struct language_filter *filter, const char *code, size_t size)
{
    if (size == 3 && strncasecmp(code, "any", 3) == 0) {
        filter->any = true;
    } else if (size == 4 && strncasecmp(code, "null", 4) == 0) {
        filter->unknown = true;
    } else if (language_is_code(code, size)) {
        strings_add(&filter->codes, code, size);
    } else {
        return false;
    }
    return true;
}

bool language_read(struct language_filter *filter, const char *list)
{
    for (;;) {
        size_t size = strcspn(list, ",");
        if (!language_add(filter, list, size)) {
            return false;
        }
        if (list[size] == '\0') {
            return true;
        }
        list += size + 1;
    }
}

/* One character of a code: case does not matter, nor which dash it is. */
static char language_fold(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c == '_' ? '-' : c);
}

static bool language_matches(struct slice wanted, struct slice code)
{
    if (code.size < wanted.size) {
        return false;
    }
    for (size_t i = 0; i < wanted.size; i++) {
        if (language_fold(wanted.bytes[i]) != language_fold(code.bytes[i])) {
            return false;
        }
    }
    return code.size == wanted.size || language_fold(code.bytes[wanted.size]) == '-';
}

bool language_wants(const struct language_filter *filter, struct slice code)
{
    if (filter->any || code.size == 0) {
        return filter->any || filter->unknown;
    }
    for (size_t i = 0; i < filter->codes.count; i++) {
        if (language_matches(strings_get(&filter->codes, i), code)) {
            return true;
        }
    }
    return false;
}

void language_normalise(struct buffer *out, struct slice code)
{
    enum { REGION = 2, SCRIPT = 4 };
    size_t start = 0;
    out->size = 0;
    for (size_t p = 0; p <= code.size; p++) {
        if (p < code.size && language_fold(code.bytes[p]) != '-') {
            continue;
        }
        size_t size = p - start;
        bool first = start == 0;
        for (size_t i = start; i < p; i++) {
            char c = language_fold(code.bytes[i]);
            bool upper = !first && (size == REGION || (size == SCRIPT && i == start));
            buffer_append_byte(out, (char)(upper && c >= 'a' && c <= 'z' ? c - 32 : c));
        }
        if (p < code.size) {
            buffer_append_byte(out, '-');
        }
        start = p + 1;
    }
}

struct slice language_base(struct slice code)
{
    size_t size = 0;
    while (size < code.size && language_fold(code.bytes[size]) != '-') {
        size++;
    }
    return (struct slice){code.bytes, size};
}

void language_count(struct language_tally *tally, struct slice code)
{
    struct buffer name = {0};
    language_normalise(&name, language_base(code));
    const char *text = code.size == 0 ? "unknown" : buffer_text(&name);
    size_t i = 0;
    while (i < LANGUAGE_TALLY && tally->entries[i].posts > 0 &&
           strcmp(tally->entries[i].code, text) != 0) {
        i++;
    }
    if (i == LANGUAGE_TALLY || strlen(text) >= LANGUAGE_CODE) {
        tally->others++;
    } else {
        memcpy(tally->entries[i].code, text, strlen(text) + 1);
        tally->entries[i].posts++;
    }
    buffer_free(&name);
}

void language_append_tally(struct buffer *out, const struct language_tally *tally)
{
    char part[LANGUAGE_CODE + 32];
    int64_t below = INT64_MAX;
    bool first = true;
    for (;;) { /* all with the next smaller number, in the order in which they came */
        int64_t most = 0;
        for (size_t i = 0; i < LANGUAGE_TALLY; i++) {
            int64_t posts = tally->entries[i].posts;
            most = posts < below && posts > most ? posts : most;
        }
        for (size_t i = 0; i < LANGUAGE_TALLY && most > 0; i++) {
            if (tally->entries[i].posts == most) {
                snprintf(part, sizeof part, "%s%s %" PRId64, first ? "" : ", ",
                         tally->entries[i].code, most);
                buffer_append_text(out, part);
                first = false;
            }
        }
        if (most == 0) {
            break;
        }
        below = most;
    }
    if (tally->others > 0) {
        snprintf(part, sizeof part, "%sothers %" PRId64, first ? "" : ", ",
                 tally->others);
        buffer_append_text(out, part);
    }
}

void language_free(struct language_filter *filter)
{
    strings_free(&filter->codes);
    *filter = (struct language_filter){0};
}
