/*
 * Lists of points.
 *
 * Points of equal mean become one.  For two atoms that is exact, and two blurred ones,
 * as a sketch has with itself, are as blurred as before.  If one of them is an atom,
 * the very value is there, and all become an atom: a blurred point is small, so little
 * is lost.
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
