/* Libraries that refuse: what the loader says, and that it goes on or lets go of all.
 */
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "database.h"
#include "http.h"

/* ---- libcurl, whose functions are found here first ---- */

static struct {
    bool multi, easy, option;
} refused;

static void *real(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    assert_non_null(function);
    return function;
}

CURLM *curl_multi_init(void)
{
    CURLM *(*make)(void);
    *(void **)&make = real("curl_multi_init");
    return refused.multi ? NULL : make();
}

CURL *curl_easy_init(void)
{
    CURL *(*make)(void);
    *(void **)&make = real("curl_easy_init");
    return refused.easy ? NULL : make();
}

#undef curl_easy_setopt
CURLcode curl_easy_setopt(CURL *curl, CURLoption option, ...)
{
    CURLcode (*set)(CURL *, CURLoption, ...);
    va_list values;
    *(void **)&set = real("curl_easy_setopt");
    va_start(values, option);
    void *value = va_arg(values, void *);
    va_end(values);
    bool refuse = refused.option && option == CURLOPT_HTTP_VERSION;
    return refuse ? CURLE_UNKNOWN_OPTION : set(curl, option, value);
}

/* ---- what is written to standard error ---- */

static int errors_before;
static FILE *errors;

static void begin_to_listen(void)
{
    fflush(stderr);
    errors = tmpfile();
    assert_non_null(errors);
    errors_before = dup(STDERR_FILENO);
    assert_true(dup2(fileno(errors), STDERR_FILENO) >= 0);
}

static void was_said(const char *words)
{
    char text[2000];
    fflush(stderr);
    assert_true(dup2(errors_before, STDERR_FILENO) >= 0);
    close(errors_before);
    rewind(errors);
    size_t size = fread(text, 1, sizeof text - 1, errors);
    text[size] = '\0';
    fclose(errors);
    assert_non_null(strstr(text, words));
}

static void libcurl_may_refuse_itself(void **state)
{
    (void)state;
    struct http http;
    begin_to_listen();
    refused.multi = true;
    assert_false(http_open(&http, "token", NULL, "tests"));
    refused.multi = false;
    http_close(&http);
    was_said("libcurl cannot be set up");
}

static void libcurl_may_refuse_a_request(void **state)
{
    (void)state;
    struct http http;
    struct http_request request = {0};
    assert_true(http_open(&http, "", NULL, "tests"));
    begin_to_listen();
    refused.easy = true;
    assert_false(http_request_open(&http, &request, true));
    refused.easy = false;
    was_said("libcurl cannot be set up");
    http_request_close(&request);
    begin_to_listen();
    refused.option = true;
    assert_false(http_request_open(&http, &request, true));
    refused.option = false;
    was_said("libcurl does not take our options");
    assert_true(http_request_open(&http, &request, true));
    http_request_close(&request);
    http_close(&http);
}

/* ---- a file system without shared memory ---- */

static sqlite3_vfs *ordinary;
static sqlite3_io_methods without_memory;

static int open_without_memory(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
                               int flags, int *got)
{
    (void)vfs;
    int code = ordinary->xOpen(ordinary, name, file, flags, got);
    if (code == SQLITE_OK && file->pMethods) {
        without_memory = *file->pMethods;
        without_memory.iVersion = 1;
        file->pMethods = &without_memory;
    }
    return code;
}

static void without_a_log_the_database_works_with_a_warning(void **state)
{
    (void)state;
    char path[] = "/tmp/test-refusals-XXXXXX";
    close(mkstemp(path));
    ordinary = sqlite3_vfs_find(NULL);
    sqlite3_vfs poor = *ordinary;
    poor.zName = "poor";
    poor.xOpen = open_without_memory;
    assert_int_equal(sqlite3_vfs_register(&poor, 1), SQLITE_OK);
    begin_to_listen();
    struct database_options options = {.path = path};
    sqlite3 *db = database_open(&options);
    was_said("cannot use a write-ahead log here (its journal is: delete)");
    assert_non_null(db);
    assert_int_equal(
        sqlite3_exec(db, "INSERT INTO stop_word VALUES('xx','x')", NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    sqlite3_vfs_unregister(&poor);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libcurl_may_refuse_itself),
        cmocka_unit_test(libcurl_may_refuse_a_request),
        cmocka_unit_test(without_a_log_the_database_works_with_a_warning),
    };
    return cmocka_run_group_tests_name("refusals", tests, NULL, NULL);
}
