from hosting import Host, NotHad, apt, run


def before_8_4(host, folder):
    command = apt("php-cli", "php-sqlite3", run_by=("php",))(host, folder)
    if run(command[0], "-r", "echo PHP_VERSION_ID;") >= "80400":
        raise NotHad("PHP is newer")
    return command


HOSTS = [
    Host("php", "PHP, SQLite3", "apt-get install php-cli php-sqlite3",
         apt("php-cli", "php-sqlite3", run_by=("php",)), "sqlite3.php",
         threads="PHP has none",
         notes="The folder is not given in the program but in `php.ini`, `sqlite3.extension_dir = /usr/local/lib/sqlite3`, "
               "or by `php -d sqlite3.extension_dir=/usr/local/lib/sqlite3`: the whole path, not `.`; `ini_set` cannot. "
               "The name has its suffix there. A thread-safe PHP inside a web server says `Not supported in multithreaded Web "
               "servers`: run PHP as FastCGI."),
    Host("php-pdo", "PHP, PDO before 8.4", "apt-get install php-cli php-sqlite3", before_8_4, "pdo.php",
         cannot="the class SQLite3 can; so can `Pdo\\Sqlite` of PHP 8.4, with `loadExtension`"),
]
