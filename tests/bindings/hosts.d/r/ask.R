queries <- readLines(Sys.getenv("QUERIES"))

connect <- function() {
  # lines
  library(DBI)
  db <- dbConnect(RSQLite::SQLite(), ":memory:", loadable.extensions = TRUE)
  dbGetQuery(db, "SELECT load_extension('./sketches')")
  # end of lines
  db
}

one_line <- function(text) gsub("[[:space:]]+", " ", text)
tell <- function(word, texts) cat(paste0(word, "\t", one_line(texts), "\n"), sep = "")
ask <- function(db, query) tryCatch(as.character(DBI::dbGetQuery(db, query)[[1]]), error = conditionMessage)
answers <- function(db) vapply(queries, function(query) ask(db, query), "")

if (identical(commandArgs(TRUE), "forbidden")) {
  db <- DBI::dbConnect(RSQLite::SQLite(), ":memory:", loadable.extensions = FALSE)
  tell("failed", ask(db, "SELECT load_extension('./sketches')"))
  quit()
}
first <- tryCatch(connect(), error = function(e) {
  tell("failed", conditionMessage(e))
  quit()
})
invisible(DBI::dbGetQuery(first, "SELECT load_extension('./sketches')"))
tell("host", paste0("R ", getRversion(), ", RSQLite ", packageVersion("RSQLite")))
tell("sqlite", ask(first, "SELECT sqlite_version()"))
tell("one", answers(first))
tell("two", answers(connect()))
