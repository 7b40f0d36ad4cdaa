/*
 * Lists of points.
 *
 * Points of equal mean become one atom.  For two atoms that is exact.  If one of them
 * is blurred, the other says that the very value is there too, and the image could not
 * tell them apart anyway; a blurred point is small, so little is lost.
 */
#include "tdigest_private.h"

struct tdigest_point *tdigest_points(const struct sketch_memory *memory, size_t count)
{
    struct tdigest_point *points = NULL;
    if (count <= SIZE_MAX / sizeof *points) {
        points =
            memory->resize(memory->ctx, NULL, (count > 0 ? count : 1) * sizeof *points);
    }
    return points;
}

bool tdigest_is_clear(const struct tdigest_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->points[i].blurred) {
            return false;
        }
    }
    return true;
}

bool tdigest_fits(const struct tdigest_list *list, int k)
{
    size_t ends = tdigest_is_clear(list) ? 0 : 2;
    return list->count + ends <= tdigest_capacity(k);
}

void tdigest_interleave(struct tdigest_list *out, const struct tdigest_point *a,
                        size_t a_count, const struct tdigest_point *b, size_t b_count)
{
    size_t i = 0;
    size_t j = 0;
    while (i < a_count || j < b_count) {
        bool first = j == b_count || (i < a_count && a[i].mean <= b[j].mean);
        tdigest_append(out, first ? a[i++] : b[j++]);
    }
}

enum sketch_status tdigest_unite(struct tdigest_list *out, const struct tdigest_list *a,
                                 const struct tdigest_list *b,
                                 const struct sketch_memory *memory)
{
    *out = (struct tdigest_list){.points = tdigest_points(memory, a->count + b->count)};
    if (!out->points) {
        return SKETCH_NOMEM;
    }
    tdigest_interleave(out, a->points, a->count, b->points, b->count);
    return SKETCH_OK;
}
