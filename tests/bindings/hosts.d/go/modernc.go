package main

import _ "modernc.org/sqlite"

func main() {
	askUnable("modernc.org/sqlite", "sqlite")
}
