from hosting import Host, apt

HOSTS = [
    Host("ruby", "Ruby, sqlite3", "apt-get install ruby-sqlite3", apt("ruby", "ruby-sqlite3", run_by=("ruby",)), "ask.rb",
         notes="The gem, `gem install sqlite3`, is asked in the same way."),
]
