// Package sketches links approximate aggregates into the SQLite of a cgo driver, such as
// github.com/mattn/go-sqlite3: top-k, distinct counts, quantiles, frequencies, samples.
//
//	err := sketches.Auto() // for every connection from now on
//	db, err := sql.Open("sqlite3", "visits.db")
//	row := db.QueryRow("SELECT topk(page, 10) FROM visits")
package sketches

// #cgo CFLAGS: -std=c11 -O3 -fvisibility=hidden -DSQLITE_CORE
// #cgo LDFLAGS: -lm
// #include "sketches.h"
//
// // Of the driver's SQLite, to which the program is linked.
// int sqlite3_auto_extension(void (*entry)(void));
// int sqlite3_cancel_auto_extension(void (*entry)(void));
//
// static int sketches_auto(void)
// {
//     return sqlite3_auto_extension((void (*)(void))sqlite3_sketches_init);
// }
// static int sketches_cancel(void)
// {
//     return sqlite3_cancel_auto_extension((void (*)(void))sqlite3_sketches_init);
// }
import "C"

import "fmt"

// Auto gives the functions to every connection that is opened from now on. Calling it again
// does no harm.
func Auto() error {
	if rc := C.sketches_auto(); rc != 0 {
		return fmt.Errorf("sketches: sqlite3_auto_extension failed with code %d", int(rc))
	}
	return nil
}

// Cancel ends that. Open connections keep the functions.
func Cancel() {
	C.sketches_cancel()
}
