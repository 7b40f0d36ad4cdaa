"""datasketches-java, from Maven Central, with the JDK that is here."""

import re
import shutil

from remote import Remote
from tools import HERE, NotHad, had, run

GROUP = "org.apache.datasketches"
# Each release is of one JDK: 7.0.1 of 17, with a module that only that one has; any other gets what Spark has, too.
OLDER, OF_17 = "6.2.0", "7.0.1"
NEWER = {"8.0.0": 21, "9.0.0": 25}
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
        jdk = re.search(r"javac (\S+)", run("javac", "-version"))[1]
        is_17 = jdk.split(".")[0] == "17"
        version = OF_17 if is_17 else OLDER
        modules = ("--add-modules", "jdk.incubator.foreign") if is_17 else ()
        shutil.rmtree(folder / "lib", ignore_errors=True)
        (folder / "pom.xml").write_text(POM % (GROUP, version))
        had("mvn", "--batch-mode", "--quiet", "dependency:copy-dependencies", "-DoutputDirectory=lib", cwd=folder)
        run("javac", *modules, "-cp", "lib/*", "-d", "classes", HERE / "Partner.java", cwd=folder)
        self.version = f"datasketches-java {version}, JDK {jdk}"
        self.not_had = [(f"datasketches-java {newer}", f"it is of JDK {of}, and here is {jdk}") for newer, of in NEWER.items()]
        super().__init__("java", "-Xmx512m", *modules, "-cp", "lib/*:classes", "Partner", cwd=folder)

    def offers(self, family, kind):
        return family != "kll" or kind in ("double", "float", "integer")
