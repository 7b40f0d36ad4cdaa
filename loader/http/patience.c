#include "patience.h"

#include "backoff.h"

void patience_opened(struct patience *patience)
{
    patience->worked = true;
    patience->refusals = 0;
}

int64_t patience_tries_left(const struct patience *patience)
{
    return PATIENCE_REFUSALS - patience->refusals + 1;
}

int64_t patience_left_ms(const struct patience *patience)
{
    return patience_tries_left(patience) * PATIENCE_REFUSALS_MS / PATIENCE_REFUSALS;
}

/* A deploy or a name server's bad hour refuses what worked before, and passes. */
static int64_t patience_refused(struct patience *patience, uint32_t random)
{
    enum { STEP_MS = PATIENCE_REFUSALS_MS / PATIENCE_REFUSALS };
    if (!patience->worked || patience->refusals >= PATIENCE_REFUSALS) {
        return -1;
    }
    patience->refusals++;
    return STEP_MS * 3 / 4 + (int64_t)((uint64_t)STEP_MS / 2 * random >> 32);
}

int64_t patience_pause_ms(struct patience *patience, enum patience_verdict verdict,
                          int64_t open_ms, int64_t base_ms, int64_t asked_ms,
                          uint32_t random)
{
    if (verdict == PATIENCE_REFUSED && !patience->forever) {
        return patience_refused(patience, random);
    }
    if (verdict == PATIENCE_CUT) {
        patience->failures = 0;
        return backoff_pause_ms(0, BACKOFF_BASE_MS, random);
    }
    bool healthy = verdict == PATIENCE_ENDED && open_ms >= PATIENCE_HEALTHY_MS;
    patience->failures = healthy ? 0 : patience->failures + 1;
    if (patience->most >= 0 && patience->failures > patience->most) {
        return -1;
    }
    int64_t base = base_ms > BACKOFF_BASE_MS ? base_ms : BACKOFF_BASE_MS;
    if (healthy && base < PATIENCE_CLEAN_MS) {
        base = PATIENCE_CLEAN_MS;
    }
    int64_t pause = backoff_pause_ms(patience->failures, base, random);
    /* Those who were all told the same moment should not come all at once. */
    return asked_ms > pause ? asked_ms + random % 1000 : pause;
}
