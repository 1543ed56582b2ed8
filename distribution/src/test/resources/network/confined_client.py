"""Does what agents do and what they may not, and prints what came of each as one JSON object."""

import ctypes
import errno
import json
import os
import socket
import ssl
import subprocess
import urllib.error
import urllib.request

libc = ctypes.CDLL(None, use_errno=True)


def ran(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return [done.returncode, done.stdout]


def outcome(action):
    try:
        action()
        return "happened"
    except OSError as refused:
        return errno.errorcode.get(refused.errno, str(refused))


def call(result):
    return "happened" if result >= 0 else errno.errorcode[ctypes.get_errno()]


def fetch(url):
    context = ssl.create_default_context()
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(), urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(url, timeout=20) as answer:
            return [answer.status, answer.read().decode()]
    except OSError as refused:
        return ["refused", str(refused)]


def serve_itself():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        server.accept()[0].close()


def datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("192.0.2.1", 53))


status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\t" in line)
CURL = "/usr/bin/curl"
print(json.dumps({
    "allowed": ran(CURL, "-sS", "https://www.lab.test/public/hello.txt"),
    "wrote": ran(CURL, "-sS", "-d", "text", "https://www.lab.test/lab/method"),
    "denied": ran(CURL, "-sS", "-o", "/dev/null", "-w", "%{http_code}", "https://www.lab.test/private/secret.txt"),
    "elsewhere": ran(CURL, "-sS", "https://other.lab.test/"),
    "git": ran("/usr/bin/git", "ls-remote", "https://www.lab.test/repo.git"),
    "own": fetch("https://python.lab.test/public/hello.txt"),
    "borrowed": fetch("https://www.lab.test/public/hello.txt"),
    "tcp": outcome(lambda: socket.create_connection(("192.0.2.1", 443), 5)),
    "udp": outcome(datagram),
    "loopback": outcome(serve_itself),
    "netlink": outcome(lambda: socket.socket(16, socket.SOCK_RAW, 0)),
    "user namespace": call(libc.unshare(0x10000000)),
    "mount": call(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)),
    "made": outcome(lambda: open("/sandbox/made", "w").close()),
    "temporary": outcome(lambda: open("/tmp/made", "w").close()),
    "system": outcome(lambda: open("/usr/made", "w")),
    "hidden": outcome(lambda: open("/secret/file")),
    "root": outcome(lambda: os.listdir("/root")),
    "first process": outcome(lambda: open("/proc/1/environ").read()),
    "launcher": outcome(lambda: os.listdir("/run/openshell")),
    "uid": os.getuid(), "groups": os.getgroups(),
    "capabilities": [status["CapPrm"], status["CapBnd"]], "hardened": [status["NoNewPrivs"], status["Seccomp"]],
    "proxy": os.environ["HTTPS_PROXY"], "image": os.environ.get("OF_IMAGE"), "ours": os.environ["OPENSHELL_SANDBOX"],
}))
