/*
 * HTML of a post to text.
 *
 * The mark-up is read by libxml2's HTML parser, event by event and without a
 * tree, so that entities and broken mark-up are its business.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <libxml/HTMLparser.h>

#include "buffer.h"

/* What else is wanted beside the two texts that are always made: the text as
 * simpler programs see it, which is everything outside links. */
enum text_classic {
    TEXT_CLASSIC_NONE,
    TEXT_CLASSIC_SEPARATE, /* blocks, line breaks and links part words */
    TEXT_CLASSIC_GLUED     /* nothing does: "<p>one</p><p>two</p>" is onetwo */
};

enum {
    TEXT_MAX_DEPTH = 256,           /* of elements inside each other */
    TEXT_MAX_ATTRIBUTES = 64 << 10, /* bytes of one tag */
    TEXT_MAX_LINKS = 200, /* kept of one post, tags too; the rest is ignored */
};

struct text {
    /* Results, valid until the next call. */
    struct buffer plain;   /* for people: everything shown, a line for each block */
    struct buffer prose;   /* for words: no links, mentions, tags, quoted addresses;
                              blocks, line breaks and what was left out part words */
    struct buffer classic; /* see above */
    struct strings links;  /* addresses of links that are neither mention nor tag */
    struct strings tags;   /* of links to hashtags, without the # */

    enum text_classic mode;
    htmlParserCtxtPtr parser;
    int depth;
    int link;    /* the depth of the link we are in, 0 outside */
    int silence; /* the same of script and style, which nobody sees */
    int quote;   /* the same of the line that stands in for a quoted post */
    bool tag_link;
    bool too_deep;
    struct buffer tag; /* the text of the hashtag link we are in */
};

void text_init(struct text *text, enum text_classic mode);

/* False when the elements are nested deeper than TEXT_MAX_DEPTH or a tag is longer
 * than TEXT_MAX_ATTRIBUTES, which only an attack is: the parser's time grows with
 * the square of both.  `html` must be UTF-8. */
bool text_read(struct text *text, const char *html, size_t size);

void text_free(struct text *text);

#endif
