<?php
$db = new PDO("sqlite::memory:");
echo "host\tPHP ", PHP_VERSION, "\n";
echo "sqlite\t", $db->query("SELECT sqlite_version()")->fetchColumn(), "\n";
try {
    $db->query("SELECT load_extension('./sketches')");
    echo "one\tit loads\n";
} catch (PDOException $error) {
    echo "failed\t", $error->getMessage(), "\n";
}
