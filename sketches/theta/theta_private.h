/* What the files of this room share. */
#ifndef THETA_PRIVATE_H
#define THETA_PRIVATE_H

#include "theta.h"

/* What theta is before it falls: hashes have 63 bits, of which 0 is not used. */
#define THETA_MOST UINT64_C(0x7fffffffffffffff)

/*
 * Either a table, which has free cells and is made for adding, or a list in ascending
 * order, which is made for set operations: sketches begin as tables, and become lists
 * when they are merged or read.
 */
struct theta {
    struct sketch_memory memory;
    uint64_t *cells; /* NULL: there is no room */
    size_t room;     /* cells; of a table a power of two */
    size_t count;    /* hashes */
    uint64_t limit;  /* theta: all hashes are below it */
    uint64_t salt;   /* of the table: nobody shall choose hashes of one place */
    uint8_t lg_k;
    bool is_list;
    bool has_items; /* a sketch of items may have no hash that is small enough */
};

/* Hashes in ascending order, wherever they are: words, or else bytes. */
struct theta_run {
    const uint64_t *words;
    const uint8_t *bytes;
    uint64_t *block; /* the words, for who becomes this run, and then sets it to NULL */
    size_t count;
    uint64_t limit;
    bool has_items;
};

static inline uint64_t theta_run_at(const struct theta_run *run, size_t i)
{
    return run->words ? run->words[i] : hash_load8(run->bytes + 8 * i);
}

static inline size_t theta_k(const struct theta *sketch)
{
    return (size_t)1 << sketch->lg_k;
}

/* The most hashes that a stream leaves. */
static inline size_t theta_most(int lg_k) { return 15 * ((size_t)1 << lg_k) / 8; }

/* theta_list.c */

/* Sorts hashes that are all below `limit`. */
void theta_sort(uint64_t *hashes, size_t count, uint64_t limit);

/* Makes a list of a table, in its place. */
void theta_become_list(struct theta *sketch);

/* Makes room for so many hashes more in a list. */
enum sketch_status theta_reserve(struct theta *list, size_t more);

/* Adds a hash below theta to a list. */
enum sketch_status theta_list_add(struct theta *list, uint64_t hash);

/* Lowers theta so that a list keeps no more than its k smallest hashes. */
void theta_trim(struct theta *list);

/* Lowers theta to no more than `limit`, and drops what is not below it. */
void theta_lower(struct theta *list, uint64_t limit);

/* The hashes in order: those of a list, or a sorted copy of those of a table, which
 * then is *owned, to be released. */
enum sketch_status theta_view(const struct theta *sketch, struct theta_run *run,
                              uint64_t **owned);

/* Where a hash that is not below that of place `from` stands, or would. */
size_t theta_find_from(const uint64_t *hashes, size_t count, size_t from,
                       uint64_t hash);

/* theta_sets.c */

typedef enum sketch_status theta_operation(struct theta *into, struct theta_run *from);
theta_operation theta_unite_run;
theta_operation theta_intersect_run;
theta_operation theta_except_run;

/* How many hashes of a run are below `limit`, or `most` if there are more. */
size_t theta_count_below(const struct theta_run *run, uint64_t limit, size_t most);

/* theta_write.c */

/* Writes what stands before the hashes, at most THETA_MOST_PREAMBLE bytes: so many. */
enum { THETA_MOST_PREAMBLE = 24 };
size_t theta_put_preamble(uint8_t *bytes, const struct theta_run *run);

/* theta_bounds.c */

double theta_fraction_of(uint64_t limit);
double theta_estimate_of(size_t count, uint64_t limit);
void theta_bounds_of(size_t count, uint64_t limit, int deviations, double *lower,
                     double *upper);

/* theta_image.c */

bool theta_recognises(const uint8_t *bytes, size_t size);

/* What is wrong with bytes that are not read: "a truncated one". */
const char *theta_fault(const uint8_t *bytes, size_t size);

#endif
