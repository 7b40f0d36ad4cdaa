require "sqlite3"

QUERIES = File.readlines(ENV["QUERIES"], chomp: true)

def load(db)
  # lines
  db.enable_load_extension(true)
  db.load_extension("./sketches")
  db.enable_load_extension(false)
  # end of lines
end

def tell(word, *texts)
  texts.each { |text| puts "#{word}\t#{text.to_s.split.join(' ')}" }
end

def answers(db)
  QUERIES.map do |query|
    db.get_first_value(query)
  rescue SQLite3::Exception => error
    error.message
  end
end

def loaded
  SQLite3::Database.new(":memory:").tap { |db| load(db) }
end

begin
  first = SQLite3::Database.new(":memory:")
  if ARGV[0] == "forbidden"
    first.enable_load_extension(false) # Debian's SQLite allows it from the beginning
    first.load_extension("./sketches")
  end
  load(first)
rescue StandardError => error
  tell("failed", error.message)
  exit
end
load(first)
tell("host", "Ruby #{RUBY_VERSION}, sqlite3 #{SQLite3::VERSION}")
tell("sqlite", first.get_first_value("SELECT sqlite_version()"))
tell("one", *answers(first))
tell("two", *answers(loaded))
tell("thread", *4.times.map { Thread.new { answers(loaded) } }.flat_map(&:value))
