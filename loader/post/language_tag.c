#include "language_tag.h"

#include <string.h>

enum {
    LANGUAGE_TAG_SHORT = 2, /* characters of a code, or … */
    LANGUAGE_TAG_LONG = 3,
    LANGUAGE_TAG_PART = 8 /* of what follows it, at most */
};

/* ISO 639-1, with the two codes it has given up that are in use all the same. */
static const char language_tag_two[] =
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr "
    "cs "
    "cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv "
    "ha "
    "he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km "
    "kn "
    "ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na "
    "nb "
    "nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc "
    "sd "
    "se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts "
    "tt "
    "tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/* Those of ISO 639-2, of both kinds, each with that of ISO 639-1 behind it. */
static const char language_tag_longer[] =
    "aaraa abkab afraf akaak albsq amham araar argan armhy asmas avaav aveae aymay "
    "azeaz bakba bambm baqeu belbe benbn bihbh bisbi bodbo bosbs brebr bulbg burmy "
    "catca cescs chach chece chizh chucu chvcv corkw cosco crecr cymcy czecs danda "
    "deude divdv dutnl dzodz ellel engen epoeo estet euseu eweee faofo fasfa fijfj "
    "finfi frafr frefr fryfy fulff geoka gerde glagd glega glggl glvgv greel grngn "
    "gujgu hatht hauha hbssh hebhe herhz hinhi hmoho hrvhr hunhu hyehy iboig iceis "
    "idoio iiiii ikuiu ileie inaia indid ipkik islis itait javjv jpnja kalkl kankn "
    "kasks katka kaukr kazkk khmkm kikki kinrw kirky komkv konkg korko kuakj kurku "
    "laolo latla lavlv limli linln litlt ltzlb lublu luglg macmk mahmh malml maomi "
    "marmr mayms mkdmk mlgmg mltmt monmn mrimi msams myamy nauna navnv nblnr ndend "
    "ndong nepne nldnl nnonn nobnb norno nyany ocioc ojioj orior ormom ossos panpa "
    "perfa plipi polpl porpt pusps quequ rohrm ronro rumro runrn rusru sagsg sansa "
    "sinsi slksk slosk slvsl smese smosm snasn sndsd somso sotst spaes sqisq srdsc "
    "srpsr sswss sunsu swasw swesv tahty tamta tattt telte tgktg tgltl thath tibbo "
    "tirti tonto tsntn tsots tuktk turtr twitw uigug ukruk urdur uzbuz venve vievi "
    "volvo welcy wlnwa wolwo xhoxh yidyi yoryo zhaza zhozh zulzu";

/* Those that ISO 639-1 has replaced, and by what. */
static const char language_tag_replaced[] = "inid iwhe jiyi moro";

/* Languages of three letters that Mastodon lets authors choose. */
static const char language_tag_three[] =
    "ast chr ckb cnr csb gsw jbo kab ldn lfn mnw moh "
    "nds pdc sco sma smj szl tok vai xal zba zgh";

/* What follows the code in the entry of a sorted list that begins with it, of which all
 * have that many characters; NULL if none does. */
static const char *language_tag_find(const char *list, size_t width, struct slice code)
{
    size_t low = 0;
    size_t high = (strlen(list) + 1) / (width + 1);
    while (low < high) {
        size_t middle = (low + high) / 2;
        const char *entry = list + middle * (width + 1);
        int order = memcmp(code.bytes, entry, code.size);
        if (order == 0) {
            return entry + code.size;
        }
        low = order > 0 ? middle + 1 : low;
        high = order < 0 ? middle : high;
    }
    return NULL;
}

/* What stands for a code of small letters; nothing if it is none. */
static struct slice language_tag_code(struct slice code)
{
    struct slice nothing = {"", 0};
    for (size_t i = 0; i < code.size; i++) {
        if (code.bytes[i] < 'a' || code.bytes[i] > 'z') {
            return nothing;
        }
    }
    const char *better = NULL;
    bool known = false;
    if (code.size == LANGUAGE_TAG_LONG) {
        better = language_tag_find(language_tag_longer, 5, code);
        known = memcmp(code.bytes, "und", code.size) != 0;
    } else if (code.size == LANGUAGE_TAG_SHORT) {
        better = language_tag_find(language_tag_replaced, 4, code);
        known = language_tag_find(language_tag_two, 2, code);
    }
    if (better) {
        return (struct slice){better, LANGUAGE_TAG_SHORT};
    }
    return known ? code : nothing;
}

/* Writes one part of those that follow the code: a region in capitals, a script with
 * one; false if it is none. */
static bool language_tag_write_part(char *out, struct slice part)
{
    enum { REGION = 2, SCRIPT = 4 };
    for (size_t i = 0; i < part.size; i++) {
        char c = part.bytes[i];
        bool letter = c >= 'a' && c <= 'z';
        bool capital = part.size == REGION || (part.size == SCRIPT && i == 0);
        if (!letter && (c < '0' || c > '9')) {
            return false;
        }
        out[i] = (char)(letter && capital ? c - 32 : c);
    }
    return part.size >= 1 && part.size <= LANGUAGE_TAG_PART;
}

/* Small letters, and one kind of dash. */
static void language_tag_fold(char *out, struct slice claimed)
{
    for (size_t i = 0; i < claimed.size; i++) {
        char c = claimed.bytes[i];
        out[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c == '_' ? '-' : c);
    }
    out[claimed.size] = '\0';
}

bool language_tag_read(struct language_tag *tag, struct slice claimed)
{
    char folded[LANGUAGE_TAG_MOST + 1];
    tag->text[0] = '\0';
    if (claimed.size > LANGUAGE_TAG_MOST) {
        return false;
    }
    language_tag_fold(folded, claimed);
    const char *p = folded;
    size_t size = strcspn(p, "-");
    struct slice code = language_tag_code((struct slice){p, size});
    bool unknown = claimed.size == 0 || strcmp(folded, "und") == 0;
    if (code.size == 0) {
        return unknown;
    }
    char text[LANGUAGE_TAG_MOST + 1]; /* codes only become shorter */
    memcpy(text, code.bytes, code.size);
    char *end = text + code.size;
    for (p += size; *p == '-'; p += size) {
        size = strcspn(++p, "-");
        *end++ = '-';
        if (!language_tag_write_part(end, (struct slice){p, size})) {
            return false;
        }
        end += size;
    }
    bool whole = p == folded + claimed.size; /* there was no NUL in it */
    *end = '\0';
    if (whole) {
        memcpy(tag->text, text, (size_t)(end - text) + 1);
    }
    return whole;
}

struct slice language_tag_base(const struct language_tag *tag)
{
    return (struct slice){tag->text, strcspn(tag->text, "-")};
}

bool language_tag_is_usual(const struct language_tag *tag)
{
    struct slice base = language_tag_base(tag);
    return base.size == LANGUAGE_TAG_SHORT ||
           language_tag_find(language_tag_three, LANGUAGE_TAG_LONG, base);
}
