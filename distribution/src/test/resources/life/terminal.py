"""Runs a program on a terminal of 30 by 100 characters and talks to it: see TerminalIT.

terminal.py SCENARIO COMMAND...   Prints what was seen, then how the program ended and whether the terminal is as before."""
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


def resize(descriptor, rows, columns):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


class Screen:
    def __init__(self, master):
        self.master = master
        self.seen = ""

    def read(self, seconds):
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return False
        try:
            self.seen += os.read(self.master, 65536).decode()
            return True
        except OSError:
            return False

    def expect(self, pattern):
        deadline = time.time() + 60
        while not re.search(pattern, self.seen):
            if time.time() > deadline:
                sys.exit("not seen: %r in %r" % (pattern, self.seen))
            self.read(0.2)

    def write(self, text):
        os.write(self.master, text.encode())


def settings(descriptor):
    return termios.tcgetattr(descriptor)


def start(command, slave):
    pid = os.fork()
    if pid == 0:
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for descriptor in (0, 1, 2):
            os.dup2(slave, descriptor)
        os.execvp(command[0], command)
    return pid


def descendants(pid):
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/children" % (pid, task)) as file:
            for child in map(int, file.read().split()):
                yield child
                yield from descendants(child)


def resume(command):
    """Kills the program, and goes on with another one, behind the word --then--, on a larger terminal."""
    then = command.index("--then--")
    master, slave = pty.openpty()
    pid = start(command[:then], slave)
    Screen(master).expect("ready")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(slave)
    os.close(master)
    return command[then + 1:]


def main():
    scenario, command = sys.argv[1], sys.argv[2:]
    if scenario == "resume":
        command = resume(command)
    master, slave = pty.openpty()
    resize(slave, *((40, 120) if scenario == "resume" else (30, 100)))
    before = settings(slave)
    pid = start(command, slave)
    screen = Screen(master)
    if scenario not in ("end", "resume"):
        screen.expect("ready")
        raw = settings(slave)[3] & (termios.ICANON | termios.ECHO | termios.ISIG) == 0
        print("raw", raw)
    if scenario == "talk":
        screen.write("hello\n")
        screen.expect("got hello")
        resize(slave, 40, 120)
        os.kill(pid, signal.SIGWINCH)
        screen.expect("\n40 120")
    elif scenario == "everything":
        screen.write("hello\n")
        screen.expect("got hello")
        resize(slave, 40, 120)
        os.kill(pid, signal.SIGWINCH)
        screen.expect("size 40 120")
        screen.write("\x03")
        screen.expect("interrupted")
        screen.write("end\n")
    elif scenario == "resume":
        screen.expect("size 40 120")
        screen.write("\x03")
        screen.expect("interrupted")
        screen.write("hello\n")
        screen.expect("got hello")
    elif scenario == "interrupt":
        screen.write("\x03")
        screen.expect("interrupted")
        screen.write("on\n")
    elif scenario == "keys":
        screen.write("\x1a\x1c\x13\x11\x04x")
    elif scenario.startswith("signal "):
        os.kill(pid, getattr(signal, scenario.split()[1]))
    elif scenario == "kill":
        # Parents come before their children: broker, launcher, first process, agent.
        os.kill(list(descendants(pid))[1], signal.SIGKILL)
    elif scenario == "hang up":
        os.close(slave)
        os.close(master)
        _, status = os.waitpid(pid, 0)
        print("status", os.waitstatus_to_exitcode(status))
        return
    # The terminal has to be read, or whoever writes to it waits.
    ended = 0
    while ended == 0:
        screen.read(0.1)
        ended, status = os.waitpid(pid, os.WNOHANG)
    while screen.read(0):
        pass
    print(screen.seen)
    print("status", os.waitstatus_to_exitcode(status))
    print("restored", settings(slave) == before)


main()
