from hosting import Host, apt

HOSTS = [
    Host("ruby", "Ruby, sqlite3", "apt-get install ruby-sqlite3", apt("ruby", "ruby-sqlite3", run_by=("ruby",)), "ask.rb",
         notes="The gem of that name is the same (`gem install sqlite3`). With Rails, `config/database.yml` of 8.0 "
               "and newer takes `extensions: [./sketches]`."),
]
