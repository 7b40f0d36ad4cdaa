/* Flags that the headers of older SQLites lack; those SQLites ignore them. */
#ifndef FLAGS_H
#define FLAGS_H

#ifndef SQLITE_INNOCUOUS /* 3.31 */
#define SQLITE_INNOCUOUS 0x000200000
#endif
#ifndef SQLITE_VTAB_INNOCUOUS /* 3.31 */
#define SQLITE_VTAB_INNOCUOUS 2
#endif
#ifndef SQLITE_RESULT_SUBTYPE /* 3.45 */
#define SQLITE_RESULT_SUBTYPE 0x001000000
#endif

#endif
