/* What the tests of count-min have in common. */
#ifndef CMS_HELP_H
#define CMS_HELP_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "bytes.h"
#include "cms_private.h"

/* Random numbers 0 .. below - 1: the same sequence everywhere, from a seed of 0. */
extern uint64_t cms_help_seed;
uint64_t cms_help_draw(uint64_t below);

struct cms_help_image {
    uint8_t *bytes;
    size_t size;
};

enum { CMS_HELP_KEYS = 20000 };

/* How often which key comes. */
struct cms_help_stream {
    uint32_t keys;
    uint64_t truth[CMS_HELP_KEYS];
};

/* All of these have to succeed; images are freed by free(image.bytes). */
struct cms *cms_help_created(double eps, double delta);
void cms_help_add(struct cms *sketch, uint64_t key, uint64_t weight);
uint64_t cms_help_estimate(const struct cms *sketch, uint64_t key);
struct cms_help_image cms_help_image_of(const struct cms *sketch);
enum sketch_status cms_help_read(struct cms **out, const uint8_t *bytes, size_t size);
void cms_help_assert_same(const struct cms *a, const struct cms *b);
struct cms *cms_help_copied(const struct cms *sketch); /* by way of its bytes */

/* Counts that are random up to twice `most` or, skewed, fall from there. */
void cms_help_make_stream(struct cms_help_stream *stream, uint32_t keys, uint64_t most,
                          int skew);
void cms_help_feed(struct cms *sketch, const struct cms_help_stream *stream,
                   uint64_t salt);

#endif
