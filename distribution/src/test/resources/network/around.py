"""Tries to get around the proxy, and does what is no such thing; prints a name, an outcome and seconds a line."""
import errno
import os
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

FOUR, SIX = "93.184.216.34", "2606:2800:220:1::34"


def attempt(name, action):
    start = time.monotonic()
    try:
        action()
        outcome = "done"
    except OSError as error:
        outcome = errno.errorcode.get(error.errno, str(error))
    print(name, outcome, "%.4f" % (time.monotonic() - start), flush=True)


def run(name, *command):
    print(name, subprocess.run(command, capture_output=True, text=True).stdout.strip(), flush=True)


def udp(address, family=socket.AF_INET):
    with socket.socket(family, socket.SOCK_DGRAM) as out:
        out.sendto(b"x", address)


def tcp(address, family=socket.AF_INET):
    with socket.socket(family) as out:
        out.settimeout(5)
        out.connect(address)


# Not around the proxy: a server of the sandbox's own, and the proxy itself.
with socket.create_server(("127.0.0.1", 8080)) as server, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
    datagrams.bind(("127.0.0.1", 8080))
    attempt("own-server", lambda: tcp(("127.0.0.1", 8080)))
    attempt("own-datagram", lambda: udp(("127.0.0.1", 8080)))
    attempt("own-address", lambda: tcp(("127.0.0.1", 8080)))
try:
    urllib.request.urlopen("http://www.example.com/", timeout=10)
except urllib.error.HTTPError as error:
    print("proxy", error.code, 0)

# Around it. No more than ten, so that none is suppressed.
run("curl", "curl", "--noproxy", "*", "--silent", "--output", "/dev/null", "--max-time", "5", "--write-out",
    "%{exitcode} %{time_total}", "http://%s:1001/" % FOUR)
attempt("udp", lambda: udp((FOUR, 1002)))
attempt("tcp6", lambda: tcp((SIX, 1003), socket.AF_INET6))
attempt("mapped", lambda: tcp(("::ffff:" + FOUR, 1004), socket.AF_INET6))
attempt("gate", lambda: tcp(("10.200.0.1", 1005)))
run("static", "./around", "connect", "1006")
run("resolver", "./around", "resolve")
run("daemon", "./around", "daemon", "1007", "daemon.txt")
while not os.path.exists("daemon.txt") or not open("daemon.txt").read().endswith("\n"):
    time.sleep(0.01)
print("daemon", open("daemon.txt").read().strip())
run("sendmsg", "./around", "sendmsg", "1008")

# So many at once that the sandbox could have nothing else to do.
time.sleep(3)
floods = [threading.Thread(target=run, args=("flood", "./around", "flood", "1009")) for _ in range(3)]
for flood in floods:
    flood.start()
start = time.monotonic()
for _ in range(5):
    subprocess.run(["true"])
    try:
        urllib.request.urlopen("http://www.example.com/", timeout=10)
    except urllib.error.HTTPError as error:
        assert error.code == 403
print("meanwhile done %.4f" % (time.monotonic() - start), flush=True)
for flood in floods:
    flood.join()
