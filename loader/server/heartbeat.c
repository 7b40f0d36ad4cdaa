#include "heartbeat.h"

void heartbeat_start(struct heartbeat *heartbeat, int64_t now_ms)
{
    *heartbeat = (struct heartbeat){.byte_ms = now_ms, .post_ms = now_ms};
}

void heartbeat_byte(struct heartbeat *heartbeat, int64_t now_ms)
{
    heartbeat->byte_ms = now_ms;
}

void heartbeat_post(struct heartbeat *heartbeat, int64_t now_ms)
{
    heartbeat->post_ms = now_ms;
    heartbeat->idle = false;
}

enum heartbeat_state heartbeat_check(struct heartbeat *heartbeat, int64_t now_ms,
                                     int64_t stall_ms, int64_t idle_ms)
{
    int64_t without_post = now_ms - heartbeat->post_ms;
    if (now_ms - heartbeat->byte_ms > stall_ms) {
        return HEARTBEAT_STALLED;
    }
    if (without_post > HEARTBEAT_STALE_FACTOR * idle_ms) {
        return HEARTBEAT_STALE;
    }
    if (without_post > idle_ms && !heartbeat->idle) {
        heartbeat->idle = true;
        return HEARTBEAT_TURNED_IDLE;
    }
    return HEARTBEAT_FINE;
}
