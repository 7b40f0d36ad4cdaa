use strict;
use warnings;
use threads;
use DBI;

open(my $file, "<", $ENV{QUERIES}) or die "$ENV{QUERIES}: $!";
chomp(my @queries = <$file>);

sub connected {
    return DBI->connect("dbi:SQLite:dbname=:memory:", "", "", { RaiseError => 1, PrintError => 0 });
}

sub load {
    my ($db) = @_;
    # lines
    $db->sqlite_enable_load_extension(1);
    $db->do("SELECT load_extension('./sketches')");
    $db->sqlite_enable_load_extension(0);
    # end of lines
    return $db;
}

sub tell_all {
    my ($word, @texts) = @_;
    print "$word\t", join(" ", split(" ", $_)), "\n" for @texts;
    return;
}

sub answers {
    my ($db) = @_;
    return map { my $query = $_; my $text = eval { $db->selectrow_array($query) }; $text // $@ } @queries;
}

my $first = connected();
if (@ARGV) {
    eval { $first->do("SELECT load_extension('./sketches')"); 1 } or tell_all("failed", $@ =~ s/ at \S+ line \d.*//sr);
    exit;
}
if (!eval { load($first) }) {
    tell_all("failed", $@ =~ s/ at \S+ line \d.*//sr);
    exit;
}
load($first);
tell_all("host", "Perl " . substr($^V, 1) . ", DBD::SQLite $DBD::SQLite::VERSION");
tell_all("sqlite", $first->selectrow_array("SELECT sqlite_version()"));
tell_all("one", answers($first));
tell_all("two", answers(load(connected())));
my @threads = map { threads->create({ context => "list" }, sub { answers(load(connected())) }) } 1 .. 4;
tell_all("thread", map { $_->join } @threads);
