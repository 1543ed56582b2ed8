# The JVM's options and the start-up cache. Sourced by bin/openshell and bin/train-cache. Both read OPENSHELL_HOME and
# what find_jdk sets.
#
#   jvm_options ARG...   ARG: the command line of openshell. Sets options, one a line.
#   train_cache          Makes the start-up caches for this JDK. Says nothing and always succeeds: without a cache all is
#                        the same, only slower.
#
# There are two caches, because the JVM takes up all of a cache when it starts: a small one for commands that print an
# answer, and one that also has what carries traffic.

newline='
'

option() {
    options=$options${options:+$newline}$1
}

# Sets classpath to all jars of lib/, in one order whatever the locale: the start-up cache is only good for that one.
find_classpath() {
    classpath=
    locale=${LC_ALL-unset}
    LC_ALL=C
    for jar in "$OPENSHELL_HOME"/lib/*.jar; do
        classpath=$classpath${classpath:+:}$jar
    done
    if [ "$locale" = unset ]; then unset LC_ALL; else LC_ALL=$locale; fi
}

# True when the command line holds a command that carries traffic, not only one that prints an answer.
carries_traffic() {
    for arg; do
        case $arg in
            run | resume | demo) return 0 ;;
            --) return 1 ;;
        esac
    done
    return 1
}

jvm_options() {
    options=
    option -XX:+IgnoreUnrecognizedVMOptions
    option -XX:+UseSerialGC
    option -XX:+UseCompactObjectHeaders
    option -XX:-UsePerfData
    option -XX:+DisableAttachMechanism
    option -Djdk.attach.allowAttachSelf=false
    option --enable-native-access=ALL-UNNAMED
    option --sun-misc-unsafe-memory-access=allow
    option -Xlog:cds=off
    if carries_traffic "$@"; then
        cache_option run
        option -Xms32m
        option -Xmx128m
        option -Xss512k
        option -XX:MaxDirectMemorySize=128m
        option -XX:+ExitOnOutOfMemoryError
        # Ten times the usual: to compile what a start calls a few hundred times takes longer than to interpret it.
        option -XX:Tier3InvocationThreshold=2000
        option -XX:Tier3MinInvocationThreshold=1000
        option -XX:Tier3CompileThreshold=20000
        # By method handles each constructor that is called by reflection would have code put together for it.
        option -Djdk.reflect.useNativeAccessorOnly=true
        option -Dio.netty.allocator.numDirectArenas=1
        option -Dio.netty.allocator.numHeapArenas=1
        # Its events for the Flight Recorder are put together when it allocates first, at every start.
        option -Dio.netty.jfr.enabled=false
        # It names its channels after the machine's network interfaces and the process; nobody asks for these names.
        option -Dio.netty.machineId=00:00:00:00:00:00:00:00
        option -Dio.netty.processId=$$
        native_options
    else
        cache_option cli
        option -Xmx128m
        option -XX:TieredStopAtLevel=1
    fi
    find_classpath
    option -Dopenshell.home="$OPENSHELL_HOME"
    option -cp
    option "$classpath"
    for extra in ${OPENSHELL_JAVA_OPTS:-}; do
        option "$extra"
    done
}

# The native parts of JNA and Netty lie in the distribution, so none is unpacked at a start.
native_options() {
    case $(uname -m) in
        x86_64) jna=$OPENSHELL_HOME/native/linux-x86-64 ;;
        aarch64) jna=$OPENSHELL_HOME/native/linux-aarch64 ;;
        *) return 0 ;;
    esac
    [ -r "$jna/libjnidispatch.so" ] || return 0
    option -Djna.boot.library.path="$jna"
    option -Djna.nounpack=true
    # Where it looks for libraries, of which it needs none; unset, it runs ldconfig to ask, at every start.
    option -Djna.platform.library.path="$jna"
    option -Djava.library.path="$OPENSHELL_HOME/native"
}

# Sets cache to the file of the cache $1, cli or run. It lies in the distribution only, never in a folder that somebody
# else may write to.
cache_file() {
    if [ "$JDK_MAJOR" -ge 25 ]; then
        cache=$OPENSHELL_HOME/cache/$1-$JDK_VERSION.aot
    else
        cache=$OPENSHELL_HOME/cache/$1-$JDK_VERSION.jsa
    fi
}

# A cache that does not fit is passed over by the JVM, silently thanks to the log options.
cache_option() {
    cache_file "$1"
    if [ "$JDK_MAJOR" -ge 25 ]; then
        option -Xlog:aot=off
        [ ! -s "$cache" ] || option -XX:AOTCache="$cache"
    else
        option -Xlog:cds+dynamic=off
        [ ! -s "$cache" ] || option -XX:SharedArchiveFile="$cache"
    fi
}

# True when this JDK has no caches yet and they can be made. An empty file means that it was tried and failed.
cache_is_missing() {
    cache_file run
    [ -w "$OPENSHELL_HOME/cache" ] && [ ! -e "$cache" ]
}

train_cache() {
    train_one cli --version
    train_one run run
}

# Makes the cache $1, with the options of the command $2.
train_one() (
    cache_file "$1"
    part=$cache.$$
    rm -f "$cache"
    jvm_options "$2"
    # Without profiles for the full compiler, which would have it compile hundreds of methods at every start.
    option -XX:TieredStopAtLevel=1
    if [ "$JDK_MAJOR" -ge 25 ]; then
        option -XX:AOTCacheOutput="$part"
    else
        option -XX:ArchiveClassesAtExit="$part"
    fi
    unset OPENSHELL_PLUGINS_DIR OPENSHELL_SANDBOX_POLICY
    set -- "$1"
    if [ "$1" = run ] && begin_rehearsal; then set -- run container; fi
    IFS=$newline
    set -f
    # shellcheck disable=SC2086 # options are split at newlines on purpose
    "$JDK_HOME/bin/java" $options io.openshell.cli.StartupTraining "$@" </dev/null >/dev/null 2>&1 || true
    [ -s "$part" ] || : > "$part"
    mv -f "$part" "$cache"
)

# Starts a stand-in for a container engine, which ends with this subshell, and points at it: no real one is ever asked.
begin_rehearsal() {
    rehearsal=$(mktemp -d 2>/dev/null) || return 1
    DOCKER_HOST=unix://$rehearsal/engine
    export DOCKER_HOST
    "$JDK_HOME/bin/java" -XX:+UseSerialGC -XX:-UsePerfData -XX:TieredStopAtLevel=1 -Xmx64m -cp "$classpath" \
        io.openshell.cli.RehearsalEngine "$rehearsal" "$OPENSHELL_HOME/native/openshell-launcher" \
        </dev/null >/dev/null 2>&1 &
    engine=$!
    trap end_rehearsal EXIT
    trap 'exit 1' HUP INT TERM
}

end_rehearsal() {
    kill "$engine" 2>/dev/null || true
    wait "$engine" 2>/dev/null || true
    rm -rf "$rehearsal"
}
