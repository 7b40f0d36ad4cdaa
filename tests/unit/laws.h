/* What the laws of every family have in common: sketches and images of a subject, each
 * of which has to succeed or end the test. */
#ifndef LAWS_H
#define LAWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "subjects.h"

/* Lengths of stream after which a sketch is looked at: empty, one, a few, many. */
enum { LAW_LENGTHS = 9 };
extern const uint64_t law_lengths[LAW_LENGTHS];

struct law_image {
    uint8_t *bytes;
    size_t size;
};

/* A sketch of the items from .. to - 1, in libc's memory. */
void *law_fill(const struct subject *s, uint64_t from, uint64_t to);

/* For sketches of libc's memory, and so released by law_release(). */
struct law_image law_image_of(const struct subject *s, const void *sketch);
void law_release(struct law_image image);

bool law_same(struct law_image a, struct law_image b);

/* Takes both images. */
void law_expect_same(struct law_image a, struct law_image b);

/* A merge into `into` failed: it is as it was, of the image `before`, or at least
 * sound. Takes the image. */
void law_expect_unmerged(const struct subject *s, struct law_image before,
                         const void *into);

void *law_read(const struct subject *s, struct law_image image);

/* Deserialises from a block of exactly that size, so that a sanitizer sees a read
 * beyond its end. */
enum sketch_status law_read_exactly(const struct subject *s, void **out,
                                    const uint8_t *bytes, size_t size);

void law_expect_refused(const struct subject *s, const uint8_t *bytes, size_t size);

/* The byte to be damaged after that at `at`, in images of that size: of large ones a
 * part, after the header, and the fuzzer finds the rest; all of them where EVERY_BYTE
 * is in the environment. */
size_t law_next(size_t at, size_t size);

/* Runs the tests for every subject, which is their initial state; returns how many
 * failed. */
int law_run(const struct CMUnitTest *tests, size_t count);

#endif
