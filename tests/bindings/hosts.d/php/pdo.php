<?php
$db = new PDO("sqlite::memory:");
echo "host\tPHP ", PHP_VERSION, "\n";
echo "sqlite\t", $db->query("SELECT sqlite_version()")->fetchColumn(), "\n";
try {
    if (method_exists(PDO::connect("sqlite::memory:"), "loadExtension")) {
        exit("one\tit has loadExtension\n");
    }
} catch (Error $error) {
    // PDO::connect came with 8.4, and the class that has the method.
}
try {
    $db->query("SELECT load_extension('./sketches')");
    echo "one\tit loads\n";
} catch (PDOException $error) {
    echo "failed\t", $error->getMessage(), "\n";
}
