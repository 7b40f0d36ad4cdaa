#include "stop.h"

#include <signal.h>
#include <stdatomic.h>

/* Without locks, and so allowed in a signal's handler; several threads look at them. */
static atomic_int stop_count;
static atomic_int stop_asked;

static void stop_handle(int number)
{
    if (stop_count) {
        signal(number, SIG_DFL);
        raise(number);
    }
    stop_count = 1;
}

static void stop_question(int number)
{
    (void)number;
    stop_asked = 1;
}

void stop_install(void)
{
    /* Without SA_RESTART: a read that waits has to come back. */
    struct sigaction action = {.sa_handler = stop_handle};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    struct sigaction hangup;
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN) {
        sigaction(SIGHUP, &action, NULL);
    }
    action.sa_handler = stop_question;
    sigaction(SIGUSR1, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

bool stop_requested(void) { return stop_count != 0; }

bool stop_take_question(void) { return atomic_exchange(&stop_asked, 0) != 0; }
