#include "backoff.h"

int64_t backoff_pause_ms(int64_t failures, int64_t base_ms, uint32_t random)
{
    int64_t limit = base_ms < BACKOFF_LEAST_MS ? BACKOFF_LEAST_MS : base_ms;
    for (int64_t i = 0; i < failures && limit < BACKOFF_MOST_MS; i++) {
        limit *= 2;
    }
    limit = limit < BACKOFF_MOST_MS ? limit : BACKOFF_MOST_MS;
    int64_t pause = (int64_t)((uint64_t)limit * random >> 32);
    return pause < BACKOFF_LEAST_MS ? BACKOFF_LEAST_MS : pause;
}
