"""Write streams/kafka-jars.lock: every jar that the embedded Kafka needs, by coordinates and sha256.

And tests/tools-jars.lock: for tests, Kafka's console consumer and a Java compiler that runs without a JDK.

Needs Maven. Maven resolves the tree, because jgo's resolver mixed versions of kafka-clients; at run time jgo only
fetches what this file names. Usage: python scripts/lock_jars.py 4.3.1
"""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

LOCK = Path(__file__).parent.parent / "streams" / "kafka-jars.lock"
TOOLS_LOCK = Path(__file__).parent.parent / "tests" / "tools-jars.lock"
ECJ = "3.43.0"
POM = """<project><modelVersion>4.0.0</modelVersion>
<groupId>lock</groupId><artifactId>lock</artifactId><version>1</version><dependencies>{}</dependencies></project>"""
DEPENDENCY = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"


def copied(*wanted: tuple[str, str, str]) -> dict[tuple[str, str, str], Path]:
    """The jars that Maven resolves for some artifacts, by group, artifact and version."""
    folder = Path(tempfile.mkdtemp())
    (folder / "pom.xml").write_text(POM.format("".join(DEPENDENCY.format(*one) for one in wanted)))
    command = "mvn -q -B dependency:copy-dependencies -DincludeScope=runtime -Dmdep.useRepositoryLayout=true"
    subprocess.run([*command.split(), f"-DoutputDirectory={folder / 'jars'}"], cwd=folder, check=True)
    found = {}
    for jar in (folder / "jars").rglob("*.jar"):
        *group, artifact, version, _ = jar.relative_to(folder / "jars").parts
        found[".".join(group), artifact, version] = jar
    return found


def main() -> None:
    """Resolve, hash and write."""
    kafka = ("org.apache.kafka", "kafka_2.13", sys.argv[1])
    log4j = next(version for _, artifact, version in copied(kafka) if artifact == "log4j-core")
    binding = ("org.apache.logging.log4j", "log4j-slf4j-impl", log4j)  # without it the broker logs nothing
    write(LOCK, f"Apache Kafka {sys.argv[1]} and what it runs with", copied(kafka, binding))
    tools = (("org.apache.kafka", "kafka-tools", sys.argv[1]), ("org.eclipse.jdt", "ecj", ECJ))
    found = copied(*tools)  # what they need beside themselves is among Kafka's
    write(TOOLS_LOCK, "What the tests of subscribers run, beside Kafka's jars", {one: found[one] for one in tools})


def write(lock: Path, what: str, jars: dict[tuple[str, str, str], Path]) -> None:
    """Write one lock."""
    lines = [f"# {what}; made by scripts/lock_jars.py"]
    for coordinates, jar in sorted(jars.items()):
        lines.append(f"{':'.join(coordinates)} {hashlib.sha256(jar.read_bytes()).hexdigest()}")
    lock.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
