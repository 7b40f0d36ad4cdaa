/*
 * checksums <SCRIPT: runs statements in an SQLite that has the extension in it, and
 * prints their rows as the sqlite3 shell does in the mode `list`; for every machine and
 * compiler that there is.
 *
 * Numbers are made, and answers are compared, to the last bit, by functions of its own:
 *
 *     noise(seed, i)    the i-th of a stream of integers that look random (splitmix64)
 *     real(bits)        the REAL of these 64 bits; NULL if it is no number
 *     checksum(v)       sixteen digits of a value: its class, and its bytes
 *     checksums(v)      an aggregate: of all values in their order
 */
#include <sqlite3.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ext/sketches.h"

static void checksums_noise(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    uint64_t seed = (uint64_t)sqlite3_value_int64(argv[0]);
    uint64_t z = seed + (uint64_t)sqlite3_value_int64(argv[1]) * 0x9e3779b97f4a7c15U;
    (void)argc;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    z ^= z >> 31;
    int64_t number;
    memcpy(&number, &z, sizeof number);
    sqlite3_result_int64(ctx, number);
}

static void checksums_real(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    int64_t bits = sqlite3_value_int64(argv[0]);
    double real;
    (void)argc;
    memcpy(&real, &bits, sizeof real);
    sqlite3_result_double(ctx, real); /* NULL for what is no number */
}

/* FNV-1a of 64 bits. */
static uint64_t checksums_bytes(uint64_t sum, const void *bytes, size_t size)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < size; i++) {
        sum = (sum ^ p[i]) * 0x100000001b3U;
    }
    return sum;
}

/* Numbers from their lowest byte on, on every machine. */
static uint64_t checksums_word(uint64_t sum, uint64_t word)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(word >> 8 * i);
    }
    return checksums_bytes(sum, bytes, sizeof bytes);
}

static uint64_t checksums_value(uint64_t sum, sqlite3_value *value)
{
    int type = sqlite3_value_type(value);
    sum = checksums_word(sum, (uint64_t)type);
    if (type == SQLITE_INTEGER) {
        return checksums_word(sum, (uint64_t)sqlite3_value_int64(value));
    }
    if (type == SQLITE_FLOAT) {
        double real = sqlite3_value_double(value);
        uint64_t bits;
        memcpy(&bits, &real, sizeof bits);
        return checksums_word(sum, bits);
    }
    if (type == SQLITE_NULL) {
        return sum;
    }
    const void *bytes = type == SQLITE_TEXT ? (const void *)sqlite3_value_text(value)
                                            : sqlite3_value_blob(value);
    size_t size = (size_t)sqlite3_value_bytes(value);
    return checksums_bytes(checksums_word(sum, size), bytes, size);
}

static void checksums_result(sqlite3_context *ctx, uint64_t sum)
{
    char digits[17];
    (void)snprintf(digits, sizeof digits, "%08x%08x", (unsigned)(sum >> 32),
                   (unsigned)(sum & 0xffffffffU));
    sqlite3_result_text(ctx, digits, 16, SQLITE_TRANSIENT);
}

static const uint64_t checksums_first = 0xcbf29ce484222325U;

static void checksums_one(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    checksums_result(ctx, checksums_value(checksums_first, argv[0]));
}

static void checksums_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    uint64_t *sum = sqlite3_aggregate_context(ctx, sizeof *sum);
    (void)argc;
    if (sum) { /* zeroed at first */
        *sum = checksums_value(*sum ^ checksums_first, argv[0]);
    }
}

static void checksums_final(sqlite3_context *ctx)
{
    const uint64_t *sum = sqlite3_aggregate_context(ctx, sizeof *sum);
    checksums_result(ctx, sum ? *sum : 0);
}

static int checksums_print(void *ctx, int columns, char **values, char **names)
{
    (void)ctx;
    (void)names;
    for (int i = 0; i < columns; i++) {
        printf("%s%s", i ? "|" : "", values[i] ? values[i] : "NULL");
    }
    putchar('\n');
    return 0;
}

static int checksums_open(sqlite3 **db)
{
    enum { SAME = SQLITE_UTF8 | SQLITE_DETERMINISTIC };
    int rc = sqlite3_open(":memory:", db);
    if (rc == SQLITE_OK) {
        rc = sqlite3_sketches_init(*db, NULL, NULL);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_create_function(*db, "noise", 2, SAME, NULL, checksums_noise, NULL,
                                     NULL);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_create_function(*db, "real", 1, SAME, NULL, checksums_real, NULL,
                                     NULL);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_create_function(*db, "checksum", 1, SAME, NULL, checksums_one,
                                     NULL, NULL);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_create_function(*db, "checksums", 1, SAME, NULL, NULL,
                                     checksums_step, checksums_final);
    }
    return rc;
}

int main(void)
{
    enum { SCRIPT = 1 << 16 };
    static char script[SCRIPT];
    size_t size = fread(script, 1, sizeof script - 1, stdin);
    sqlite3 *db = NULL;
    char *message = NULL;
    int rc = checksums_open(&db);
    if (rc == SQLITE_OK) {
        script[size] = '\0';
        rc = sqlite3_exec(db, script, checksums_print, NULL, &message);
    }
    if (rc != SQLITE_OK) {
        printf("Error: %s\n", message ? message : sqlite3_errmsg(db));
    }
    sqlite3_free(message);
    sqlite3_close(db);
    return rc != SQLITE_OK;
}
