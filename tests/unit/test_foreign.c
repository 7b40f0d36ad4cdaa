/* Images of other systems have names, and nothing else has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "catalogue.h"
#include "foreign.h"
#include "hash.h"
#include "random.h"
#include "laws.h"
#include "subjects.h"

#define THETA        "Apache DataSketches updatable theta"
#define THETA_UNION  "Apache DataSketches theta union"
#define QUANTILES    "Apache DataSketches quantiles"
#define TUPLE        "Apache DataSketches tuple"
#define FREQUENT     "Apache DataSketches frequent items"
#define RESERVOIR    "Apache DataSketches reservoir"
#define RES_UNION    "Apache DataSketches reservoir union"
#define VAROPT       "Apache DataSketches varopt"
#define VAROPT_UNION "Apache DataSketches varopt union"
#define KLL          "Apache DataSketches KLL"
#define KLL_FLOATS   "Apache DataSketches KLL floats"
#define KLL_STRINGS  "Apache DataSketches KLL strings"
#define CPC          "Apache DataSketches CPC"
#define REQ          "Apache DataSketches REQ"
#define COUNT_MIN    "Apache DataSketches count-min"
#define EBPPS        "Apache DataSketches EBPPS"
#define DENSITY      "Apache DataSketches density"
#define BLOOM        "Apache DataSketches Bloom filter"
#define REDIS        "Redis HyperLogLog"
#define POSTGRES     "PostgreSQL hll"

struct example {
    const char *name;
    const char *hex; /* how it begins; zeros follow */
    size_t size;
    size_t least; /* how long it has to be to have the name; 0: just `size` */
};

/* clang-format off */
static const struct example examples[] = {
    {THETA, "c3 03 02 0c 05 00 cc 93  01", 24 + 256, 0},
    {THETA, "c3 03 01 0c 05 04 cc 93", 24 + 256, 0},
    {THETA_UNION, "c4 03 04 0c 05 00 cc 93  01", 32 + 256, 0},
    {QUANTILES, "01 03 08 1c 80 00 00 00", 8, 0},
    {QUANTILES, "02 03 08 18 80 00 00 00  02", 48, 17},
    {QUANTILES, "02 03 08 08 02 00 00 00  07", 16 + 8 * 7, 17},
    {QUANTILES, "01 01 08 04 80 00 00 00", 8, 0},
    {QUANTILES, "05 01 08 00 80 00 00 00  02", 16 + 24 + 16, 41},
    {QUANTILES, "02 02 08 00 80 00 00 00  02", 48, 17},
    {TUPLE, "01 03 09 01 00 1e cc 93", 8, 0},
    {TUPLE, "01 03 09 01 00 1a cc 93  e5 6b 61 ee c8 80 44 20", 24, 16},
    {TUPLE, "02 03 09 01 00 0a cc 93  02", 48, 32},
    {TUPLE, "03 03 09 01 00 1a cc 93  02", 56, 40},
    {TUPLE, "01 02 09 00 08 0c 05 03  01", 28, 8},
    {TUPLE, "01 02 09 01 08 02", 27, 8},
    {TUPLE, "02 01 09 05 00 1a cc 93  02", 48, 32},
    {TUPLE, "01 01 09 03 14 02 cc 93  ff ff ff ff ff ff ff 7f", 16, 16},
    {TUPLE, "01 01 09 03 18 02 cc 93  ff ff ff ff ff ff ff 7f  03", 24 + 3 * 24, 24 + 3 * 16},
    {TUPLE, "01 01 09 02 08 01 cc 93  ff ff ff ff ff ff ff 7f", 32, 16},
    {FREQUENT, "01 01 0a 06 03 05", 8, 0},
    {FREQUENT, "01 01 0a 06 03 04", 8, 0},
    {FREQUENT, "04 01 0a 06 03 00 00 00  05", 101, 73},
    {RESERVOIR, "c1 02 0b 04 0a", 8, 0},
    {RESERVOIR, "c2 02 0b 00 08 00 00 00  32", 72, 17},
    {RESERVOIR, "c2 01 0b 00 00 58 00 00  32", 72, 16},
    {RES_UNION, "01 02 0c 04 0a", 8, 0},
    {RES_UNION, "01 02 0c 00 0a 00 00 00  c2 02 0b 00 0a 00 00 00  c8", 104, 25},
    {VAROPT, "c1 02 0d 04 20", 8, 0},
    {VAROPT, "c3 02 0d 00 20 00 00 00  01 00 00 00 00 00 00 00  01", 40, 33},
    {VAROPT, "c4 02 0d 00 20 00 00 00  e8 03 00 00 00 00 00 00  0a 00 00 00 16 00 00 00"
             "00 00 00 00 00 f0 8e 40", 368, 32 + 84},
    {VAROPT_UNION, "01 02 0e 04 20", 8, 0},
    {VAROPT_UNION, "04 02 0e 00 20 00 00 00  01 00 00 00 00 00 00 00"
                   "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
                   "c3 02 0d 80 20 00 00 00  01 00 00 00 00 00 00 00  01", 73, 65},
    {KLL_FLOATS, "02 02 0f 04 c8 00 08 00  00 00 80 3f", 12, 0},
    {KLL_FLOATS, "05 01 0f 00 c8 00 08 00  02 00 00 00 00 00 00 00  c8 00 01 00 c6", 40, 0},
    {KLL_STRINGS, "02 02 0f 04 c8 00 08 00  01 00 00 00 61", 13, 12},
    {KLL_STRINGS, "05 01 0f 00 c8 00 08 00  02 00 00 00 00 00 00 00  c8 00 01 00 c6 00 00 00"
                  "01 00 00 00 61  01 00 00 00 62  01 00 00 00 62  01 00 00 00 61", 44, 40},
    {KLL, "02 01 0f 01 c8 00 04 00", 8, 0},
    {KLL, "05 03 0f 00 c8 00 08 00  02 00 00 00 00 00 00 00  c8 00 01 00 c6", 56, 25},
    {CPC, "02 01 10 0b 00 06 cc 93", 8, 0},
    {CPC, "02 01 10 0b 00 02 cc 93", 8, 0},
    {CPC, "08 01 10 0b 00 0e cc 93  01 00 00 00 01", 36, 0},
    {CPC, "04 01 10 0b 00 0a cc 93  01 00 00 00 02", 24, 0},
    {CPC, "04 01 10 0b 03 12 cc 93  01 00 00 00 02", 24, 0},
    {CPC, "08 01 10 0b 03 16 cc 93  01 00 00 00 02", 40, 0},
    {CPC, "06 01 10 0b 00 1a cc 93  c1 19 00 00 39 00 00 00  10 00 00 00 23 01", 1252, 0},
    {CPC, "0a 01 10 0b 00 1e cc 93  af 06 00 00 07 00 00 00  00 00 00 00 00 00 00 00"
          "00 00 00 00 00 00 00 00  03 00 00 00 c9", 856, 0},
    {REQ, "02 01 11 3c 0c", 8, 0},
    {REQ, "02 01 11 38 0c 00 01 01  00 00 80 3f", 12, 9},
    {REQ, "02 01 11 08 0c 00 01 00  00 00 00 00 00 00 00 00  00 00 40 41 00 03 00 00  05", 48, 29},
    {REQ, "04 01 11 08 0c 00 02 00  64", 440, 56},
    {COUNT_MIN, "02 01 12 01 00 00 00 00  20 00 00 00 03 cc 93", 16, 0},
    {COUNT_MIN, "02 01 12 00 00 00 00 00  20 00 00 00 03 cc 93", 16 + 8 * 97, 16 + 4 * 97},
    {COUNT_MIN, "02 01 12 00 00 00 00 00  20 00 00 00 03 cc 93", 16 + 4 * 97, 0},
    {EBPPS, "01 01 13 04 10", 8, 0},
    {EBPPS, "05 01 13 08 10 00 00 00  02 00 00 00 00 00 00 00  00 00 00 00 00 00 08 40"
            "00 00 00 00 00 00 00 40  00 00 00 00 00 00 e0 3f  00 00 00 00 00 00 f8 3f", 64, 49},
    {DENSITY, "03 01 13 04 64 00 00 00  03", 12, 0},
    {DENSITY, "06 01 13 00 64 00 00 00  03 00 00 00 01 00 00 00  01", 52, 40},
    {BLOOM, "03 01 15 04 03 00 00 00  7b 00 00 00 00 00 00 00  10", 24, 0},
    {BLOOM, "04 01 15 00 03 00 00 00  7b 00 00 00 00 00 00 00  10", 160, 0},
    {REDIS, "48 59 4c 4c 00 00 00 00", 12304, 0},
    {REDIS, "48 59 4c 4c 01 00 00 00  00 00 00 00 00 00 00 80  7f ff", 18, 0},
    {REDIS, "48 59 4c 4c 01 00 00 00  00 00 00 00 00 00 00 80  6f ff 05 84 00 4f f7", 23, 0},
    {POSTGRES, "11 8b 7f", 3, 0},
    {POSTGRES, "11 04 00", 3, 0},
    {POSTGRES, "12 8b 7f  88 95 a3 f5 af 28 ca fe", 11, 0},
    {POSTGRES, "12 8b 02  cb a7 97 00 67 7c de aa  00 00 00 00 00 00 00 01", 19, 11},
    {POSTGRES, "13 ab 7f  01 63 44 b4 c0", 8, 0},
    {POSTGRES, "13 04 40  3f c0", 5, 0},
    {POSTGRES, "14 8b 7f", 3 + 1280, 0},
};
/* clang-format on */
enum { EXAMPLES = sizeof examples / sizeof *examples };

/* In a block of just that size, so that a sanitizer sees what is read behind it. */
static uint8_t *image_of(const struct example *example, size_t size)
{
    uint8_t *bytes = calloc(size ? size : 1, 1);
    size_t at = 0;
    assert_non_null(bytes);
    for (const char *p = example->hex; *p; p += strspn(p, " ")) {
        char digits[3] = {p[0], p[1], '\0'};
        if (at < size) {
            bytes[at] = (uint8_t)strtoul(digits, NULL, 16);
        }
        at++;
        p += 2;
    }
    assert_true(at <= example->size);
    return bytes;
}

static const char *name_at_size(const struct example *example, size_t size)
{
    uint8_t *bytes = image_of(example, size);
    const char *name = foreign_name(bytes, size);
    free(bytes);
    return name;
}

static void an_image_of_each_form_has_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXAMPLES; i++) {
        const char *name = name_at_size(&examples[i], examples[i].size);
        if (!name || strcmp(name, examples[i].name) != 0) {
            fail_msg("%s is called %s", examples[i].hex, name ? name : "nothing");
        }
    }
}

/* Where items may be of any size the header's counts say the least, else just one. */
static void a_length_that_cannot_be_has_no_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXAMPLES; i++) {
        const struct example *e = &examples[i];
        for (size_t size = 0; size < (e->least ? e->least : e->size); size++) {
            if (name_at_size(e, size)) {
                fail_msg("%zu bytes of %s have a name", size, e->hex);
            }
        }
        if (!e->least && name_at_size(e, e->size + 1)) {
            fail_msg("%s has a name with one byte more", e->hex);
        }
    }
}

/* No writer uses these values of the first two bytes, nor of the third. */
static void a_preamble_that_nobody_writes_has_no_name(void **state)
{
    (void)state;
    static const uint8_t never[3] = {0x3b, 0x09, 0xff};
    for (size_t i = 0; i < EXAMPLES; i++) {
        for (size_t j = 0; j < sizeof never; j++) {
            uint8_t *bytes = image_of(&examples[i], examples[i].size);
            bool is_free = strcmp(examples[i].name, POSTGRES) == 0 && j == 1;
            bytes[j] = never[j];
            if (!is_free && foreign_name(bytes, examples[i].size)) {
                fail_msg("%s has a name with byte %zu changed", examples[i].hex, j);
            }
            free(bytes);
        }
    }
}

/* What the parameters say, the rest has to agree with. */
static void contradictions_have_no_name(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct example wrong[] = {
        {QUANTILES, "01 03 08 1c 81 00 00 00", 8, 0},                 /* k 129 */
        {QUANTILES, "02 03 08 18 80 00 00 00  00", 48, 0},            /* none, not empty */
        {FREQUENT, "04 01 0a 06 03 00 00 00  09", 400, 0},            /* 9 in 2^3 cells */
        {FREQUENT, "01 01 0a 03 04 05", 8, 0},                        /* larger than most */
        {VAROPT, "c3 02 0d 00 20 00 00 00  02 00 00 00 00 00 00 00  01", 80, 0},
        {KLL, "05 03 0f 00 c8 00 08 00  02 00 00 00 00 00 00 00  c8 00 00 00", 56, 0},
        {CPC, "08 01 10 0b 00 0a cc 93  01 00 00 00 02", 40, 0},      /* no HIP */
        {REQ, "02 01 11 38 0d 00 01 01  00 00 80 3f", 12, 0},         /* k odd */
        {COUNT_MIN, "02 01 12 01 00 00 00 00  02 00 00 00 03 cc 93", 16, 0},
        {REDIS, "48 59 4c 4c 01 00 00 00  00 00 00 00 00 00 00 80  7f fe", 18, 0},
        {REDIS, "48 59 4c 4c 02 00 00 00", 12304, 0},
        {REDIS, "48 59 4c 4c 00 00 00 01", 12304, 0},
        {POSTGRES, "10 8b 7f", 3, 0},                                 /* undefined */
        {POSTGRES, "15 8b 7f", 3, 0},
        {POSTGRES, "21 8b 7f", 3, 0},
        {POSTGRES, "11 83 7f", 3, 0},                                 /* 2^3 registers */
        {POSTGRES, "11 92 7f", 3, 0},                                 /* 2^18 */
        {POSTGRES, "11 8b ff", 3, 0},
        {POSTGRES, "11 8b 60", 3, 0},                                 /* cutoff 32 */
        {POSTGRES, "12 8b 00  88 95 a3 f5 af 28 ca fe", 11, 0},       /* no lists */
        {POSTGRES, "12 8b 01  00 00 00 00 00 00 00 01  00 00 00 00 00 00 00 02", 19, 0},
        {POSTGRES, "12 8b 02  00 00 00 00 00 00 00 01  cb a7 97 00 67 7c de aa", 19, 0},
        {POSTGRES, "12 8b 02  00 00 00 00 00 00 00 01  00 00 00 00 00 00 00 01", 19, 0},
        {POSTGRES, "13 ab 3f  01 63 44 b4 c0", 8, 0},                 /* no sparse ones */
        {POSTGRES, "13 ab 7f  01 63 44 b4 c1", 8, 0},                 /* padded with 1 */
        {POSTGRES, "13 ab 7f  89 69 80 58 c0", 8, 0},                 /* places descend */
        {POSTGRES, "13 ab 7f  01 60 44 b4 c0", 8, 0},                 /* a zero */
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *name = name_at_size(&wrong[i], wrong[i].size);
        if (name) {
            fail_msg("%s is called %s", wrong[i].hex, name);
        }
    }
}

/* Those that have one are short and look like a PostgreSQL hll: 1 in 50,000 of
 * up to 64 bytes, none of 300,000 of up to 2,048. */
static void random_bytes_have_no_name(void **state)
{
    (void)state;
    enum { BLOBS = 100000, LONGEST = 1024, ALLOWED = 10 };
    static uint8_t bytes[LONGEST];
    struct random random = {1};
    int named = 0;
    for (int i = 0; i < BLOBS; i++) {
        size_t longest = i % 2 ? 64 : LONGEST;
        size_t size = (size_t)random_below(&random, longest + 1);
        for (size_t j = 0; j < size; j++) {
            bytes[j] = (uint8_t)(random_next(&random) >> 56);
        }
        named += foreign_name(bytes, size) != NULL;
    }
    print_message("%d of %d random BLOBs have a name\n", named, BLOBS);
    assert_true(named <= ALLOWED);
}

static void what_people_store_in_blobs_has_no_name(void **state)
{
    (void)state;
    static const struct example others[] = {
        {NULL, "", 0, 0},
        {NULL, "", 1, 0},
        {NULL, "", 4096, 0},
        {NULL, "ff ff ff ff ff ff ff ff", 8, 0},
        {NULL, "89 50 4e 47 0d 0a 1a 0a  00 00 00 0d 49 48 44 52", 400, 0}, /* PNG */
        {NULL, "1f 8b 08 00 00 00 00 00  00 03 4b 4c", 30, 0},              /* gzip */
        {NULL, "78 9c 03 00 00 00 00 01", 8, 0},                            /* zlib */
        {NULL, "50 4b 03 04 14 00 00 00", 200, 0},                          /* zip */
        {NULL, "25 50 44 46 2d 31 2e 37", 900, 0},                          /* PDF */
        {NULL, "53 51 4c 69 74 65 20 66", 4096, 0},                         /* SQLite */
        {NULL, "7b 22 61 22 3a 31 7d", 7, 0},                               /* JSON */
        {NULL, "01 01 00 00 00 00 00 00  00 00 00 f0 3f", 21, 0},           /* WKB */
        {NULL, "48 59 4c 4c", 4, 0},
        {NULL, "48 59 4c 4c", 12303, 0},
    };
    assert_null(foreign_name(NULL, 0));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const char *name = name_at_size(&others[i], others[i].size);
        if (name) {
            fail_msg("%s of %zu bytes is called %s", others[i].hex, others[i].size,
                     name);
        }
    }
}

/* The first BLOBs that come to mind: all bytes alike, or counting up or down.  But the
 * three bytes 11 11 11, and some more, do say what a PostgreSQL hll says. */
static void counting_bytes_have_no_name(void **state)
{
    (void)state;
    enum { LONGEST = 64 };
    uint8_t bytes[LONGEST];
    for (unsigned first = 0; first < 256; first++) {
        for (unsigned step = 0; step < 256; step = step == 1 ? 255 : step + 1) {
            for (size_t i = 0; i < LONGEST; i++) {
                bytes[i] = (uint8_t)(first + step * i);
            }
            for (size_t size = 0; size <= LONGEST; size++) {
                const char *name = foreign_name(bytes, size);
                if (name && strcmp(name, POSTGRES) != 0) {
                    fail_msg("%u, by %u, %zu bytes: %s", first, step, size, name);
                }
            }
        }
    }
}

/* One list or the other: what is read here is not foreign. */
static void no_image_of_ours_is_foreign(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {0, 1, 3, 60, SUBJECT_LONG};
    for (size_t i = 0; i < subject_count; i++) {
        const struct subject *s = subjects[i];
        for (size_t j = 0; j < sizeof lengths / sizeof *lengths; j++) {
            void *sketch = law_fill(s, 0, lengths[j]);
            struct law_image image = law_image_of(s, sketch);
            assert_null(foreign_name(image.bytes, image.size));
            law_release(image);
            s->ops->free(sketch);
        }
    }
    for (size_t i = 0; i < EXAMPLES; i++) {
        uint8_t *bytes = image_of(&examples[i], examples[i].size);
        assert_null(catalogue_find(bytes, examples[i].size));
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_of_each_form_has_its_name),
        cmocka_unit_test(a_length_that_cannot_be_has_no_name),
        cmocka_unit_test(a_preamble_that_nobody_writes_has_no_name),
        cmocka_unit_test(contradictions_have_no_name),
        cmocka_unit_test(random_bytes_have_no_name),
        cmocka_unit_test(what_people_store_in_blobs_has_no_name),
        cmocka_unit_test(counting_bytes_have_no_name),
        cmocka_unit_test(no_image_of_ours_is_foreign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
