#include "call.h"

#include <stdarg.h>

/* SQLite's functions, as the entry point finds them. */
SQLITE_EXTENSION_INIT1

static void *call_resize(void *ctx, void *block, size_t size)
{
    (void)ctx;
    return sqlite3_realloc64(block, size);
}

const struct sketch_memory call_memory = {call_resize, NULL};

int call_fail(struct call *call, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    call->message = text ? sqlite3_mprintf("%s: %s", call->name, text) : NULL;
    sqlite3_free(text);
    return call->message ? SQLITE_ERROR : SQLITE_NOMEM;
}

int call_advise(struct call *call, int rc, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    char *whole =
        text && call->message ? sqlite3_mprintf("%s; %s", call->message, text) : NULL;
    sqlite3_free(text);
    sqlite3_free(call->message);
    call->message = whole;
    return whole ? rc : SQLITE_NOMEM;
}

int call_refuse(struct call *call, enum sketch_status status)
{
    return status == SKETCH_NOMEM ? SQLITE_NOMEM
                                  : call_fail(call, "%s", sketch_message(status));
}

void call_conclude(struct call *call, int rc)
{
    if (rc == SQLITE_OK && !call->message) { /* as for nearly every row */
        return;
    }
    if (rc == SQLITE_NOMEM) {
        sqlite3_result_error_nomem(call->ctx);
    } else if (rc == SQLITE_INTERRUPT) {
        sqlite3_result_error_code(call->ctx, rc);
    } else if (rc != SQLITE_OK) {
        sqlite3_result_error(call->ctx, call->message, -1);
    }
    sqlite3_free(call->message);
    call->message = NULL;
}
