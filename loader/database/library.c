#include "library.h"

#include <unistd.h>

#include "log.h"

#if defined(__APPLE__)
#define LIBRARY_NAME "sketches.dylib"
#else
#define LIBRARY_NAME "sketches.so"
#endif

bool library_find(struct buffer *path, const char *option)
{
    char program[4096];
    ssize_t size = readlink("/proc/self/exe", program, sizeof program);
    while (size > 0 && program[size - 1] != '/') {
        size--;
    }
    path->size = 0;
    if (size > 0) {
        buffer_append(path, program, (size_t)size);
        buffer_append_text(path, LIBRARY_NAME);
        if (access(buffer_text(path), R_OK) == 0) {
            return true;
        }
    }
    path->size = 0;
    buffer_append_text(path, LOADER_LIBDIR "/" LIBRARY_NAME);
    if (access(buffer_text(path), R_OK) == 0) {
        return true;
    }
    log_line(LOG_ERROR,
             "%s needs the sketches extension, and neither beside this program"
             " nor in " LOADER_LIBDIR " is a " LIBRARY_NAME
             "; build it with make, or name it with --extension PATH",
             option);
    return false;
}

bool library_load(sqlite3 *db, const char *path)
{
    char *message = NULL;
    int allowed = sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
    int code = allowed == SQLITE_OK
                   ? sqlite3_load_extension(db, path, "sqlite3_sketches_init", &message)
                   : allowed;
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    if (code != SQLITE_OK) {
        log_line(LOG_ERROR, "cannot load the extension %s: %s", path,
                 message ? message : sqlite3_errstr(code));
    }
    sqlite3_free(message);
    return code == SQLITE_OK;
}
