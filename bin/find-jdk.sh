# Finds a Java 21 or newer. Sourced by mvnw, openshell and the distribution's bin/openshell; plain POSIX sh,
# and builtins only, because it runs before every command.
#
#   find_jdk TOOL    TOOL is the program that must be in its bin/ folder: javac to build, java to run.
#                    Sets JDK_HOME and JDK_MAJOR; returns 1, with both empty, when there is none.

# Sets jdk_major from the "release" file of the JDK at $1, or from the program itself when there is no such file.
jdk_major_of() {
    jdk_major=
    if [ -r "$1/release" ]; then
        while IFS='=' read -r jdk_key jdk_value; do
            [ "$jdk_key" = JAVA_VERSION ] && jdk_major=$jdk_value
        done < "$1/release"
    else
        jdk_major=$("$1/bin/java" -version 2>&1 | sed -n '1s/^.* version //p')
    fi
    jdk_major=${jdk_major#\"}
    jdk_major=${jdk_major%%[!0-9]*}
}

find_jdk() {
    JDK_HOME= JDK_MAJOR=
    if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/$1" ]; then
        jdk_major_of "$JAVA_HOME"
        if [ "${jdk_major:-0}" -ge 21 ]; then
            JDK_HOME=$JAVA_HOME JDK_MAJOR=$jdk_major
            return 0
        fi
    fi
    for jdk_dir in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*jdk* /usr/local/*jdk* \
            "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/*; do
        [ -x "$jdk_dir/bin/$1" ] || continue
        jdk_major_of "$jdk_dir"
        if [ "${jdk_major:-0}" -ge 21 ] && [ "$jdk_major" -gt "${JDK_MAJOR:-0}" ]; then
            JDK_HOME=$jdk_dir JDK_MAJOR=$jdk_major
        fi
    done
    [ -n "$JDK_HOME" ]
}
