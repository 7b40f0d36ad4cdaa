/* A t-digest image that a test writes piece by piece, changes and reads. */
#ifndef TDIGEST_DRAFT_H
#define TDIGEST_DRAFT_H

#include "tdigest_help.h"

struct draft {
    uint8_t bytes[70000];
    size_t size;
};

extern struct draft draft; /* the one that a test works on */

void draft_begin(void); /* as an image of no bytes */
void draft_add(const void *bytes, size_t size);
void draft_u32(uint32_t number);
void draft_u64(uint64_t number);
void draft_f64(double number);
void draft_f32(float number);
void draft_big_u32(uint32_t number);
void draft_big_f64(double number);
void draft_big_f32(float number);

/* The head of an image of several values, which begins it; k is 200. */
void draft_head(uint32_t centroids, uint32_t values, double least, double most);
void draft_centroid(double mean, uint64_t weight);

/* Reads the draft as a sketch. */
enum sketch_status draft_status(struct tdigest **sketch);
struct tdigest *read_draft(void); /* has to succeed */
void assert_draft_refused(void);

/* Makes the image of a sketch the draft. */
void write_draft(const struct tdigest *sketch);
void assert_draft(const uint8_t *bytes, size_t size);

/* What Apache DataSketches writes for no value, for 1, and for 1 and 2. */
extern const uint8_t image_of_none[8];
extern const uint8_t image_of_one[16];
extern const uint8_t image_of_two[64];

#endif
