from hosting import Host, had, want

LIBRARY = "org.xerial:sqlite-jdbc"


def maven(host, folder):
    """The newest of Maven Central."""
    java = want("java", "default-jdk-headless")
    for old in folder.glob("*.jar"):
        old.unlink()
    had(want("mvn", "maven"), "-q", "-B", "dependency:copy", f"-Dartifact={LIBRARY}:LATEST", f"-DoutputDirectory={folder}",
        cwd=folder)
    return [java, "-cp", f"{folder}/*", folder / host.program]


HOSTS = [
    Host("java", "Java, sqlite-jdbc", "mvn dependency:copy -Dartifact=org.xerial:sqlite-jdbc:LATEST -DoutputDirectory=.", maven, "Ask.java",
         notes="With a pool it stands in the address of the pool (`jdbc:sqlite:posts.db?enable_load_extension=true`), and the query is "
               "its statement for new connections (HikariCP: `setConnectionInitSql`). In a program, `SQLiteConfig.enableLoadExtension(true)` "
               "is the same."),
]
