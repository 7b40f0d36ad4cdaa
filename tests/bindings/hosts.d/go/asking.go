package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

func tell(word string, texts ...string) {
	for _, text := range texts {
		fmt.Printf("%s\t%s\n", word, strings.Join(strings.Fields(text), " "))
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func ask(db *sql.Conn, query string) string {
	var text string
	if err := db.QueryRowContext(context.Background(), query).Scan(&text); err != nil {
		return err.Error()
	}
	return text
}

func answers(db *sql.Conn) []string {
	var texts []string
	queries := string(must(os.ReadFile(os.Getenv("QUERIES"))))
	for _, query := range strings.Split(strings.TrimSpace(queries), "\n") {
		texts = append(texts, ask(db, query))
	}
	return texts
}

// The version of a package that is in this program.
func version(path string) string {
	build, _ := debug.ReadBuildInfo()
	for _, module := range build.Deps {
		if module.Path == path {
			return module.Version
		}
	}
	panic(path)
}

// What driver a program has, and of which package.
func tellHost(path string, db *sql.Conn) {
	tell("host", fmt.Sprintf("Go %s, %s %s", strings.TrimPrefix(runtime.Version(), "go"), path, version(path)))
	tell("sqlite", ask(db, "SELECT sqlite_version()"))
}

// Asks connections of a pool, of which the first has loaded twice.
func askAll(path string, pool *sql.DB, again func(*sql.Conn) error) {
	first, err := pool.Conn(context.Background())
	if err != nil {
		tell("failed", err.Error())
		return
	}
	if err := again(first); err != nil {
		panic(err)
	}
	tellHost(path, first)
	tell("one", answers(first)...)
	tell("two", answers(must(pool.Conn(context.Background())))...)
	var threads [4]chan []string
	for i := range threads {
		threads[i] = make(chan []string)
		go func(told chan []string) { told <- answers(must(pool.Conn(context.Background()))) }(threads[i])
	}
	for _, thread := range threads {
		tell("thread", <-thread...)
	}
}

// For a driver that cannot load.
func askUnable(path, driver string) {
	db := must(must(sql.Open(driver, ":memory:")).Conn(context.Background()))
	tellHost(path, db)
	if err := db.QueryRowContext(context.Background(), "SELECT load_extension('./sketches')").Scan(new(any)); err != nil {
		tell("failed", err.Error())
	} else {
		tell("one", "it loads")
	}
}
