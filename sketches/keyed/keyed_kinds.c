/* The families whose sketches may have keys. */
#include "keyed.h"

#include "cms.h"
#include "hll.h"
#include "kll.h"
#include "tdigest.h"
#include "theta.h"
#include "topk.h"

const struct keyed_kind keyed_kinds[] = {
    {"topk_by", &topk_ops},
    {"hll_by", &hll_ops},
    {"theta_by", &theta_ops},
    {"tdigest_by", &tdigest_ops},
    {"kll_by", &kll_ops},
    {"cms_by", &cms_ops},
    {NULL, NULL},
};

const struct keyed_kind *keyed_kind_of(const struct sketch_ops *ops)
{
    for (const struct keyed_kind *kind = keyed_kinds; kind->name; kind++) {
        if (kind->ops == ops) {
            return kind;
        }
    }
    return NULL;
}
