package main

import (
	"database/sql"

	_ "github.com/mattn/go-sqlite3"
	sketches "sqlite-sketches"
)

func open() (*sql.DB, error) {
	// lines
	if err := sketches.Auto(); err != nil { // for every connection from now on
		return nil, err
	}
	db, err := sql.Open("sqlite3", ":memory:")
	// end of lines
	return db, err
}

func main() {
	pool := must(open())
	askAll("github.com/mattn/go-sqlite3", pool, func(*sql.Conn) error { return sketches.Auto() })
}
