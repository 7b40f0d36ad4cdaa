local driver = require "luasql.sqlite3"
local db = assert(driver.sqlite3():connect(":memory:"))
print("host\t" .. driver._VERSION)
print("sqlite\t" .. db:execute("SELECT sqlite_version()"):fetch())
local rows, message = db:execute("SELECT load_extension('./sketches')")
print(rows and "one\tit loads" or "failed\t" .. message)
