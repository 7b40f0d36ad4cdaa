/* The programs that servers of posts run, and how they stream. */
#ifndef SOFTWARE_H
#define SOFTWARE_H

#include "buffer.h"

enum software_streams {
    SOFTWARE_EVENT_STREAMS, /* server-sent events, which are read here */
    SOFTWARE_WEBSOCKETS,    /* and nothing else */
    SOFTWARE_NO_STREAMS,
    SOFTWARE_UNKNOWN
};

struct software {
    const char *name; /* as its makers write it */
    enum software_streams streams;
};

/* The program whose name begins `text`, such as "Akkoma 3.10.4" or "gotosocial", in
 * whatever case; one that is SOFTWARE_UNKNOWN if it is none of those known here. */
const struct software *software_find(struct slice text);

#endif
