"""Looks at and tries all kinds of things with files inside a sandbox; prints what came of each, as JSON. See FilesIT.

Arguments: the names in the host's / and /dev, a read-only directory of the host with a file in it, a file of the host that is
not declared, and the home of who runs OpenShell."""
import errno
import grp
import json
import os
import pwd
import socket
import sys

TOP, DEVICES, READ_ONLY, UNDECLARED, HOME = sys.argv[1:]
results = {}


def attempt(name, what):
    try:
        what()
        results[name] = "done"
    except OSError as e:
        results[name] = errno.errorcode.get(e.errno, str(e))


def read(path):
    with open(path, "rb") as file:
        file.read(1)


def write(path, flags):
    os.close(os.open(path, flags, 0o644))


def change_each(label, directory, file):
    """Every way to change a directory and a file in it."""
    new = directory + "/openshell-new"
    attempt(label + ": create", lambda: write(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    attempt(label + ": write", lambda: write(file, os.O_WRONLY))
    attempt(label + ": append", lambda: write(file, os.O_WRONLY | os.O_APPEND))
    attempt(label + ": open to truncate", lambda: write(file, os.O_RDONLY | os.O_TRUNC))
    attempt(label + ": truncate", lambda: os.truncate(file, 0))
    attempt(label + ": rename within", lambda: os.rename(file, new))
    attempt(label + ": rename out", lambda: os.rename(file, "/tmp/taken"))
    attempt(label + ": rename over", lambda: os.rename("/tmp/source", file))
    attempt(label + ": rename in", lambda: os.rename("/tmp/source", new))
    attempt(label + ": link within", lambda: os.link(file, new))
    attempt(label + ": link out", lambda: os.link(file, "/tmp/link"))
    attempt(label + ": link in", lambda: os.link("/tmp/source", new))
    attempt(label + ": symlink", lambda: os.symlink("/tmp", new))
    attempt(label + ": mkdir", lambda: os.mkdir(new))
    attempt(label + ": mkfifo", lambda: os.mkfifo(new))
    attempt(label + ": socket", lambda: socket.socket(socket.AF_UNIX).bind(new))
    attempt(label + ": unlink", lambda: os.unlink(file))
    attempt(label + ": chmod", lambda: os.chmod(file, 0o777))
    attempt(label + ": chmod directory", lambda: os.chmod(directory, 0o777))
    attempt(label + ": chown", lambda: os.chown(file, os.getuid(), os.getgid()))
    attempt(label + ": utime", lambda: os.utime(file))
    attempt(label + ": setxattr", lambda: os.setxattr(file, "user.x", b"y"))


def change_root():
    """The same for the root, whose entries are directories."""
    attempt("root: create", lambda: write("/new", os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    attempt("root: mkdir", lambda: os.mkdir("/new"))
    attempt("root: symlink", lambda: os.symlink("/tmp", "/new"))
    attempt("root: rename", lambda: os.rename("/usr", "/new"))
    attempt("root: replace a link", lambda: os.rename("/tmp/source", "/bin"))
    attempt("root: unlink a link", lambda: os.unlink("/bin"))
    attempt("root: rmdir", lambda: os.rmdir("/tmp"))
    attempt("root: chmod", lambda: os.chmod("/", 0o777))
    attempt("root: chown", lambda: os.chown("/", os.getuid(), os.getgid()))


def look_around():
    attempt("list root", lambda: os.listdir("/"))
    results["top"] = sorted(name for name in TOP.split() if os.path.lexists("/" + name))
    results["devices"] = sorted(name for name in DEVICES.split() if os.path.lexists("/dev/" + name))
    with open("/proc/self/mountinfo") as file:
        mounts = [line.split() for line in file]
    results["mounts"] = {fields[4]: fields[5].split(",")[0] for fields in mounts}
    results["suid mounts"] = [fields[4] for fields in mounts if "nosuid" not in fields[5].split(",")]
    results["device mounts"] = [fields[4] for fields in mounts if "nodev" not in fields[5].split(",")]
    results["tmp"] = os.listdir("/tmp")
    results["sandbox"] = os.listdir("/sandbox")
    results["pids"] = [int(name) for name in os.listdir("/proc") if name.isdigit()]


def read_secrets():
    for path in ("/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/shadow-", "/root/.bashrc", "/root",
                 "/home", HOME, HOME + "/secret", UNDECLARED, "/var/lib/dpkg/status", "/boot", "/run", "/sys",
                 "/proc/1/environ", "/proc/1/root", "/proc/1/cwd", "/proc/1/exe", "/proc/1/fd/0", "/proc/1/mem",
                 "/proc/1/maps", "/proc/kcore", "/proc/kmsg", "/proc/sysrq-trigger", "/dev/mem", "/dev/vda",
                 "/dev/kmsg", "/dev/console", "/proc/self/root/root", "/proc/self/cwd/../root"):
        attempt("read " + path, lambda: os.listdir(path) if os.path.isdir(path) else read(path))
    results["read declared"] = open(READ_ONLY + "/file").read()


def write_to_the_kernel():
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/vm/drop_caches",
                 "/proc/sysrq-trigger", "/proc/1/oom_score_adj", "/proc/1/mem", "/proc/self/uid_map",
                 "/proc/self/setgroups"):
        attempt("write " + path, lambda: write(path, os.O_WRONLY))


def main():
    look_around()
    read_secrets()
    with open("/tmp/source", "w") as file:
        file.write("x")
    change_each("usr", "/usr/bin", "/usr/bin/env")
    change_each("etc", "/etc", "/etc/passwd")
    change_each("declared", READ_ONLY, READ_ONLY + "/file")
    change_root()
    change_each("own trust", "/etc/openshell-tls", "/etc/openshell-tls/ca-bundle.pem")
    write_to_the_kernel()
    with open("/tmp/openshell-agent-was-here", "w") as file:
        file.write("x")
    with open("/sandbox/openshell-agent-was-here", "w") as file:
        file.write("x")
    account = pwd.getpwuid(os.getuid())
    results["account"] = [account.pw_name, grp.getgrgid(os.getgid()).gr_name, account.pw_dir, os.environ["HOME"],
                          os.environ["USER"], os.getcwd()]
    results["accounts"] = sorted(each.pw_name for each in pwd.getpwall())
    results["added host"] = socket.getaddrinfo("added.example.com", 80, type=socket.SOCK_STREAM)[0][4][0]
    results["host name"] = socket.gethostname()
    print(json.dumps(results))


main()
