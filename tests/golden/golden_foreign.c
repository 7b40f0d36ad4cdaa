/*
 * The names of images that Apache DataSketches has written.
 *
 *   golden_foreign DIRECTORY
 *
 * The directory holds MANIFEST.tsv and the images it lists.  Every image either
 * belongs to a family of the catalogue or has a foreign name, not both; it is the
 * name of the family that the manifest says.  Cut short, it keeps that name or has
 * none; but the length of a KLL image is what tells of which values it is.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "foreign.h"
#include "manifest.h"

#define KLL "Apache DataSketches KLL "

/* What the manifest calls a family, and how it is called here; of KLL, also by how its
 * parameters begin. */
static const struct {
    const char *listed;
    const char *parameters;
    const char *name;
} foreigners[] = {
    {"count_min", "", "Apache DataSketches count-min"},
    {"frequent_items", "", "Apache DataSketches frequent items"},
    {"kll", "T=float ", KLL "floats"},
    {"kll", "T=string ", KLL "strings"},
    {"req", "", "Apache DataSketches REQ"},
    {"cpc", "", "Apache DataSketches CPC"},
    {"bloom", "", "Apache DataSketches Bloom filter"},
    {"varopt", "", "Apache DataSketches varopt"},
    {"varopt_union", "", "Apache DataSketches varopt union"},
    {"ebpps", "", "Apache DataSketches EBPPS"},
    {"reservoir", "", "Apache DataSketches reservoir"},
    {"reservoir_union", "", "Apache DataSketches reservoir union"},
};

/* NULL: it is ours. */
static const char *name_of(const struct image *image)
{
    for (size_t i = 0; i < sizeof foreigners / sizeof *foreigners; i++) {
        const char *parameters = foreigners[i].parameters;
        if (strcmp(image->field[MANIFEST_FAMILY], foreigners[i].listed) == 0 &&
            strncmp(image->field[MANIFEST_PARAMETERS], parameters,
                    strlen(parameters)) == 0) {
            return foreigners[i].name;
        }
    }
    return NULL;
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void check_image(const struct image *image)
{
    bool is_ours = catalogue_find(image->bytes, image->size) != NULL;
    const char *wanted = name_of(image);
    const char *name = foreign_name(image->bytes, image->size);
    bool is_kll = strcmp(image->field[MANIFEST_FAMILY], "kll") == 0;
    expect(is_ours == (wanted == NULL), "belongs to another list");
    expect(same(name, wanted), name ? name : "has no name");
    for (size_t cut = 0; cut < image->size; cut++) {
        const char *shorter = foreign_name(image->bytes, cut);
        expect(!shorter || same(shorter, wanted) ||
                   (is_kll && strncmp(shorter, KLL, strlen(KLL)) == 0),
               "has another name when cut");
    }
}

int main(int argc, char **argv) { return manifest_run(argc, argv, NULL, check_image); }
