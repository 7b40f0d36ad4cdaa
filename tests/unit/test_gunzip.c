/* Packed and plain bytes look alike behind the first layer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buffer.h"
#include "gunzip.h"

static bool collect(void *ctx, const char *bytes, size_t size)
{
    buffer_append(ctx, bytes, size);
    return true;
}

/* Packs as gzip does, one member. */
static void pack(struct buffer *out, const char *bytes, size_t size)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    buffer_reserve(out, deflateBound(&z, size));
    z.next_in = (const Bytef *)bytes;
    z.avail_in = (uInt)size;
    z.next_out = (Bytef *)out->bytes + out->size;
    z.avail_out = (uInt)(out->room - out->size);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out->size += z.total_out;
    deflateEnd(&z);
}

/* Feeds in pieces; the result is the first that is not OK, the end's included. */
static enum gunzip_result unpack(const struct buffer *in, size_t piece,
                                 struct buffer *out)
{
    struct gunzip g;
    enum gunzip_result result = GUNZIP_OK;
    out->size = 0;
    gunzip_init(&g, (struct gunzip_receiver){collect, out});
    for (size_t at = 0; at < in->size && result == GUNZIP_OK; at += piece) {
        size_t left = in->size - at;
        result = gunzip_feed(&g, in->bytes + at, left < piece ? left : piece);
    }
    enum gunzip_result end = gunzip_end(&g);
    return result == GUNZIP_OK ? end : result;
}

static const size_t pieces[] = {1, 2, 3, 100, 1 << 20};
enum { PIECES = sizeof pieces / sizeof *pieces };

static void plain_bytes_pass(void **state)
{
    (void)state;
    static const char *const texts[] = {"",     "x",     ":)\nevent: update",
                                        "\x1f", "\x1fx", "\x1f\x1f"};
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        for (size_t i = 0; i < PIECES; i++) {
            struct buffer in = {0}, out = {0};
            buffer_append_text(&in, texts[t]);
            assert_int_equal(unpack(&in, pieces[i], &out), GUNZIP_OK);
            assert_string_equal(buffer_text(&out), texts[t]);
            buffer_free(&in);
            buffer_free(&out);
        }
    }
}

static void members_are_unpacked_one_after_the_other(void **state)
{
    (void)state;
    struct buffer text = {0}, in = {0}, out = {0};
    for (int i = 0; i < 30000; i++) {
        buffer_append_byte(&text, (char)('a' + i * i % 23));
    }
    pack(&in, text.bytes, text.size);
    pack(&in, "", 0);
    pack(&in, "end", 3);
    for (size_t i = 0; i < PIECES; i++) {
        assert_int_equal(unpack(&in, pieces[i], &out), GUNZIP_OK);
        assert_int_equal(out.size, text.size + 3);
        assert_memory_equal(out.bytes, text.bytes, text.size);
        assert_memory_equal(out.bytes + text.size, "end", 3);
    }
    buffer_free(&text);
    buffer_free(&in);
    buffer_free(&out);
}

static void every_truncation_is_told(void **state)
{
    (void)state;
    struct buffer whole = {0}, in = {0}, out = {0};
    pack(&whole, "some text, some text", 20);
    for (size_t size = 2; size < whole.size; size++) {
        in.size = 0;
        buffer_append(&in, whole.bytes, size);
        assert_int_equal(unpack(&in, 7, &out), GUNZIP_TRUNCATED);
        assert_true(out.size <= 20);
    }
    buffer_free(&whole);
    buffer_free(&in);
    buffer_free(&out);
}

static void damage_is_told(void **state)
{
    (void)state;
    struct buffer in = {0}, out = {0};
    pack(&in, "some text, some text", 20);
    in.bytes[in.size - 6] ^= 1; /* the check sum */
    assert_int_equal(unpack(&in, 100, &out), GUNZIP_CORRUPT);
    in.bytes[in.size - 6] ^= 1;
    buffer_append_text(&in, "no gzip");
    assert_int_equal(unpack(&in, 100, &out), GUNZIP_CORRUPT);
    assert_int_equal(out.size, 20);
    buffer_free(&in);
    buffer_free(&out);
}

static void a_stream_may_follow_another(void **state)
{
    (void)state;
    struct buffer in = {0}, out = {0};
    struct gunzip g;
    pack(&in, "packed", 6);
    gunzip_init(&g, (struct gunzip_receiver){collect, &out});
    assert_int_equal(gunzip_feed(&g, in.bytes, in.size / 2), GUNZIP_OK);
    assert_int_equal(gunzip_end(&g), GUNZIP_TRUNCATED);
    out.size = 0;
    assert_int_equal(gunzip_feed(&g, "plain ", 6), GUNZIP_OK);
    assert_int_equal(gunzip_end(&g), GUNZIP_OK);
    assert_int_equal(gunzip_feed(&g, in.bytes, in.size), GUNZIP_OK);
    assert_int_equal(gunzip_end(&g), GUNZIP_OK);
    assert_string_equal(buffer_text(&out), "plain packed");
    buffer_free(&in);
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_bytes_pass),
        cmocka_unit_test(members_are_unpacked_one_after_the_other),
        cmocka_unit_test(every_truncation_is_told),
        cmocka_unit_test(damage_is_told),
        cmocka_unit_test(a_stream_may_follow_another),
    };
    return cmocka_run_group_tests_name("gunzip", tests, NULL, NULL);
}
