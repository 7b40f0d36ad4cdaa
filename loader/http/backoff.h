/*
 * How long to wait before the next try: a random time below a limit that doubles
 * with each failure ("full jitter"), so that after a server's restart its clients
 * do not come back all at once.
 */
#ifndef BACKOFF_H
#define BACKOFF_H

#include <stdint.h>

enum { BACKOFF_BASE_MS = 1000, BACKOFF_LEAST_MS = 250, BACKOFF_MOST_MS = 300000 };

/* The pause after `failures` failures in a row, 0 when the stream had been fine.
 * base_ms is BACKOFF_BASE_MS or what the server asks for; `random` is any number. */
int64_t backoff_pause_ms(int64_t failures, int64_t base_ms, uint32_t random);

#endif
