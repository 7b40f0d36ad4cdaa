/*
 * The images that another library has written, one after the other.
 *
 * A directory holds them, and MANIFEST.tsv, which has a line for each: these fields,
 * with tabs between them.  Lines that begin with # are for people.
 */
#ifndef MANIFEST_H
#define MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum manifest_field {
    MANIFEST_FILE,
    MANIFEST_FAMILY,
    MANIFEST_PARAMETERS,
    MANIFEST_INPUT,
    MANIFEST_EXACT,
    MANIFEST_SIZE,
    MANIFEST_SHA256,
    MANIFEST_FACTS, /* what that library answers, with semicolons between them */
    MANIFEST_FIELDS
};

struct image {
    const char *name;
    char *field[MANIFEST_FIELDS]; /* may be cut into pieces */
    uint8_t *bytes;
    size_t size;
};

/* Says what is wrong with the image that is looked at if this does not hold, and counts
 * either; what holds is not counted while it is asked too often for that. */
void expect(bool holds, const char *what);
void expect_counts(bool counts);

/* Likewise, and ends the program if it does not hold. */
void need(bool holds, const char *what);

/* The number after `key` in a field, or NAN. */
double number_of(const char *field, const char *key);

/* Shows every image whose family is one of these names, ending with NULL; of all if
 * that is NULL.  Prints what was counted, and returns what main does: not 0 if
 * something failed, or if there is no such image. */
int manifest_run(int argc, char **argv, const char *const *families,
                 void (*check)(const struct image *image));

#endif
