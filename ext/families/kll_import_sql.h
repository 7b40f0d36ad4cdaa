/* KLL images of other types than doubles. */
#ifndef KLL_IMPORT_SQL_H
#define KLL_IMPORT_SQL_H

#include "family.h"

/* Questions: the image, and 'float' or 'integer'. */
int kll_import_sql(struct call *call, const void *none, int count,
                   sqlite3_value **questions);

#endif
