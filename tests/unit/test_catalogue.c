/* The catalogue finds the family of every image, and of nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "catalogue.h"
#include "laws.h"
#include "subjects.h"

static void the_image_of_every_subject_is_found(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {0, 1, 60, SUBJECT_LONG};
    for (size_t i = 0; i < subject_count; i++) {
        const struct subject *s = subjects[i];
        for (size_t j = 0; j < sizeof lengths / sizeof *lengths; j++) {
            void *sketch = law_fill(s, 0, lengths[j]);
            struct law_image image = law_image_of(s, sketch);
            assert_ptr_equal(catalogue_find(image.bytes, image.size), s->ops);
            law_release(image);
            s->ops->free(sketch);
        }
    }
}

static void every_family_of_the_catalogue_has_a_subject(void **state)
{
    (void)state;
    for (size_t i = 0; catalogue[i]; i++) {
        size_t found = 0;
        while (found < subject_count && subjects[found]->ops != catalogue[i]) {
            found++;
        }
        assert_true(found < subject_count);
    }
}

static void what_is_no_image_is_not_found(void **state)
{
    (void)state;
    static const uint8_t zeros[64];
    assert_null(catalogue_find(NULL, 0));
    assert_null(catalogue_find(zeros, sizeof zeros));
    assert_null(catalogue_find((const uint8_t *)"TOP", 3));
    assert_null(catalogue_find((const uint8_t *)"a text of no family", 19));
}

static void every_status_has_a_phrase_of_its_own(void **state)
{
    (void)state;
    const char *phrases[SKETCH_CORRUPT + 2];
    for (int i = SKETCH_OK; i <= SKETCH_CORRUPT + 1; i++) {
        phrases[i] = sketch_message((enum sketch_status)i);
        assert_non_null(phrases[i]);
        for (int j = SKETCH_OK; j < i; j++) {
            assert_string_not_equal(phrases[i], phrases[j]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_image_of_every_subject_is_found),
        cmocka_unit_test(every_family_of_the_catalogue_has_a_subject),
        cmocka_unit_test(what_is_no_image_is_not_found),
        cmocka_unit_test(every_status_has_a_phrase_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
