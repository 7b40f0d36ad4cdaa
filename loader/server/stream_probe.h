/* Does a stream open?  For --check, which takes its first byte and ends. */
#ifndef STREAM_PROBE_H
#define STREAM_PROBE_H

#include "http_get.h"

enum {
    STREAM_PROBE_MS = 20000, /* until the first byte */
    STREAM_PROBE_BODY = 8192 /* bytes kept of an answer that is no stream */
};

/* Opens the stream at `base` with the timeline, as in event_stream.h.  HTTP_GET_OK at
 * its first byte; after anything else `why` tells. */
enum http_get_result stream_probe(const struct http_get *http_get, const char *base,
                                  const char *timeline, const char *hashtag,
                                  char why[REFUSAL_SIZE]);

#endif
