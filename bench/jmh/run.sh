#!/bin/sh
# Benchmarks of single parts, by JMH, against the built distribution:
#   bench/jmh/run.sh [JMH OPTIONS, such as a name to select]
# Needs ./mvnw package before. Compiles in target/, which is made anew.
set -eu
here=$(cd "$(dirname -- "$0")" && pwd)
root=$here/../..
home=$root/distribution/target/openshell
. "$root/bin/find-jdk.sh"
find_jdk javac || { echo "error: JDK: none (expected: 21 or newer)" >&2; exit 1; }
[ -e "$home/release" ] || { echo "error: $home: not built (expected: ./mvnw package -Dquick -DskipTests first)" >&2; exit 1; }
rm -rf "$here/target"
mkdir -p "$here/target/classes"
"$root/mvnw" -q -B -f "$here/pom.xml" dependency:build-classpath "-Dmdep.outputFile=$here/target/classpath"
classpath=$(cat "$here/target/classpath")
for jar in "$home"/lib/openshell-framework-*.jar "$home"/lib/jspecify-*.jar "$home"/plugins/*.jar "$home"/plugins/*/lib/*.jar; do
    classpath=$classpath:$jar
done
"$JDK_HOME/bin/javac" --release 21 -nowarn -processorpath "$(cat "$here/target/classpath")" -cp "$classpath" -d "$here/target/classes" "$here"/*.java
exec "$JDK_HOME/bin/java" -cp "$here/target/classes:$classpath" org.openjdk.jmh.Main "$@"
