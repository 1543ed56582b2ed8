#!/bin/sh
# Makes the roots of three images beneath the folder $1, from this machine's own files: no registry is needed.
# Each also has the static program /usr/bin/agent of $1/agent and a copy of it, /usr/bin/other.
#   glibc       curl, git, python3 and a shell, with the libraries that they load
#   musl        a static busybox, and a program that is dynamically linked with musl
#   distroless  static programs, and nothing else at all
set -eu
here=$1

# Copies a program and what it loads to where they are here.
take() {
    root=$1
    shift
    for each; do
        real=$(readlink -f "$each")
        mkdir -p "$root$(dirname "$real")" "$root$(dirname "$each")"
        cp "$real" "$root$real"
        [ -e "$root$each" ] || ln -s "$real" "$root$each"
        (ldd "$real" 2>/dev/null || true) | grep -o '/[^ ]*' | while read -r library; do
            mkdir -p "$root$(dirname "$library")"
            cp -L "$library" "$root$library"
        done
    done
}

glibc=$here/glibc
mkdir -p "$glibc/usr/bin" "$glibc/usr/lib" "$glibc/usr/lib64" "$glibc/usr/sbin" "$glibc/etc" "$glibc/tmp" "$glibc/secret"
for each in bin sbin lib lib64; do ln -s "usr/$each" "$glibc/$each"; done
take "$glibc" /usr/bin/sh /usr/bin/cat /usr/bin/id /usr/bin/sleep /usr/bin/env /usr/bin/curl /usr/bin/git /usr/bin/python3 \
    /usr/lib/git-core/git-remote-http
cp -P /usr/lib/git-core/git-remote-https "$glibc/usr/lib/git-core/" 2>/dev/null || ln -s git-remote-http "$glibc/usr/lib/git-core/git-remote-https"
ln -sf /usr/bin/git "$glibc/usr/lib/git-core/git"
library=$(/usr/bin/python3 -I -c 'import os; print(os.path.dirname(os.__file__))')
mkdir -p "$glibc$library"
(cd "$library" && tar -c --exclude=test --exclude=__pycache__ --exclude=dist-packages --exclude=idlelib --exclude='config-*' .) | tar -x -C "$glibc$library"
for each in "$library"/lib-dynload/_ssl*.so "$library"/lib-dynload/_ctypes.*.so "$library"/lib-dynload/_hashlib*.so; do
    [ ! -e "$each" ] || take "$glibc" "$each"
done
printf 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n' >"$glibc/etc/passwd"
printf 'root:x:0:\nnode:x:1000:\n' >"$glibc/etc/group"
echo hidden >"$glibc/secret/file"

musl=$here/musl
mkdir -p "$musl/bin" "$musl/lib" "$musl/usr/bin" "$musl/etc" "$musl/tmp" "$musl/secret"
cp /bin/busybox "$musl/bin/busybox"
for each in sh cat wget id sleep; do ln -s busybox "$musl/bin/$each"; done
interpreter=/lib/ld-musl-$(uname -m).so.1
cp -L "$interpreter" "$musl$interpreter"
printf '#include <stdio.h>\n#include <unistd.h>\nint main(void) { return printf("musl %%d\\n", (int)getuid()) < 0; }\n' >"$here/hello.c"
musl-gcc -O1 -o "$musl/usr/bin/hello" "$here/hello.c"
printf 'root:x:0:0::/root:/bin/sh\n' >"$musl/etc/passwd"
echo hidden >"$musl/secret/file"

# As alpine: programs in a /bin that is no link. As others: programs where nobody expects them, and a link to what is mounted.
places=$here/places
mkdir -p "$places/bin" "$places/etc" "$places/tool" "$places/secret"
cp /bin/busybox "$places/bin/busybox"
for each in sh cat id ls; do ln -s busybox "$places/bin/$each"; done
printf 'node:x:2000:2000::/home/node:/bin/sh\n' >"$places/etc/passwd"
for each in tool secret; do echo "of the image" >"$places/$each/file"; done
ln -s /data "$places/link"

mkdir "$here/distroless"
cp /bin/busybox "$here/distroless/wget"
chmod 1777 "$glibc/tmp" "$musl/tmp"
for each in agent other; do
    for root in "$glibc" "$musl" "$here/distroless"; do
        install -D "$here/agent" "$root/usr/bin/$each"
    done
done
