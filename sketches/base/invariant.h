/*
 * What always holds if the code is right.
 *
 * A library must not end its host's process, so this checks nothing unless
 * SKETCHES_DEBUG is defined, as it is for tests, sanitizers and fuzzers; the condition
 * is then not evaluated, but still compiled.
 */
#ifndef INVARIANT_H
#define INVARIANT_H

#ifdef SKETCHES_DEBUG
#include <assert.h>
#define invariant(condition) assert(condition)
#else
#define invariant(condition) ((void)sizeof((condition) ? 1 : 0))
#endif

#endif
