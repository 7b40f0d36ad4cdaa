#include "intake.h"

#include <string.h>

#include "clock.h"
#include "stop.h"

static enum intake_result intake_written(enum writer_result result)
{
    static const enum intake_result results[] = {[WRITER_OK] = INTAKE_OK,
                                                 [WRITER_FULL] = INTAKE_OK,
                                                 [WRITER_ENOUGH] = INTAKE_ENOUGH,
                                                 [WRITER_FAILED] = INTAKE_FAILED};
    return results[result];
}

static bool intake_is_due(const struct intake *intake, int64_t now)
{
    int64_t deadline = intake->trunk->deadline_ms;
    return deadline > 0 && now >= deadline;
}

static void intake_watch(struct intake *intake, int64_t now)
{
    enum { WATCH_EVERY_MS = 200 };
    struct intake *trunk = intake->trunk;
    if (now >= trunk->watch_at_ms) {
        trunk->watch_at_ms = now + WATCH_EVERY_MS;
        trunk->watch(trunk->ctx);
    }
}

static void intake_let_watch(void *ctx) { intake_watch(ctx, clock_ticks_ms()); }

/* The writer has no room: nothing is read meanwhile.  INTAKE_OK says to try again. */
static enum intake_result intake_be_patient(struct intake *intake, int64_t *since)
{
    int64_t now = clock_ticks_ms();
    *since = *since > 0 ? *since : now;
    intake_watch(intake, now);
    if (stop_requested() || intake_is_due(intake, now)) {
        return INTAKE_ENOUGH;
    }
    int64_t patience = intake->trunk->patience_ms;
    bool enough = patience > 0 && now - *since >= patience;
    return enough ? INTAKE_STALLED : INTAKE_OK;
}

/* What has come from all connections, as of this one's last event. */
static struct ingest_source intake_source(struct intake *intake)
{
    struct intake *trunk = intake->trunk;
    trunk->source.oversized += (int64_t)(intake->sse.oversized - intake->oversized);
    intake->oversized = intake->sse.oversized;
    struct ingest_source source = trunk->source;
    source.number = intake->number;
    return source;
}

static bool intake_is_post(struct slice type)
{
    static const char *const names[] = {"update", "status.update"};
    for (size_t i = 0; i < 2; i++) {
        if (type.size == strlen(names[i]) &&
            memcmp(type.bytes, names[i], type.size) == 0) {
            return true;
        }
    }
    return false;
}

static bool intake_put(struct intake *intake, enum writer_event kind,
                       const struct sse_event *event)
{
    struct ingest_source source = intake_source(intake);
    int64_t since = 0;
    enum writer_result result;
    intake->last = INTAKE_OK;
    do {
        result =
            writer_put_event(intake->writer, kind, event->type, event->data, &source);
        intake->last = result == WRITER_FULL ? intake_be_patient(intake, &since)
                                             : intake_written(result);
    } while (result == WRITER_FULL && intake->last == INTAKE_OK);
    return intake->last == INTAKE_OK;
}

static bool intake_take_event(void *ctx, const struct sse_event *event)
{
    struct intake *intake = ctx;
    intake->events++;
    intake->posts += intake_is_post(event->type);
    return intake_put(intake, WRITER_WHOLE, event);
}

static bool intake_take_oversized(void *ctx, const struct sse_event *event)
{
    return intake_put(ctx, WRITER_OVERSIZED, event);
}

static bool intake_take_plain(void *ctx, const char *bytes, size_t size)
{
    struct intake *intake = ctx;
    bool more = sse_feed(&intake->sse, bytes, size);
    intake_source(intake);
    return more;
}

void intake_note_state(struct intake *intake, const char *state)
{
    intake->trunk->news.state = state;
    intake->trunk->news.since_ms = clock_now_ms();
}

void intake_init(struct intake *intake, struct writer *writer, size_t event_limit,
                 void (*watch)(void *ctx), void *ctx)
{
    *intake =
        (struct intake){.writer = writer, .trunk = intake, .watch = watch, .ctx = ctx};
    intake->meanwhile = (struct writer_meanwhile){intake_let_watch, intake};
    intake_note_state(intake, "starting");
    gunzip_init(&intake->gunzip, (struct gunzip_receiver){intake_take_plain, intake});
    sse_init(&intake->sse, event_limit,
             (struct sse_listener){intake_take_event, intake_take_oversized, intake});
}

void intake_init_branch(struct intake *branch, struct intake *trunk, size_t number)
{
    intake_init(branch, trunk->writer, trunk->sse.limit, NULL, NULL);
    branch->trunk = trunk;
    branch->number = number;
}

void intake_free(struct intake *intake)
{
    gunzip_free(&intake->gunzip);
    sse_free(&intake->sse);
}

static enum intake_result intake_unpacked(const struct intake *intake,
                                          enum gunzip_result result)
{
    if (result == GUNZIP_STOPPED) {
        return intake->last;
    }
    static const enum intake_result results[] = {[GUNZIP_OK] = INTAKE_OK,
                                                 [GUNZIP_STOPPED] = INTAKE_ENOUGH,
                                                 [GUNZIP_TRUNCATED] = INTAKE_TRUNCATED,
                                                 [GUNZIP_CORRUPT] = INTAKE_CORRUPT};
    return results[result];
}

enum intake_result intake_bytes(struct intake *intake, const char *bytes, size_t size)
{
    intake->trunk->source.bytes += (int64_t)size;
    intake->trunk->news.last_byte_ms = clock_now_ms();
    return intake_unpacked(intake, gunzip_feed(&intake->gunzip, bytes, size));
}

enum intake_result intake_end(struct intake *intake)
{
    enum gunzip_result result = gunzip_end(&intake->gunzip);
    sse_restart(&intake->sse);
    return intake_unpacked(intake, result);
}

struct intake_totals intake_totals(const struct intake *intake)
{
    return (struct intake_totals){
        .bytes = intake->source.bytes,
        .events = intake->events + intake->sse.oversized,
        .comments = intake->sse.comments,
        .strays = intake->sse.strays,
    };
}

const char *intake_message(const struct intake *intake)
{
    return writer_message(intake->writer);
}

bool intake_has_room(struct intake *intake) { return writer_has_room(intake->writer); }

enum intake_result intake_note_gap(struct intake *intake, int64_t from_ms,
                                   int64_t to_ms, const char *reason)
{
    struct ingest_source source = intake_source(intake);
    int64_t since = 0;
    enum intake_result fed = INTAKE_OK;
    enum writer_result result;
    do {
        result = writer_put_gap(intake->writer, from_ms, to_ms, reason, &source);
        fed = result == WRITER_FULL ? intake_be_patient(intake, &since)
                                    : intake_written(result);
    } while (result == WRITER_FULL && fed == INTAKE_OK);
    return fed;
}

enum intake_result intake_note_heard(struct intake *intake, int64_t ms)
{
    struct ingest_source source = intake_source(intake);
    return intake_written(writer_put_heard(intake->writer, ms, &source));
}

enum intake_result intake_call(struct intake *intake, ingest_work *work, void *ctx)
{
    struct ingest_source source = intake_source(intake);
    return intake_written(
        writer_call(intake->writer, work, ctx, &source, intake->trunk->meanwhile));
}

enum intake_result intake_tick(struct intake *intake)
{
    int64_t now = clock_ticks_ms();
    intake_watch(intake, now);
    return intake_is_due(intake, now) ? INTAKE_ENOUGH
                                      : intake_written(writer_tick(intake->writer));
}
