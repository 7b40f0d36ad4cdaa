package main

import _ "github.com/ncruces/go-sqlite3/driver"

func main() {
	askUnable("github.com/ncruces/go-sqlite3", "sqlite3")
}
