from hosting import Host, apt

HOSTS = [
    Host("r", "R, RSQLite", "apt-get install r-cran-rsqlite", apt("r-base-core", "r-cran-rsqlite", run_by=("Rscript",)), "ask.R",
         threads="R has none",
         notes="RSQLite's own `initExtension(db)` is for the extensions that it brings."),
]
