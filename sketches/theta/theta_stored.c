/* Images that are asked, or added to, as they are. */
#include "theta_image.h"

#include "bytes.h"

#include <string.h>

bool theta_stored_estimate(const uint8_t *bytes, size_t size, double *estimate)
{
    struct theta_image image;
    bool sound = theta_image_open(&image, bytes, size) == THETA_IS_SOUND;
    if (sound) {
        *estimate = theta_estimate_of(image.count, image.limit);
    }
    return sound;
}

bool theta_stored_bounds(const uint8_t *bytes, size_t size, int deviations,
                         double *lower, double *upper)
{
    struct theta_image image;
    bool sound = deviations >= 1 && deviations <= 3 &&
                 theta_image_open(&image, bytes, size) == THETA_IS_SOUND;
    if (sound) {
        theta_bounds_of(image.count, image.limit, deviations, lower, upper);
    }
    return sound;
}

/* Whether the bytes are those that theta_serialise would write of a sketch that it
 * takes no other form to add to: hashes in order, behind a preamble that counts them.
 */
static bool theta_can_grow(const struct theta_run *run, const struct theta_image *image,
                           const uint8_t *bytes)
{
    uint8_t preamble[THETA_MOST_PREAMBLE];
    size_t size = theta_put_preamble(preamble, run);
    return size > 8 && bytes + size == image->hashes &&
           memcmp(bytes, preamble, size) == 0 &&
           theta_image_check_order(image) == THETA_IS_SOUND;
}

bool theta_stored_add(uint8_t *bytes, size_t *size, size_t room, struct hash hash,
                      int lg_k)
{
    struct theta_image image;
    uint64_t below = hash.h1 >> 1;
    if (room - *size < sizeof below || lg_k < THETA_MIN_LG_K || lg_k > THETA_MAX_LG_K ||
        theta_image_open(&image, bytes, *size) != THETA_IS_SOUND) {
        return false;
    }
    struct theta_run run = {
        .bytes = image.hashes,
        .count = image.count,
        .limit = image.limit,
        .has_items = image.has_items,
    };
    if (image.count >= theta_most(lg_k) || !theta_can_grow(&run, &image, bytes)) {
        return false;
    }
    if (below - 1 >= image.limit - 1) { /* 0, too */
        return true;
    }
    size_t at = theta_count_below(&run, below, run.count);
    if (at < run.count && theta_run_at(&run, at) == below) {
        return true;
    }
    uint8_t *place = bytes + (image.hashes - bytes) + 8 * at;
    memmove(place + 8, place, 8 * (run.count - at));
    put_u64(place, below);
    run.count++;
    theta_put_preamble(bytes, &run);
    *size += 8;
    return true;
}
