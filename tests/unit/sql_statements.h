/*
 * Statements that call every function of the extension, in every way that it has: each
 * can be run again and again, and leaves what it is about as it was.
 */
#ifndef SQL_STATEMENTS_H
#define SQL_STATEMENTS_H

#include <stddef.h>

/* Makes what they are about. */
extern const char sql_statements_schema[];

/* test_sql_memory.c says which functions are missing. */
extern const char *const sql_statements[];
extern const size_t sql_statement_count;

#endif
