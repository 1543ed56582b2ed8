"""Runs a program on a terminal of 30 by 100 characters and talks to it: see SandboxProcessTest."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time


def size(descriptor, rows, columns):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def expect(master, pattern, seen, limit=60):
    """Reads until the pattern has come; returns everything seen and where the pattern ended."""
    deadline = time.time() + limit
    while time.time() < deadline:
        match = re.search(pattern, seen)
        if match:
            return seen
        ready, _, _ = select.select([master], [], [], 0.2)
        if ready:
            try:
                seen += os.read(master, 4096).decode()
            except OSError:
                break
    sys.exit("not seen: %r in %r" % (pattern, seen))


def main():
    scenario, command = sys.argv[1], sys.argv[2:]
    master, slave = pty.openpty()
    size(slave, 30, 100)
    before = termios.tcgetattr(slave)
    pid = os.fork()
    if pid == 0:
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for descriptor in (0, 1, 2):
            os.dup2(slave, descriptor)
        os.execv(command[0], command)
    seen = expect(master, r"ready", "")
    if scenario == "talk":
        os.write(master, b"hello\n")
        seen = expect(master, r"got hello", seen)
        size(slave, 40, 120)
        seen = expect(master, r"\n40 120", seen)
    elif scenario == "interrupt":
        os.write(master, b"\x03")
    elif scenario == "terminate":
        os.kill(pid, signal.SIGTERM)
    _, status = os.waitpid(pid, 0)
    print(seen)
    print("status", os.waitstatus_to_exitcode(status))
    print("restored", termios.tcgetattr(slave) == before)


main()
