/* Hashes against published vectors, and against the hash as it is defined. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash.h"

static void vectors_of_datasketches_hold(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        uint64_t h1, h2;
    } known[] = {
        {"a", 1, 0xf6020f0aa43b822f, 0xc51f4ded6e1eb0fe},
        {"abc", 3, 0xcb57126dd8878d21, 0xef474cf597ded0ee},
        {"hello world", 11, 0x5089a0a6d6a9e5ea, 0x3ce5a47eb7affeff},
        {"\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 16, 0x1191c3da933a429e,
         0xfd984b421d27b17b},
        {"\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20", 17, 0xa4b0d83ee82f2b12,
         0xb0d73aa77d22ae45},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct hash h = hash_bytes((const uint8_t *)known[i].bytes, known[i].size);
        assert_true(h.h1 == known[i].h1 && h.h2 == known[i].h2);
    }
}

static void numbers_hash_like_their_eight_bytes(void **state)
{
    (void)state;
    struct hash zero = hash_u64(0);
    struct hash minus_one = hash_u64(UINT64_MAX);
    assert_true(zero.h1 == 0x40890191dcc2d7cb && zero.h2 == 0x9a7acdbe1b80efb2);
    assert_true(minus_one.h1 == 0x1cf79f8c1be764d9);
    const uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    struct hash h = hash_bytes(bytes, sizeof bytes);
    struct hash n = hash_u64(0x0807060504030201);
    assert_true(h.h1 == n.h1 && h.h2 == n.h2);
}

/* The definition, one byte at a time. */
static struct hash plainly(const uint8_t *p, size_t size)
{
    uint64_t h1 = HASH_SEED;
    uint64_t h2 = HASH_SEED;
    uint64_t k[2] = {0, 0};
    for (size_t i = 0; i < size; i++) {
        k[i / 8 % 2] |= (uint64_t)p[i] << (8 * (i % 8));
        if (i % 16 == 15) {
            h1 ^= hash_rotate(k[0] * HASH_C1, 31) * HASH_C2;
            h1 = (hash_rotate(h1, 27) + h2) * 5 + 0x52dce729;
            h2 ^= hash_rotate(k[1] * HASH_C2, 33) * HASH_C1;
            h2 = (hash_rotate(h2, 31) + h1) * 5 + 0x38495ab5;
            k[0] = k[1] = 0;
        }
    }
    return hash_end((struct hash){h1, h2}, (struct hash_words){k[0], k[1]}, size);
}

static void every_length_agrees_with_the_definition(void **state)
{
    (void)state;
    for (size_t size = 0; size < 200; size++) {
        /* Its own block, so that a sanitizer sees a read beyond either end. */
        uint8_t *block = calloc(size ? size : 1, 1);
        for (size_t i = 0; i < size; i++) {
            block[i] = (uint8_t)(i * 151 + size * 37 + 11);
        }
        struct hash h = hash_bytes(block, size);
        struct hash wanted = plainly(block, size);
        assert_true(h.h1 == wanted.h1 && h.h2 == wanted.h2);
        free(block);
    }
}

static void no_bytes_need_no_pointer(void **state)
{
    (void)state;
    struct hash h = hash_bytes(NULL, 0);
    struct hash wanted = plainly(NULL, 0);
    assert_true(h.h1 == wanted.h1 && h.h2 == wanted.h2);
}

/* The published one of "hello" with seed 0; 8 bytes as a number and as bytes. */
static void other_seeds_make_other_hashes(void **state)
{
    (void)state;
    const uint8_t bytes[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    struct hash hello = hash_bytes_seeded((const uint8_t *)"hello", 5, 0);
    assert_true(hello.h1 == 0xcbd8a7b341bd9b02 && hello.h2 == 0x5b1e906a48ae1d19);
    for (uint64_t seed = 0; seed < 20000; seed += 9001) {
        struct hash h = hash_bytes_seeded(bytes, 8, seed);
        struct hash n = hash_u64_seeded(0x0807060504030201, seed);
        assert_true(h.h1 == n.h1 && h.h2 == n.h2);
        assert_int_equal(h.h1 == hash_bytes(bytes, 8).h1, seed == HASH_SEED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_of_datasketches_hold),
        cmocka_unit_test(numbers_hash_like_their_eight_bytes),
        cmocka_unit_test(every_length_agrees_with_the_definition),
        cmocka_unit_test(no_bytes_need_no_pointer),
        cmocka_unit_test(other_seeds_make_other_hashes),
    };
    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
