#include "allowance.h"

#include <stdbool.h>

static bool allowance_is_over(const struct allowance *allowance, int64_t now_ms)
{
    return allowance->start_ms == 0 ||
           now_ms - allowance->start_ms >= ALLOWANCE_WINDOW_MS;
}

int allowance_left(const struct allowance *allowance, int64_t now_ms)
{
    int taken = allowance_is_over(allowance, now_ms) ? 0 : allowance->requests;
    return ALLOWANCE_REQUESTS - taken;
}

int64_t allowance_wait_ms(const struct allowance *allowance, int64_t now_ms)
{
    return allowance_left(allowance, now_ms) > 0
               ? 0
               : ALLOWANCE_WINDOW_MS - (now_ms - allowance->start_ms);
}

void allowance_take(struct allowance *allowance, int64_t now_ms)
{
    if (allowance_is_over(allowance, now_ms)) {
        *allowance = (struct allowance){.start_ms = now_ms};
    }
    allowance->requests++;
}
