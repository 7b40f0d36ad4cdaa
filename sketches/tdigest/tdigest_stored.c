/* Work on the bytes of stored sketches, with their points on the stack. */
#include "tdigest_private.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Those of k 250 or so; 8 KiB. */
enum { TDIGEST_LENT_POINTS = 512 };

/* A sketch that has no memory to ask for, and never needs any. */
struct tdigest_lent {
    struct tdigest sketch;
    struct tdigest_point points[TDIGEST_LENT_POINTS];
};

/* Reads an image; false if that takes memory, or its bytes are damaged. */
static bool tdigest_lend(struct tdigest_lent *lent, const uint8_t *bytes, size_t size)
{
    struct tdigest_image image;
    if (!tdigest_image_open(&image, bytes, size) || image.values > 0 ||
        image.centroids + 3 > TDIGEST_LENT_POINTS) { /* two ends, and one to add */
        return false;
    }
    lent->sketch = (struct tdigest){.k = image.k, .list = {.points = lent->points}};
    if (image.centroids > 0 && !tdigest_image_read(&image, &lent->sketch.list)) {
        return false;
    }
    lent->sketch.weight = image.weight;
    return true;
}

bool tdigest_stored_visit(const uint8_t *bytes, size_t size, sketch_visit_fn *visit,
                          void *ctx)
{
    struct tdigest_lent lent;
    if (!tdigest_lend(&lent, bytes, size)) {
        return false;
    }
    visit(&lent.sketch, ctx);
    return true;
}

/* Puts an atom into a list that has the room. */
static void tdigest_put_in(struct tdigest_list *list, struct tdigest_point atom)
{
    size_t at = list->count;
    while (at > 0 && list->points[at - 1].mean >= atom.mean) {
        at--;
    }
    struct tdigest_point *place = list->points + at;
    if (at < list->count && place->mean == atom.mean) {
        *place = tdigest_atom(atom.mean, tdigest_point_weight(place) + atom.tagged);
        return;
    }
    memmove(place + 1, place, (list->count - at) * sizeof *place);
    *place = atom;
    list->count++;
}

bool tdigest_stored_add(uint8_t *bytes, size_t *size, size_t room, double value)
{
    struct tdigest_lent lent;
    struct tdigest *sketch = &lent.sketch;
    if (!(fabs(value) <= DBL_MAX) || !tdigest_lend(&lent, bytes, *size) ||
        sketch->weight == SKETCH_MAX_TOTAL) {
        return false;
    }
    tdigest_put_in(&sketch->list, tdigest_atom(value + 0.0, 1));
    tdigest_condense(&sketch->list, sketch->k, sketch->weight + 1);
    struct tdigest_plan plan = tdigest_plan(&sketch->list, sketch->k);
    if (plan.size > room) {
        return false;
    }
    tdigest_write(&sketch->list, &plan, bytes);
    *size = plan.size;
    return true;
}
