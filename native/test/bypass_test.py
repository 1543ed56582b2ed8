"""Attempts to go around the proxy, seen by the real launcher, as root and as an unprivileged user."""

import os
import sys
import tempfile
import textwrap
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import launcher_test  # noqa: E402
from supervisor import *  # noqa: E402,F403

PYTHON = launcher_test.PYTHON


def compiled(test, source, *flags):
    """A static program, in a directory of its own."""
    directory = tempfile.mkdtemp(prefix="openshell-test-")
    test.addCleanup(shutil.rmtree, directory)
    os.chmod(directory, 0o755)
    path = os.path.join(directory, "program")
    with open(path + ".c", "w") as f:
        f.write(textwrap.dedent(source))
    subprocess.run(["gcc", "-O1", "-static", "-pthread", "-Wall", "-Werror", *flags, "-o", path, path + ".c"],
                   check=True)
    return path


class Bypass:
    user = None

    def sandbox(self, **spec):
        launcher = Launcher(user=self.user)
        self.addCleanup(launcher.close)
        launcher.ready = launcher.launch(**spec)
        return launcher

    def sandbox_with(self, program):
        """A sandbox that also has the program's directory."""
        directory = os.path.dirname(program)
        return self.sandbox(
            mounts=[mount(READ_ONLY, "/usr"), mount(READ_ONLY, "/lib"), mount(READ_ONLY, "/etc"),
                    mount(READ_ONLY, "/proc"), mount(TMPFS, "/tmp"), mount(READ_ONLY, directory),
                    mount(DIRECTORY, "/sandbox")],
            read_only=("/usr", "/lib", "/proc", "/etc", directory))

    def run_python(self, launcher, source):
        code, out, err = launcher.run(launcher_test.script(source))
        self.assertEqual((0, ""), (code, err))
        return out

    def destinations(self, launcher):
        told, suppressed = attempts(launcher)
        self.assertEqual(0, suppressed)
        return [(a["address"], a["port"], a["protocol"]) for a in told]

    def test_ready_says_that_attempts_are_seen(self):
        ready = self.sandbox().ready
        self.assertIn(("bypass detection", "told of connect and sendto"), ready.steps())
        self.assertNotIn(15, ready.fields)

    def test_each_way_out_is_told_and_fails_at_once(self):
        launcher = self.sandbox()
        out = self.run_python(launcher, """
            import errno, socket, time
            def attempt(family, kind, call):
                s = socket.socket(family, kind)
                start = time.monotonic()
                try: call(s)
                except OSError as e: print(errno.errorcode[e.errno], time.monotonic() - start < 0.3)
                else: print('open')
            attempt(socket.AF_INET, socket.SOCK_STREAM, lambda s: s.connect(('8.8.8.8', 443)))
            attempt(socket.AF_INET, socket.SOCK_DGRAM, lambda s: s.sendto(b'x', ('8.8.4.4', 53)))
            attempt(socket.AF_INET, socket.SOCK_DGRAM, lambda s: s.connect(('8.8.4.4', 54)))
            attempt(socket.AF_INET6, socket.SOCK_STREAM, lambda s: s.connect(('2001:db8::1', 443)))
            attempt(socket.AF_INET6, socket.SOCK_DGRAM, lambda s: s.sendto(b'x', ('2001:db8::2', 53)))
            attempt(socket.AF_INET6, socket.SOCK_STREAM, lambda s: s.connect(('::ffff:1.2.3.4', 80)))
            attempt(socket.AF_INET, socket.SOCK_STREAM, lambda s: s.connect(('10.200.0.1', 3129)))
            """)
        self.assertEqual(["ENETUNREACH True"] * 3 + ["EADDRNOTAVAIL True"] * 2 +
                         ["ENETUNREACH True", "ECONNREFUSED True"],
                         [line.replace("ENETUNREACH True", "EADDRNOTAVAIL True") if i in (3, 4) else line
                          for i, line in enumerate(out.splitlines())])
        self.assertEqual([("8.8.8.8", 443, "tcp"), ("8.8.4.4", 53, "udp"), ("8.8.4.4", 54, "udp"),
                          ("2001:db8::1", 443, "tcp"), ("2001:db8::2", 53, "udp"), ("1.2.3.4", 80, "tcp"),
                          ("10.200.0.1", 3129, "tcp")], self.destinations(launcher))

    def test_what_stays_inside_or_goes_to_the_proxy_is_not_told(self):
        launcher = self.sandbox()
        self.run_python(launcher, """
            import os, socket
            def attempt(family, kind, call):
                s = socket.socket(family, kind)
                try: call(s)
                except OSError: pass
            server = socket.create_server(('0.0.0.0', 8080))
            socket.create_connection(('127.0.0.1', 8080))
            socket.create_connection(('10.200.0.2', 8080))
            socket.create_connection(('0.0.0.0', 8080))
            socket.create_connection(('10.200.0.1', 3128))
            attempt(socket.AF_INET6, socket.SOCK_STREAM, lambda s: s.connect(('::ffff:10.200.0.1', 3128)))
            attempt(socket.AF_INET6, socket.SOCK_STREAM, lambda s: s.connect(('::1', 80)))
            attempt(socket.AF_INET, socket.SOCK_DGRAM, lambda s: s.sendto(b'x', ('127.0.0.53', 53)))
            attempt(socket.AF_UNIX, socket.SOCK_STREAM, lambda s: s.connect('/tmp/none'))
            attempt(socket.AF_UNIX, socket.SOCK_DGRAM, lambda s: s.sendto(b'x', '/tmp/none'))
            # To learn the own address, as getaddrinfo does with several answers.
            attempt(socket.AF_INET, socket.SOCK_DGRAM, lambda s: s.connect(('8.8.8.8', 0)))
            """)
        self.assertEqual([], self.destinations(launcher))

    def test_calls_that_the_kernel_refuses_unseen_are_not_told(self):
        launcher = self.sandbox()
        out = self.run_python(launcher, """
            import ctypes, errno, os, socket, struct
            libc = ctypes.CDLL(None, use_errno=True)
            def connect(fd, address, length):
                ctypes.set_errno(0)
                libc.connect(fd, address, length)
                return errno.errorcode[ctypes.get_errno()]
            s = socket.socket(); null = os.open('/dev/null', os.O_RDONLY); unix = socket.socket(socket.AF_UNIX)
            address = struct.pack('=HHI8x', socket.AF_INET, 0x5000, 0x08080808)
            print(connect(s.fileno(), ctypes.c_void_p(8), 16), connect(s.fileno(), address, 15),
                  connect(s.fileno(), address, 129), connect(s.fileno(), address, -1), connect(77, address, 16),
                  connect(null, address, 16), connect(unix.fileno(), address, 16))
            """)
        self.assertEqual("EFAULT EINVAL EINVAL EINVAL EBADF ENOTSOCK EINVAL\n", out)
        self.assertEqual([], self.destinations(launcher))

    def test_an_attempt_names_the_process_its_executable_and_its_ancestors(self):
        launcher = self.sandbox()
        out = self.run_python(launcher, """
            import os, subprocess, sys, threading
            print(os.getpid(), flush=True)
            attempt = 'import os, socket; print(os.getpid(), flush=True); socket.socket().connect_ex(("1.2.3.4", 5))'
            subprocess.run(['/bin/sh', '-c', sys.executable + " -c '" + attempt + "'; true"])
            """)
        (attempt,), _ = attempts(launcher)
        python = os.path.realpath(PYTHON)
        self.assertEqual(int(out.split()[1]), attempt["pid"])
        self.assertEqual(python, attempt["exe"])
        self.assertEqual([os.path.realpath("/bin/sh"), python], attempt["ancestors"])
        self.assertGreater(attempt["start"], 0)

    def test_a_thread_is_told_as_its_process(self):
        launcher = self.sandbox()
        out = self.run_python(launcher, """
            import os, socket, threading
            print(os.getpid())
            def attempt():
                os.unshare(os.CLONE_FILES) if hasattr(os, 'unshare') else None
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect_ex(('1.2.3.4', 5))
            thread = threading.Thread(target=attempt); thread.start(); thread.join()
            """)
        (attempt,), _ = attempts(launcher)
        self.assertEqual((int(out), "udp"), (attempt["pid"], attempt["protocol"]))

    def test_a_daemon_is_still_seen_when_its_command_has_ended(self):
        launcher = self.sandbox()
        self.run_python(launcher, """
            import os, socket, sys, time
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    null = os.open('/dev/null', os.O_RDWR)
                    for fd in range(3): os.dup2(null, fd)
                    while os.getppid() != 1: time.sleep(0.01)
                    time.sleep(0.2)
                    socket.socket().connect_ex(('1.2.3.4', 5))
                    time.sleep(60)
            """)
        frame = launcher.receive(BYPASS)
        self.assertEqual(5, number(frame.fields[5]))
        self.assertEqual(0, launcher.run(["true"])[0])

    def test_a_static_program_with_raw_calls_vfork_and_threads_is_seen(self):
        program = compiled(self, r"""
            #define _GNU_SOURCE
            #include <arpa/inet.h>
            #include <pthread.h>
            #include <sys/syscall.h>
            #include <sys/wait.h>
            #include <unistd.h>
            static long try(unsigned short port) {
                struct sockaddr_in a = {AF_INET, htons(port), {inet_addr("1.2.3.4")}, {0}};
                long fd = syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
                long r = syscall(SYS_connect, fd, &a, sizeof a);
                syscall(SYS_close, fd);
                return r;
            }
            static void *run(void *port) { return (void *)try((unsigned short)(long)port); }
            int main(void) {
                pthread_t t[3];
                for (long i = 0; i < 3; i++) pthread_create(&t[i], NULL, run, (void *)(i + 1));
                for (int i = 0; i < 3; i++) pthread_join(t[i], NULL);
                if (vfork() == 0) { try(4); _exit(0); }
                wait(NULL);
                struct sockaddr_in a = {AF_UNSPEC, htons(5), {inet_addr("1.2.3.4")}, {0}};
                sendto(socket(AF_INET, SOCK_DGRAM, 0), "x", 1, 0, (void *)&a, sizeof a);
                return 0;
            }
            """)
        launcher = self.sandbox_with(program)
        code, _, err = launcher.run([program])
        self.assertEqual((0, ""), (code, err))
        told, _ = attempts(launcher)
        self.assertEqual([1, 2, 3, 4, 5], sorted(a["port"] for a in told))
        self.assertEqual({program}, {a["exe"] for a in told})
        self.assertEqual(["tcp"] * 4 + ["udp"],
                         [a["protocol"] for a in sorted(told, key=lambda a: a["port"])])

    def test_a_flood_is_counted_and_holds_nothing_up(self):
        launcher = self.sandbox()
        null = os.open("/dev/null", os.O_RDWR)
        flood = launcher_test.script("""
            import socket, time
            end = time.monotonic() + 1.1  # between two tokens, so that some are left over
            count = 0
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            while time.monotonic() < end:
                s.connect_ex(('1.2.3.4', 5))
                count += 1
            open('/sandbox/count', 'w').write(str(count))
            """)
        spawn_id, _ = launcher.spawn(flood, streams=[null] * 3)
        os.close(null)
        slowest = 0
        for _ in range(6):
            start = time.monotonic()
            self.assertEqual(1, launcher.identify(("10.200.0.2", 1), ("10.200.0.1", 3128)).number(2))
            slowest = max(slowest, time.monotonic() - start)
            time.sleep(0.1)
        self.assertEqual(0, launcher.wait(spawn_id))
        told, suppressed = attempts(launcher)
        count = int(launcher.run(["cat", "/sandbox/count"])[1])
        self.assertEqual(count, len(told) + suppressed)
        self.assertGreater(count, 100)
        self.assertLessEqual(10, len(told))
        self.assertLessEqual(len(told), 10 + 5 * 3)
        self.assertLess(slowest, 1)

    def test_what_was_left_out_is_told_without_another_attempt(self):
        launcher = self.sandbox()
        null = os.open("/dev/null", os.O_RDWR)
        launcher.spawn(launcher_test.script("""
            import socket, time
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for _ in range(15): s.connect_ex(('1.2.3.4', 5))
            time.sleep(60)
            """), streams=[null] * 3)
        os.close(null)
        frames = [launcher.receive(BYPASS) for _ in range(11)]
        self.assertEqual([0] * 10 + [4], [frame.number(7) for frame in frames])
        self.assertEqual([frames[0].fields[3]], [frames[-1].fields[3]])

    def test_a_supervisor_that_does_not_keep_up_stops_no_process(self):
        directory = tempfile.mkdtemp(prefix="openshell-test-")
        self.addCleanup(shutil.rmtree, directory)
        if self.user is not None:
            os.chown(directory, self.user, self.user)
        launcher = self.sandbox(mounts=[mount(READ_ONLY, "/usr"), mount(READ_ONLY, "/lib"), mount(READ_ONLY, "/etc"),
                                        mount(READ_ONLY, "/proc"), mount(WORKDIR, "/sandbox", directory)], files=[])
        null = os.open("/dev/null", os.O_RDWR)
        launcher.spawn(launcher_test.script("""
            import os, socket, time
            while not os.path.exists('/sandbox/go'): time.sleep(0.01)
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for _ in range(2000): s.connect_ex(('1.2.3.4', 5))
            open('/sandbox/done', 'w')
            time.sleep(60)
            """), streams=[null] * 3)
        os.close(null)
        # An answer that lies unread fills more than a quarter of the socket's buffer.
        launcher.send(RESOLVE, u32(1, 1) + b"".join(text(2, "/" + "a" * 3000) for _ in range(20)))
        time.sleep(0.3)
        open(os.path.join(directory, "go"), "w").close()
        self.assertTrue(launcher_test.eventually(lambda: os.path.exists(os.path.join(directory, "done"))))
        told = launcher.receive(BYPASS)
        self.assertEqual(1999, told.number(7))

    def test_a_process_is_killed_in_the_middle_of_a_call(self):
        program = compiled(self, r"""
            #include <arpa/inet.h>
            #include <signal.h>
            #include <stdio.h>
            #include <sys/wait.h>
            #include <unistd.h>
            int main(void) {
                struct sockaddr_in a = {AF_INET, htons(5), {inet_addr("1.2.3.4")}, {0}};
                for (int i = 0; i < 200; i++) {
                    pid_t child = fork();
                    if (child == 0) {
                        int fd = socket(AF_INET, SOCK_DGRAM, 0);
                        for (;;) connect(fd, (void *)&a, sizeof a);
                    }
                    usleep(i * 7);
                    kill(child, SIGKILL);
                    waitpid(child, NULL, 0);
                }
                puts("done");
                return 0;
            }
            """)
        launcher = self.sandbox_with(program)
        self.assertEqual((0, "done\n", ""), launcher.run([program]))
        self.assertEqual(0, launcher.run(["true"])[0])

    def test_signals_do_not_disturb_connections_to_the_proxy(self):
        program = compiled(self, r"""
            #include <arpa/inet.h>
            #include <signal.h>
            #include <stdio.h>
            #include <sys/time.h>
            #include <unistd.h>
            static void nothing(int n) { (void)n; }
            int main(void) {
                struct sigaction s = {.sa_handler = nothing, .sa_flags = SA_RESTART};
                sigaction(SIGALRM, &s, NULL);
                setitimer(ITIMER_REAL, &(struct itimerval){{0, 53}, {0, 53}}, NULL);
                struct sockaddr_in a = {AF_INET, htons(3128), {inet_addr("10.200.0.1")}, {0}};
                int failed = 0;
                for (int i = 0; i < 2000; i++) {
                    int fd = socket(AF_INET, SOCK_STREAM, 0);
                    failed += connect(fd, (void *)&a, sizeof a) != 0;
                    close(fd);
                }
                printf("%d\n", failed);
                return 0;
            }
            """)
        launcher = self.sandbox_with(program)
        stop = []

        def accept():
            launcher.listener.setblocking(True)
            launcher.listener.settimeout(0.5)
            while not stop:
                try:
                    launcher.listener.accept()[0].close()
                except OSError:
                    pass
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            self.assertEqual((0, "0\n", ""), launcher.run([program]))
        finally:
            stop.append(True)
            thread.join()
        self.assertEqual([], self.destinations(launcher))

    def test_the_end_does_not_wait_for_a_process_that_floods(self):
        launcher = self.sandbox()
        null = os.open("/dev/null", os.O_RDWR)
        launcher.spawn(launcher_test.script("""
            import os, socket
            for _ in range(3): os.fork()
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            while True: s.connect_ex(('1.2.3.4', 5))
            """), streams=[null] * 3)
        os.close(null)
        time.sleep(0.5)
        start = time.monotonic()
        launcher.send(SHUTDOWN)
        self.assertEqual(0, launcher.process.wait(TIMEOUT))
        self.assertLess(time.monotonic() - start, 5)


@launcher_test.needs_python
@launcher_test.needs_root
class AsRoot(Bypass, unittest.TestCase):
    pass


@launcher_test.needs_python
class AsUser(Bypass, unittest.TestCase):
    user = launcher_test.UNPRIVILEGED if launcher_test.IS_ROOT else None


if __name__ == "__main__":
    unittest.main()
