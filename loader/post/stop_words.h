/*
 * Words that say nothing about what a text is about: articles, pronouns, prepositions,
 * conjunctions, auxiliary verbs and the commonest adverbs of some languages.
 *
 * The lists are our own, each in the order of its bytes.  They are for showing, never
 * for storing: who counts words needs all of them.
 */
#ifndef STOP_WORDS_H
#define STOP_WORDS_H

struct stop_words {
    const char *language; /* its code; NULL after the last */
    const char *list;     /* in lower case, with a blank between two */
};

extern const struct stop_words stop_words[];

#endif
