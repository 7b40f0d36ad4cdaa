/*
 * Events wait in the buffer until a batch of them is due, since from the first change
 * to the commit nobody else can write to the database: that time has to be short, and
 * there have to be pauses between.  A batch ends after a fixed time, whatever waits.
 *
 * One mutex guards the buffer and the view of the counters.  It is not held while an
 * event is applied: the record stays in the buffer until that is done, and nothing
 * else is put in its place.
 *
 * A reader that met a full buffer is woken when half of it is free again, not for
 * each event, or the two threads would take turns event by event.
 */
#include "writer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "log.h"
#include "memory.h"
#include "ring.h"

/* A commit costs about as much as ten posts.  An event waits for its batch, and that
 * takes its time; readers see it well within a second. */
enum {
    WRITER_STEP_MS = 200,
    WRITER_WAIT_MS = 500,
    WRITER_BATCH_MS = 35,
    WRITER_MANY = 128 /* events that are worth a commit at once */
};

enum writer_kind { WRITER_EVENT, WRITER_HEAD, WRITER_GAP, WRITER_HEARD, WRITER_CALL };

/* Work for whoever applies the events; it lies with the one who waits for it. */
struct writer_call {
    ingest_work *work;
    void *ctx;
    bool done;
};

/* How a record in the buffer begins; the texts follow. */
struct writer_record {
    enum writer_kind kind;
    struct ingest_source source;
    int64_t put_ms;              /* on the clock of clock_ticks_ms */
    int64_t from_ms, to_ms;      /* of a gap; from_ms: when the source was heard */
    struct writer_call *call;    /* or NULL */
    size_t type_size, data_size; /* of a gap, data is the reason, with its NUL */
};

struct writer {
    struct writer_options options;
    bool threaded;
    pthread_t thread;

    /* Of whoever applies the events: */
    int64_t show_at_ms;

    pthread_mutex_t mutex;  /* for all below */
    pthread_cond_t filled;  /* a batch may be due */
    pthread_cond_t emptied; /* half of the room is free */
    struct ring ring;
    bool hurry; /* somebody waits for what is in the buffer */
    enum writer_result result;
    struct ingest_totals totals;
    bool busy;        /* with a batch */
    int64_t moved_ms; /* when it began, or an event of it was finished */
    bool closing;
    bool ended;          /* the thread has … */
    pthread_cond_t over; /* … which is told */
};

/* ---- whoever applies the events ---- */

static enum writer_result writer_applied(enum ingest_result result)
{
    static const enum writer_result results[] = {[INGEST_OK] = WRITER_OK,
                                                 [INGEST_ENOUGH] = WRITER_ENOUGH,
                                                 [INGEST_FAILED] = WRITER_FAILED};
    return results[result];
}

static enum writer_result writer_apply_record(struct writer *writer,
                                              const struct writer_record *record,
                                              struct slice type, struct slice data)
{
    struct ingest *ingest = writer->options.ingest;
    ingest->totals.source = record->source;
    switch (record->kind) {
    case WRITER_EVENT:
        return writer_applied(ingest_event(ingest, type, data));
    case WRITER_HEAD:
        return writer_applied(ingest_oversized(ingest, type, data));
    case WRITER_GAP:
        return writer_applied(
            ingest_gap(ingest, record->from_ms, record->to_ms, data.bytes));
    case WRITER_HEARD:
        return writer_applied(ingest_heard(ingest, record->from_ms));
    case WRITER_CALL:
    default:
        return writer_applied(
            ingest_call(ingest, record->call->work, record->call->ctx));
    }
}

static enum writer_result writer_apply_packed(struct writer *writer,
                                              struct slice packed)
{
    struct writer_record record;
    memcpy(&record, packed.bytes, sizeof record);
    struct slice type = {packed.bytes + sizeof record, record.type_size};
    struct slice data = {type.bytes + type.size, record.data_size};
    return writer_apply_record(writer, &record, type, data);
}

static enum writer_result writer_rest(struct writer *writer)
{
    int64_t now = clock_ticks_ms();
    if (now >= writer->show_at_ms) {
        writer->show_at_ms = now + WRITER_STEP_MS;
        writer->options.show(writer->options.ctx);
    }
    return writer_applied(ingest_tick(writer->options.ingest));
}

/* ---- batches ---- */

/* How long until the next one is due; 0: it is, INT64_MAX: nothing waits. */
static int64_t writer_due_in_ms(const struct writer *writer)
{
    const struct ring *ring = &writer->ring;
    if (ring->count == 0) {
        return INT64_MAX;
    }
    if (writer->hurry || writer->closing || ring->used > ring->room / 2 ||
        ring->count >= WRITER_MANY) {
        return 0;
    }
    struct writer_record oldest;
    memcpy(&oldest, ring_oldest(ring).bytes, sizeof oldest);
    int64_t left = oldest.put_ms + WRITER_WAIT_MS - clock_ticks_ms();
    return left > 0 ? left : 0;
}

/* Applies the oldest record; the mutex is held before and after. */
static void writer_do_oldest(struct writer *writer)
{
    struct slice packed = ring_oldest(&writer->ring);
    pthread_mutex_unlock(&writer->mutex);
    enum writer_result result = writer_apply_packed(writer, packed);
    pthread_mutex_lock(&writer->mutex);
    struct writer_record record;
    memcpy(&record, packed.bytes, sizeof record);
    if (record.call) {
        record.call->done = true;
        pthread_cond_signal(&writer->emptied);
    }
    ring_drop_oldest(&writer->ring);
    writer->result = result;
    writer->moved_ms = clock_ticks_ms();
    if (writer->ring.used <= writer->ring.room / 2 &&
        writer->ring.count <= writer->ring.most / 2) {
        pthread_cond_signal(&writer->emptied);
    }
}

/* Applies what waits, for a short time, and commits; the mutex is held before and
 * after. */
static void writer_do_batch(struct writer *writer)
{
    int64_t start = clock_ticks_ms();
    writer->busy = true;
    writer->moved_ms = start;
    while (writer->result == WRITER_OK && writer->ring.count > 0 &&
           writer->moved_ms - start < WRITER_BATCH_MS) {
        writer_do_oldest(writer);
    }
    writer->hurry = writer->hurry && writer->ring.count > 0;
    if (writer->result == WRITER_OK) {
        pthread_mutex_unlock(&writer->mutex);
        enum writer_result result =
            writer_applied(ingest_commit(writer->options.ingest));
        pthread_mutex_lock(&writer->mutex);
        writer->result = result;
    }
    writer->busy = false;
}

/* What is to be done now and then, with or without batches; likewise. */
static void writer_do_rest(struct writer *writer)
{
    if (writer->result == WRITER_OK) {
        pthread_mutex_unlock(&writer->mutex);
        enum writer_result result = writer_rest(writer);
        pthread_mutex_lock(&writer->mutex);
        writer->result = result;
    }
    writer->totals = writer->options.ingest->totals;
}

/* ---- the thread ---- */

static void writer_wait(struct writer *writer, pthread_cond_t *condition, int64_t ms)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_nsec += (long)(ms < WRITER_STEP_MS ? ms : WRITER_STEP_MS) * 1000000;
    end.tv_sec += end.tv_nsec / 1000000000;
    end.tv_nsec %= 1000000000;
    pthread_cond_timedwait(condition, &writer->mutex, &end);
}

static void *writer_main(void *ctx)
{
    struct writer *writer = ctx;
    pthread_mutex_lock(&writer->mutex);
    while (writer->result == WRITER_OK && !(writer->closing && !writer->ring.count)) {
        int64_t left = writer_due_in_ms(writer);
        if (left == 0) {
            writer_do_batch(writer);
        } else {
            writer_wait(writer, &writer->filled, left);
        }
        writer_do_rest(writer);
    }
    writer->ended = true;
    pthread_cond_signal(&writer->over);
    pthread_cond_signal(&writer->emptied); /* somebody may wait who now never can put */
    pthread_mutex_unlock(&writer->mutex);
    return NULL;
}

/* Signals are for the thread that reads, whose calls they interrupt. */
static bool writer_begin_thread(struct writer *writer)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&writer->thread, NULL, writer_main, writer);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0) {
        log_line(LOG_WARN, "no second thread (%s): reading waits for the database",
                 strerror(error));
    }
    return error == 0;
}

struct writer *writer_start(const struct writer_options *options)
{
    struct writer *writer = memory_resize(NULL, sizeof *writer);
    *writer = (struct writer){.options = *options};
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_cond_init(&writer->filled, &monotonic);
    pthread_cond_init(&writer->emptied, &monotonic);
    pthread_cond_init(&writer->over, &monotonic);
    pthread_condattr_destroy(&monotonic);
    ring_init(&writer->ring, options->room, WRITER_MOST_EVENTS);
    writer->threaded = options->threaded && writer_begin_thread(writer);
    return writer;
}

/* ---- whoever reads ---- */

static void writer_copy_record(char *place, const struct writer_record *record,
                               struct slice type, struct slice data)
{
    memcpy(place, record, sizeof *record);
    memcpy(place + sizeof *record, type.bytes, type.size);
    memcpy(place + sizeof *record + type.size, data.bytes, data.size);
}

/* Sees that room is made, or makes it. */
static void writer_make_room(struct writer *writer)
{
    writer->hurry = true;
    if (writer->threaded) {
        pthread_cond_signal(&writer->filled);
        writer_wait(writer, &writer->emptied, WRITER_STEP_MS);
    } else {
        writer_do_batch(writer);
        writer_do_rest(writer);
    }
}

static enum writer_result writer_put(struct writer *writer,
                                     struct writer_record *record, struct slice type,
                                     struct slice data)
{
    size_t size = sizeof *record + type.size + data.size;
    record->put_ms = clock_ticks_ms();
    pthread_mutex_lock(&writer->mutex);
    char *place = writer->result == WRITER_OK ? ring_add(&writer->ring, size) : NULL;
    if (!place && writer->result == WRITER_OK) {
        writer_make_room(writer);
        place = ring_add(&writer->ring, size);
    }
    if (place) {
        writer_copy_record(place, record, type, data);
        writer->hurry = writer->hurry || record->kind == WRITER_HEARD ||
                        record->kind == WRITER_CALL;
        if (writer->ring.count == 1 || writer_due_in_ms(writer) == 0) {
            pthread_cond_signal(&writer->filled);
        }
    }
    enum writer_result result = writer->result;
    pthread_mutex_unlock(&writer->mutex);
    return result == WRITER_OK && !place ? WRITER_FULL : result;
}

enum writer_result writer_put_event(struct writer *writer, enum writer_event event,
                                    struct slice type, struct slice data,
                                    const struct ingest_source *source)
{
    struct writer_record record = {.kind = event == WRITER_OVERSIZED ? WRITER_HEAD
                                                                     : WRITER_EVENT,
                                   .source = *source,
                                   .type_size = type.size,
                                   .data_size = data.size};
    return writer_put(writer, &record, type, data);
}

enum writer_result writer_put_gap(struct writer *writer, int64_t from_ms, int64_t to_ms,
                                  const char *reason,
                                  const struct ingest_source *source)
{
    struct writer_record record = {.kind = WRITER_GAP,
                                   .source = *source,
                                   .from_ms = from_ms,
                                   .to_ms = to_ms,
                                   .data_size = strlen(reason) + 1};
    return writer_put(writer, &record, (struct slice){"", 0},
                      (struct slice){reason, record.data_size});
}

enum writer_result writer_put_heard(struct writer *writer, int64_t ms,
                                    const struct ingest_source *source)
{
    struct writer_record record = {
        .kind = WRITER_HEARD, .source = *source, .from_ms = ms};
    struct slice nothing = {"", 0};
    return writer_put(writer, &record, nothing, nothing);
}

/* Waits for the end of a call, a little; the mutex is held before and after. */
static void writer_wait_for(struct writer *writer, const struct writer_call *call)
{
    if (!writer->threaded) {
        writer_do_batch(writer);
    } else if (!call->done) {
        writer_wait(writer, &writer->emptied, WRITER_STEP_MS);
    }
}

enum writer_result writer_call(struct writer *writer, ingest_work *work, void *ctx,
                               const struct ingest_source *source,
                               struct writer_meanwhile meanwhile)
{
    struct writer_call call = {.work = work, .ctx = ctx};
    struct writer_record record = {
        .kind = WRITER_CALL, .source = *source, .call = &call};
    struct slice nothing = {"", 0};
    while (writer_put(writer, &record, nothing, nothing) == WRITER_FULL) {
        meanwhile.act(meanwhile.ctx);
    }
    pthread_mutex_lock(&writer->mutex);
    while (!call.done && writer->result == WRITER_OK) {
        writer_wait_for(writer, &call);
        if (!call.done && writer->result == WRITER_OK) {
            pthread_mutex_unlock(&writer->mutex);
            meanwhile.act(meanwhile.ctx);
            pthread_mutex_lock(&writer->mutex);
        }
    }
    enum writer_result result = writer->result;
    pthread_mutex_unlock(&writer->mutex);
    return result;
}

enum writer_result writer_tick(struct writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    if (!writer->threaded && writer->result == WRITER_OK) {
        if (writer_due_in_ms(writer) == 0) {
            writer_do_batch(writer);
        }
        writer_do_rest(writer);
    }
    enum writer_result result = writer->result;
    pthread_mutex_unlock(&writer->mutex);
    return result;
}

void writer_look(struct writer *writer, struct writer_view *view)
{
    pthread_mutex_lock(&writer->mutex);
    *view = (struct writer_view){.totals = writer->totals,
                                 .waiting_events = writer->ring.count,
                                 .waiting_bytes = writer->ring.used,
                                 .room = writer->ring.room};
    if (writer->busy) {
        view->stalled_ms = clock_ticks_ms() - writer->moved_ms;
    }
    pthread_mutex_unlock(&writer->mutex);
}

bool writer_has_room(struct writer *writer)
{
    struct writer_view view;
    writer_look(writer, &view);
    return view.waiting_bytes <= view.room / 2 &&
           view.waiting_events <= WRITER_MOST_EVENTS / 2;
}

/* The last batches may have to wait for another program, too. */
static void writer_end_thread(struct writer *writer, struct writer_meanwhile meanwhile)
{
    pthread_mutex_lock(&writer->mutex);
    writer->closing = true;
    pthread_cond_signal(&writer->filled);
    while (!writer->ended) {
        writer_wait(writer, &writer->over, WRITER_STEP_MS);
        pthread_mutex_unlock(&writer->mutex);
        meanwhile.act(meanwhile.ctx);
        pthread_mutex_lock(&writer->mutex);
    }
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);
    writer->threaded = false;
}

enum writer_result writer_stop(struct writer *writer,
                               const struct ingest_source *source,
                               struct writer_meanwhile meanwhile)
{
    if (writer->threaded) {
        writer_end_thread(writer, meanwhile);
    }
    while (writer->result == WRITER_OK && writer->ring.count > 0) {
        pthread_mutex_lock(&writer->mutex);
        writer_do_batch(writer);
        pthread_mutex_unlock(&writer->mutex);
    }
    if (writer->result == WRITER_OK) {
        writer->options.ingest->totals.source = *source;
    }
    writer->totals = writer->options.ingest->totals;
    return writer->result;
}

const char *writer_message(const struct writer *writer)
{
    return store_message(writer->options.ingest->store);
}

void writer_free(struct writer *writer)
{
    if (writer) {
        ring_free(&writer->ring);
        pthread_cond_destroy(&writer->filled);
        pthread_cond_destroy(&writer->emptied);
        pthread_cond_destroy(&writer->over);
        pthread_mutex_destroy(&writer->mutex);
        free(writer);
    }
}
