// Links the module, and answers the queries of standard input, one to a line, each of one text.
package main

import (
	"bufio"
	"database/sql"
	"fmt"
	"os"

	_ "github.com/mattn/go-sqlite3"
	sketches "sqlite-sketches"
)

func main() {
	if err := sketches.Auto(); err != nil {
		panic(err)
	}
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var answer string
		if err := db.QueryRow(lines.Text()).Scan(&answer); err != nil {
			answer = "Error: " + err.Error()
		}
		fmt.Println(answer)
	}
}
