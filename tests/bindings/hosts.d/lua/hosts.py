from hosting import Host, apt

INSTEAD = "it has no call that allows loading"

HOSTS = [
    Host("luasql", "Lua, LuaSQL", "apt-get install lua-sql-sqlite3", apt("lua5.4", "lua-sql-sqlite3", run_by=("lua5.4",)), "luasql.lua", cannot=INSTEAD),
    Host("luadbi", "Lua, LuaDBI", "apt-get install lua-dbi-sqlite3", apt("lua5.4", "lua-dbi-sqlite3", run_by=("lua5.4",)), "luadbi.lua", cannot=INSTEAD),
]
