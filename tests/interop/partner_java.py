"""datasketches-java, from Maven Central, with the JDK that is here."""

import re
import shutil

from remote import Remote
from tools import HERE, NotHad, had, run

GROUP = "org.apache.datasketches"
# The newest for a JDK before 21; later ones are of other JDKs each.
VERSION = "6.2.0"
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>tests</groupId><artifactId>interop</artifactId><version>0</version>
<dependencies><dependency><groupId>%s</groupId><artifactId>datasketches-java</artifactId><version>%s</version></dependency></dependencies>
</project>
"""


class Partner(Remote):
    name = "Java"
    counts_ends = True

    def __init__(self, tools):
        if not shutil.which("javac") or not shutil.which("mvn"):
            raise NotHad("there is no JDK with Maven")
        folder = tools.folder("java")
        (folder / "pom.xml").write_text(POM % (GROUP, VERSION))
        had("mvn", "--batch-mode", "--quiet", "dependency:copy-dependencies", "-DoutputDirectory=lib", cwd=folder)
        run("javac", "-cp", "lib/*", "-d", "classes", HERE / "Partner.java", cwd=folder)
        jdk = re.search(r"javac (\S+)", run("javac", "-version"))[1]
        self.version = f"datasketches-java {VERSION}, JDK {jdk}"
        super().__init__("java", "-Xmx512m", "-cp", "lib/*:classes", "Partner", cwd=folder)

    def offers(self, family, kind):
        return family != "kll" or kind in ("double", "float", "integer")
