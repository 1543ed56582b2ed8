# Finds a Java 21 or newer. Sourced by mvnw, openshell and the distribution's bin/openshell; plain POSIX sh,
# and builtins only, because it runs before every command.
#
#   find_jdk TOOL    TOOL is the program that must be in its bin/ folder: javac to build, java to run.
#                    Sets JDK_HOME, JDK_VERSION (as 25.0.3) and JDK_MAJOR (25); returns 1, with all
#                    three empty, when there is none.

# Sets jdk_version and jdk_major from the "release" file of the JDK at $1, or from the program itself when there is no
# such file.
jdk_version_of() {
    jdk_version=
    if [ -r "$1/release" ]; then
        while IFS='=' read -r jdk_key jdk_value; do
            # The shell reads byte by byte.
            [ "$jdk_key" = JAVA_VERSION ] && jdk_version=$jdk_value && break
        done < "$1/release"
    else
        jdk_version=$("$1/bin/java" -version 2>&1 | sed -n '1s/^.* version //p')
    fi
    jdk_version=${jdk_version#\"}
    jdk_version=${jdk_version%%[!0-9.]*}
    jdk_major=${jdk_version%%.*}
}

find_jdk() {
    JDK_HOME= JDK_VERSION= JDK_MAJOR=
    if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/$1" ]; then
        jdk_version_of "$JAVA_HOME"
        if [ "${jdk_major:-0}" -ge 21 ]; then
            JDK_HOME=$JAVA_HOME JDK_VERSION=$jdk_version JDK_MAJOR=$jdk_major
            return 0
        fi
    fi
    for jdk_dir in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*jdk* /usr/local/*jdk* \
            "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/*; do
        [ -x "$jdk_dir/bin/$1" ] || continue
        jdk_version_of "$jdk_dir"
        if [ "${jdk_major:-0}" -ge 21 ] && [ "$jdk_major" -gt "${JDK_MAJOR:-0}" ]; then
            JDK_HOME=$jdk_dir JDK_VERSION=$jdk_version JDK_MAJOR=$jdk_major
        fi
    done
    [ -n "$JDK_HOME" ]
}
