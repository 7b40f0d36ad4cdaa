<?php
$queries = file(getenv("QUERIES"), FILE_IGNORE_NEW_LINES);

function load(SQLite3 $db): SQLite3
{
    // lines
    $db->enableExceptions(true);
    $db->loadExtension("sketches.so");
    // end of lines
    return $db;
}

function tell(string $word, string ...$texts): void
{
    foreach ($texts as $text) {
        echo "$word\t", preg_replace('/\s+/', " ", $text), "\n";
    }
}

function answers(SQLite3 $db): array
{
    global $queries;
    return array_map(function ($query) use ($db) {
        try {
            return $db->querySingle($query);
        } catch (Exception $error) {
            return $error->getMessage();
        }
    }, $queries);
}

if (!ini_get("sqlite3.extension_dir") && !isset($argv[1])) {
    // The setting is read when PHP starts.
    passthru(escapeshellarg(PHP_BINARY) . ' -d sqlite3.extension_dir="$PWD" ' . escapeshellarg(__FILE__), $status);
    exit($status);
}
try {
    $first = load(new SQLite3(":memory:"));
} catch (Exception $error) {
    tell("failed", $error->getMessage());
    exit;
}
load($first);
tell("host", "PHP " . PHP_VERSION);
tell("sqlite", SQLite3::version()["versionString"]);
tell("one", ...answers($first));
tell("two", ...answers(load(new SQLite3(":memory:"))));
