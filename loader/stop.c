#include "stop.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

static volatile sig_atomic_t stop_count;

static void stop_handle(int number)
{
    if (stop_count) {
        signal(number, SIG_DFL);
        raise(number);
    }
    stop_count = 1;
}

void stop_install(void)
{
    /* Without SA_RESTART: a read that waits has to come back. */
    struct sigaction action = {.sa_handler = stop_handle};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

bool stop_requested(void) { return stop_count != 0; }

void stop_sleep_ms(long ms)
{
    enum { SLICE_MS = 50 };
    while (ms > 0 && !stop_requested()) {
        long slice = ms < SLICE_MS ? ms : SLICE_MS;
        nanosleep(&(struct timespec){.tv_nsec = slice * 1000000}, NULL);
        ms -= slice;
    }
}
