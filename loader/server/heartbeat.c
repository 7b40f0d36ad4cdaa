#include "heartbeat.h"

void pulse_start(struct pulse *pulse, int64_t now_ms)
{
    *pulse = (struct pulse){.byte_ms = now_ms, .post_ms = now_ms};
}

void pulse_byte(struct pulse *pulse, int64_t now_ms) { pulse->byte_ms = now_ms; }

void pulse_post(struct pulse *pulse, int64_t now_ms)
{
    pulse->post_ms = now_ms;
    pulse->idle = false;
}

enum pulse_state pulse_check(struct pulse *pulse, int64_t now_ms, int64_t stall_ms,
                             int64_t idle_ms)
{
    int64_t without_post = now_ms - pulse->post_ms;
    if (now_ms - pulse->byte_ms > stall_ms) {
        return PULSE_STALLED;
    }
    if (without_post > PULSE_STALE_FACTOR * idle_ms) {
        return PULSE_STALE;
    }
    if (without_post > idle_ms && !pulse->idle) {
        pulse->idle = true;
        return PULSE_TURNED_IDLE;
    }
    return PULSE_FINE;
}
