/* What holds the frames that slide, of each family that has it, and what it answers. */
#ifndef SLIDES_H
#define SLIDES_H

#include "family.h"

extern const struct sliding hll_sliding;

slide_reply_fn hll_slide_reply_count;
slide_reply_fn hll_slide_reply_sketch;

extern const struct sliding tdigest_sliding;
slide_reply_fn tdigest_slide_reply_quantile;
slide_reply_fn kll_slide_reply_quantile; /* of the same, which holds all values */

extern const struct sliding topk_sliding;
slide_reply_fn topk_slide_reply_json;
slide_reply_fn topk_slide_reply_values;

extern const struct sliding reservoir_sliding;
slide_reply_fn reservoir_slide_reply_json;

#endif
