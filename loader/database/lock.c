/*
 * flock() is let go by the system when the process ends, kill -9 included.  The
 * file is removed at the end; so a loader may have opened a file that is gone when
 * it gets the lock, and then it has to start again with the new one.
 */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

/* The database's full name without symbolic links, which need not exist yet.  False
 * if its folder does not: opening the database will tell. */
static bool lock_resolve(struct buffer *out, const char *path)
{
    char *whole = realpath(path, NULL);
    const char *last = strrchr(path, '/');
    if (!whole) {
        struct buffer folder = {0};
        buffer_append(&folder, path, last ? (size_t)(last - path) + 1 : 0);
        buffer_append_byte(&folder, '.');
        whole = realpath(buffer_text(&folder), NULL);
        buffer_free(&folder);
        if (!whole) {
            return false;
        }
        buffer_append_text(out, whole);
        buffer_append_byte(out, '/');
        buffer_append_text(out, last ? last + 1 : path);
    } else {
        buffer_append_text(out, whole);
    }
    free(whole);
    return true;
}

static bool lock_is_current(int file, const char *path)
{
    struct stat ours, there;
    return fstat(file, &ours) == 0 && stat(path, &there) == 0 &&
           ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

static enum lock_result lock_explain(const struct lock *lock, const char *database)
{
    int error = errno;
    char holder[24] = "";
    ssize_t size = error == EWOULDBLOCK ? pread(lock->file, holder, 20, 0) : 0;
    holder[size > 0 ? strspn(holder, "0123456789") : 0] = '\0';
    if (error == EWOULDBLOCK) {
        log_line(LOG_ERROR,
                 "another mastodon-loader%s%s%s is filling %s; stop that one, or name"
                 " another file",
                 *holder ? ", process " : "", holder, *holder ? "," : "", database);
        return LOCK_HELD;
    }
    log_line(LOG_ERROR, "%s cannot be locked: %s", lock->path.bytes, strerror(error));
    return LOCK_FAILED;
}

static void lock_sign(const struct lock *lock)
{
    char number[24];
    int size = snprintf(number, sizeof number, "%ld\n", (long)getpid());
    if (ftruncate(lock->file, 0) != 0 ||
        pwrite(lock->file, number, (size_t)size, 0) != size) {
        log_line(LOG_WARN, "%s does not take our number: %s", lock->path.bytes,
                 strerror(errno)); /* and holds all the same */
    }
}

enum lock_result lock_take(struct lock *lock, const char *path)
{
    *lock = (struct lock){.file = -1};
    struct stat about;
    bool special = stat(path, &about) == 0 && !S_ISREG(about.st_mode);
    if (special || strcmp(path, ":memory:") == 0 || !lock_resolve(&lock->path, path)) {
        return LOCK_TAKEN;
    }
    buffer_append_text(&lock->path, "-lock");
    const char *name = buffer_text(&lock->path);
    for (;;) {
        lock->file = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (lock->file < 0 || flock(lock->file, LOCK_EX | LOCK_NB) != 0) {
            enum lock_result result = lock_explain(lock, path);
            if (lock->file >= 0) {
                close(lock->file);
            }
            buffer_free(&lock->path);
            lock->file = -1;
            return result;
        }
        if (lock_is_current(lock->file, name)) {
            lock_sign(lock);
            return LOCK_TAKEN;
        }
        close(lock->file);
    }
}

void lock_release(struct lock *lock)
{
    if (lock->path.size > 0 && lock->file >= 0) {
        unlink(lock->path.bytes); /* first: who opens it now finds it held */
        close(lock->file);
    }
    buffer_free(&lock->path);
    *lock = (struct lock){0};
}
