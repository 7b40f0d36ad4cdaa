package main

import (
	"context"
	"database/sql"
	"os"

	"github.com/mattn/go-sqlite3"
)

func open() (*sql.DB, error) {
	// lines
	sql.Register("sqlite3_sketches", &sqlite3.SQLiteDriver{Extensions: []string{"./sketches"}})
	db, err := sql.Open("sqlite3_sketches", ":memory:")
	// end of lines
	return db, err
}

func again(db *sql.Conn) error {
	return db.Raw(func(driver any) error {
		return driver.(*sqlite3.SQLiteConn).LoadExtension("./sketches", "sqlite3_sketches_init")
	})
}

func main() {
	if len(os.Args) > 1 {
		db := must(must(sql.Open("sqlite3", ":memory:")).Conn(context.Background()))
		tell("failed", ask(db, "SELECT load_extension('./sketches')"))
		return
	}
	askAll("github.com/mattn/go-sqlite3", must(open()), again)
}
