#include "post_id.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define POST_ID_NUMERALS "0123456789"
#define POST_ID_CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define POST_ID_BASE62   POST_ID_NUMERALS POST_ID_CAPITALS "abcdefghijklmnopqrstuvwxyz"

static bool post_id_is_made_of(struct slice id, const char *characters)
{
    size_t size = 0;
    while (size < id.size && strchr(characters, id.bytes[size]) && id.bytes[size]) {
        size++;
    }
    return size == id.size;
}

bool post_id_is_valid(struct slice id)
{
    return id.size > 0 && id.size <= POST_ID_MOST &&
           post_id_is_made_of(id, POST_ID_BASE62 "-_") &&
           (id.size <= POST_ID_MOST_NUMERALS ||
            !post_id_is_made_of(id, POST_ID_NUMERALS));
}

bool post_id_is_like(struct slice id, struct slice other)
{
    bool digits = other.size > 0 && post_id_is_made_of(other, POST_ID_NUMERALS);
    return post_id_is_valid(id) &&
           (!digits || post_id_is_made_of(id, POST_ID_NUMERALS));
}

/* Flakes are numbers to the base of 62, ULIDs to that of 32; both begin with the time,
 * so that a small letter cannot come first, nor anything above 7 in a ULID. */
enum post_id_form post_id_form(struct slice id)
{
    if (id.size >= 15 && id.size <= 19 && post_id_is_made_of(id, POST_ID_NUMERALS)) {
        return POST_ID_DECIMAL;
    }
    if (id.size == 18 && !(id.bytes[0] >= 'a' && id.bytes[0] <= 'z') &&
        post_id_is_made_of(id, POST_ID_BASE62)) {
        return POST_ID_FLAKE;
    }
    if (id.size == 26 && id.bytes[0] <= '7' &&
        post_id_is_made_of(id, POST_ID_NUMERALS "ABCDEFGHJKMNPQRSTVWXYZ")) {
        return POST_ID_ULID;
    }
    return POST_ID_OTHER;
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

/* Where an id like Mastodon's stands in time. */
enum post_id_age {
    POST_ID_TIMELESS, /* it is none, or of a server that counts from 1 */
    POST_ID_PAST,
    POST_ID_LATELY, /* within a day */
    POST_ID_FUTURE  /* also what is too large for a number */
};

static enum post_id_age post_id_age(struct slice id, int64_t now_ms)
{
    enum { DAY_MS = 86400000, YEAR_2000_S = 946684800 };
    uint64_t number;
    if (!post_id_is_made_of(id, POST_ID_NUMERALS) || id.size == 0) {
        return POST_ID_TIMELESS;
    }
    if (!post_id_number(id, &number)) {
        return POST_ID_FUTURE;
    }
    int64_t ms = (int64_t)(number >> 16);
    if (ms < (int64_t)YEAR_2000_S * 1000) {
        return POST_ID_TIMELESS;
    }
    return ms > now_ms + DAY_MS   ? POST_ID_FUTURE
           : ms < now_ms - DAY_MS ? POST_ID_PAST
                                  : POST_ID_LATELY;
}

bool post_id_follows(struct slice id, struct slice last, int64_t now_ms)
{
    enum post_id_age age = post_id_age(id, now_ms);
    enum post_id_age last_age = post_id_age(last, now_ms);
    if (age == POST_ID_FUTURE &&
        (last_age == POST_ID_LATELY || last_age == POST_ID_PAST)) {
        return false;
    }
    bool heals = age == POST_ID_LATELY && last_age == POST_ID_FUTURE;
    return heals || post_id_compare(id, last) > 0;
}

void post_id_of_time(int64_t ms, char digits[POST_ID_DIGITS])
{
    int64_t most = INT64_MAX >> 16;
    int64_t held = ms < 0 ? 0 : ms > most ? most : ms;
    snprintf(digits, POST_ID_DIGITS, "%" PRIu64, (uint64_t)held << 16);
}
