package require Thread

set common {
    package require sqlite3

    proc load_into {db} {
        # lines
        $db enable_load_extension 1
        $db eval {SELECT load_extension('./sketches')}
        $db enable_load_extension 0
        # end of lines
    }

    proc answers {db queries} {
        lmap query $queries {
            catch {$db onecolumn $query} answer
            set answer
        }
    }
}
eval $common

proc tell {word texts} {
    foreach text $texts { puts "$word\t[string map {\n { }} $text]" }
}

set file [open $env(QUERIES)]
set queries [split [string trimright [read $file]] \n]
close $file

sqlite3 first :memory:
if {$argv eq "forbidden"} {
    if {[catch {first eval {SELECT load_extension('./sketches')}} message]} { tell failed [list $message] }
    exit
}
if {[catch {load_into first} message]} {
    tell failed [list $message]
    exit
}
load_into first
tell host [list "Tcl [info patchlevel]"]
tell sqlite [first onecolumn {SELECT sqlite_version()}]
tell one [answers first $queries]
sqlite3 second :memory:
load_into second
tell two [answers second $queries]
foreach number {1 2 3 4} {
    lappend threads [thread::create]
    thread::send [lindex $threads end] $common
}
set ask "sqlite3 db :memory:; load_into db; answers db [list $queries]"
foreach thread $threads { thread::send -async $thread $ask result($thread) }
foreach thread $threads {
    while {![info exists result($thread)]} { vwait result($thread) }
    tell thread $result($thread)
}
