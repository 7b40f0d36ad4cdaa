/* Memory that will be wanted soon. */
#ifndef FETCH_H
#define FETCH_H

/* Asks for the memory at this address, which need not be a valid one, without waiting
 * for it.  gcc drops calls of a function that does nothing else, as if that were
 * nothing: the empty instruction keeps them. */
static inline void fetch(const void *address)
{
    __asm__ volatile("");
    __builtin_prefetch(address);
}

#endif
