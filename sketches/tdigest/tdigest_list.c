/*
 * Lists of points.
 *
 * Points of equal mean become one.  For two atoms that is exact, and two blurred ones,
 * as a sketch has with itself, are as blurred as before.  If one of them is an atom,
 * the very value is there, and all become an atom: a blurred point is small, so little
 * is lost.
 */
#include "tdigest_private.h"

bool tdigest_is_clear(const struct tdigest_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (tdigest_is_blurred(&list->points[i])) {
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

double tdigest_sum(const struct tdigest_point *points, size_t count, double origin,
                   double scale)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double away = points[i].mean - origin;
        sum += away * (tdigest_point_real(&points[i]) * scale);
    }
    return sum;
}
