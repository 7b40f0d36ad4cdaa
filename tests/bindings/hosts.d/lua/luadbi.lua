local DBI = require "DBI"
local db = assert(DBI.Connect("SQLite3", ":memory:"))
local version = db:prepare("SELECT sqlite_version()")
version:execute()
print("host\tLuaDBI " .. DBI._VERSION)
print("sqlite\t" .. version:fetch()[1])
local loaded, message = db:prepare("SELECT load_extension('./sketches')"):execute()
print(loaded and "one\tit loads" or "failed\t" .. message)
