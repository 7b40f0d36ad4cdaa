#include "post_id.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool post_id_is_valid(struct slice id)
{
    for (size_t i = 0; i < id.size; i++) {
        unsigned char c = (unsigned char)id.bytes[i];
        if (c <= ' ' || c >= 0x7f) {
            return false;
        }
    }
    return id.size > 0 && id.size <= POST_ID_MOST;
}

int post_id_compare(struct slice a, struct slice b)
{
    if (a.size != b.size) {
        return a.size < b.size ? -1 : 1;
    }
    return a.size > 0 ? memcmp(a.bytes, b.bytes, a.size) : 0;
}

bool post_id_number(struct slice id, uint64_t *number)
{
    *number = 0;
    if (id.size == 0 || id.size > 19) { /* 10^19 fits */
        return false;
    }
    for (size_t i = 0; i < id.size; i++) {
        if (id.bytes[i] < '0' || id.bytes[i] > '9') {
            return false;
        }
        *number = 10 * *number + (uint64_t)(id.bytes[i] - '0');
    }
    return true;
}

void post_id_of_time(int64_t ms, char digits[POST_ID_DIGITS])
{
    int64_t most = INT64_MAX >> 16;
    int64_t held = ms < 0 ? 0 : ms > most ? most : ms;
    snprintf(digits, POST_ID_DIGITS, "%" PRIu64, (uint64_t)held << 16);
}
