"""Landlock in a real sandbox: what each mode does with what it cannot have, and what the agent meets then."""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from supervisor import *  # noqa: E402,F403

HERE = os.path.dirname(os.path.abspath(__file__))
UNPRIVILEGED = 1000
PYTHON = "/usr/bin/python3"
IS_ROOT = os.geteuid() == 0
TCP_TO_PROXY_ONLY = 4

needs_root = unittest.skipUnless(IS_ROOT, "needs root")

ABSENCES = {errno.ENOSYS: "not implemented by this kernel", errno.EOPNOTSUPP: "not enabled at boot",
            errno.EPERM: "blocked"}


def reports_landlock(ready):
    return dict(ready.steps())["landlock"]


def landlock_abi():
    with Launcher() as launcher:
        return launcher.hello.number(2)


class Case(unittest.TestCase):
    user = None

    @classmethod
    def setUpClass(cls):
        cls.tools = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.tools)
        os.chmod(cls.tools, 0o755)
        cls.without_landlock = os.path.join(cls.tools, "without_landlock")
        subprocess.run(["gcc", "-Wall", "-Werror", "-I" + HERE + "/../src", "-o", cls.without_landlock,
                        HERE + "/without_landlock.c"], check=True)

    def launcher(self, through=()):
        launcher = Launcher(user=self.user, through=through)
        self.addCleanup(launcher.close)
        return launcher

    def sandbox(self, through=(), **spec):
        launcher = self.launcher(through)
        launcher.ready = launcher.launch(**spec)
        return launcher

    def fails(self, through=(), **spec):
        failed = self.launcher(through).launch_fails(**spec)
        return failed.text(1), failed.text(2), failed.signed(3)

    def folder(self):
        directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, directory)
        os.chmod(directory, 0o755)
        return directory

    def python(self, launcher, source, *arguments):
        code, out, err = launcher.run([PYTHON, "-c", textwrap.dedent(source), *arguments])
        self.assertEqual(0, code, err)
        return out.splitlines()


class Landlock:
    """What holds for every user; the test cases below say for whom."""

    # --- a kernel without ---------------------------------------------------------------------------

    def test_best_effort_goes_on_without_landlock_and_says_why(self):
        for number, reason in ABSENCES.items():
            launcher = self.sandbox(through=(self.without_landlock, str(number)))
            self.assertEqual((0, 0, 1), (launcher.hello.number(2), launcher.ready.number(1), launcher.ready.number(12)))
            self.assertTrue(reports_landlock(launcher.ready).startswith("not applied: " + reason),
                            reports_landlock(launcher.ready))
            # The private root holds all the same.
            self.assertEqual(["False"], self.python(launcher, "import os, sys; print(os.path.exists(sys.argv[1]))",
                                                    HERE))
            self.assertIn("Read-only file system", launcher.run(["sh", "-c", "echo x > /usr/x"])[2])

    def test_hard_requirement_does_not_start_without_landlock_and_says_why(self):
        for number, reason in ABSENCES.items():
            step, problem, error = self.fails(through=(self.without_landlock, str(number)), landlock=HARD_REQUIREMENT)
            self.assertEqual(("landlock", number), (step, error))
            self.assertTrue(problem.startswith("Landlock unavailable in hard_requirement mode: " + reason), problem)

    def test_the_probe_says_why_there_is_none(self):
        for number, reason in ABSENCES.items():
            probe = subprocess.run([self.without_landlock, str(number), launcher_path(), "--probe"],
                                   capture_output=True, text=True, check=True).stdout
            self.assertIn("landlock_abi=no: " + reason, probe)

    # --- paths ---------------------------------------------------------------------------------------

    def test_a_path_that_cannot_be_opened_is_told_with_its_reason_or_fatal(self):
        loop = os.path.join(self.folder(), "loop")
        os.symlink(loop, loop)
        shown = mount(READ_ONLY, os.path.dirname(loop))
        for path, number, reason in (("/no/such", errno.ENOENT, "path does not exist"),
                                     ("/etc/hosts/x", errno.ENOTDIR, "path component is not a directory"),
                                     ("/usr/" + "x" * 256, errno.ENAMETOOLONG, "path name too long"),
                                     (loop, errno.ELOOP, "too many symlink levels")):
            mounts = [mount(READ_ONLY, "/usr"), mount(READ_ONLY, "/etc"), mount(DIRECTORY, "/sandbox"), shown]
            spec = dict(mounts=mounts, read_only=("/usr", "/etc", path), read_write=("/sandbox",))
            ready = self.sandbox(**spec).ready
            self.assertIn((path, reason, number, 2), ready.skipped())
            self.assertEqual((2, 1), (ready.number(2), ready.number(3)))
            self.assertIn("2 read-only and 1 read-write rules, 1 left out", reports_landlock(ready))
            self.assertEqual(
                ("landlock", f"Landlock path unavailable in hard_requirement mode: {path} ({reason})", number),
                self.fails(landlock=HARD_REQUIREMENT, **spec))

    def test_files_and_devices_get_the_rights_of_files(self):
        path = os.path.join(self.folder(), "file")
        with open(path, "w") as f:
            f.write("content")
        os.chmod(path, 0o666)
        launcher = self.sandbox(
            landlock=HARD_REQUIREMENT,
            mounts=[mount(READ_ONLY, "/usr"), mount(READ_WRITE, path), mount(DIRECTORY, "/sandbox")], files=[],
            read_only=("/usr", "/proc", "/dev/urandom"), read_write=("/sandbox", "/dev/null", "/dev/tty", path))
        self.assertEqual((3, 4, []), (launcher.ready.number(2), launcher.ready.number(3), launcher.ready.skipped()))
        self.assertEqual(["content", "done"], self.python(launcher, f"""
            import os
            print(open({path!r}).read())
            open('/dev/null', 'w').write('x')
            os.truncate({path!r}, 0)
            print('done')
            """))

    def test_a_read_only_file_can_be_read_and_executed_only(self):
        path = os.path.join(self.folder(), "program")
        shutil.copy("/usr/bin/true", path)
        os.chmod(path, 0o777)
        launcher = self.sandbox(mounts=[mount(READ_ONLY, "/usr"), mount(READ_WRITE, path), mount(DIRECTORY, "/sandbox")],
                                files=[], read_only=("/usr", path), read_write=("/sandbox",))
        self.assertEqual(0, launcher.run([path])[0])
        self.assertEqual(["EACCES", "EACCES"], self.python(launcher, f"""
            import errno, os
            for attempt in (lambda: open({path!r}, 'r+'), lambda: os.truncate({path!r}, 1)):
                try: attempt(); print('done')
                except OSError as e: print(errno.errorcode[e.errno])
            """))

    def test_nothing_makes_the_whole_root_writable(self):
        step, problem, _ = self.fails(read_write=("/",))
        self.assertEqual(("launch", "landlock path: / (expected: a read-write path narrower than /)"), (step, problem))

    # --- scopes --------------------------------------------------------------------------------------

    def test_two_commands_of_a_sandbox_are_two_domains(self):
        if landlock_abi() < 6:
            self.skipTest("needs Landlock ABI 6 (Linux 6.12)")
        launcher = self.sandbox()
        with open("/dev/null", "r+") as null:
            _, started = launcher.spawn([PYTHON, "-c", textwrap.dedent("""
                import socket, time
                server = socket.socket(socket.AF_UNIX); server.bind('\\0abstract'); server.listen()
                other = socket.socket(socket.AF_UNIX); other.bind('/sandbox/path'); other.listen()
                open('/sandbox/ready', 'w').close()
                time.sleep(100)
                """)], streams=[null.fileno()] * 3)
        by_path = "done" if landlock_abi() < 9 else "EACCES"
        self.assertEqual(["EPERM", "EPERM", by_path], self.python(launcher, """
            import errno, os, signal, socket, sys, time
            while not os.path.exists('/sandbox/ready'): time.sleep(0.01)
            def connect(address):
                with socket.socket(socket.AF_UNIX) as s: s.connect(address)
            for attempt in (lambda: os.kill(int(sys.argv[1]), 0), lambda: connect('\\0abstract'),
                            lambda: connect('/sandbox/path')):
                try: attempt(); print('done')
                except OSError as e: print(errno.errorcode[e.errno])
            """, str(started.number(2))))

    # --- links ---------------------------------------------------------------------------------------

    def test_a_link_anywhere_in_a_read_write_path_is_refused(self):
        directory = self.folder()
        os.makedirs(os.path.join(directory, "real/sub"))
        os.symlink("real", os.path.join(directory, "link"))
        for path in ("link", "link/sub"):
            path = os.path.join(directory, path)
            step, subject, error = self.fails(
                mounts=[mount(READ_ONLY, "/usr"), mount(READ_WRITE, path, optional=True)], files=[],
                read_only=("/usr",), read_write=(path,))
            self.assertEqual(("root", path, errno.ELOOP), (step, subject, error))

    def test_a_link_that_only_landlock_meets_is_refused(self):
        directory = self.folder()
        os.makedirs(os.path.join(directory, "real/sub"))
        os.symlink("real", os.path.join(directory, "link"))
        for path in ("link", "link/sub"):
            path = os.path.join(directory, path)
            self.assertEqual(("landlock", path, errno.ELOOP), self.fails(
                mounts=[mount(READ_ONLY, "/usr"), mount(READ_ONLY, directory)], files=[], read_only=("/usr",),
                read_write=(path,)))

    def test_a_path_that_is_swapped_for_a_link_while_the_sandbox_starts_never_leads_elsewhere(self):
        directory = self.folder()
        path, link, elsewhere = (os.path.join(directory, name) for name in ("path", "link", "elsewhere"))
        os.mkdir(path)
        os.mkdir(elsewhere)
        os.symlink(elsewhere, link)
        for place in (path, elsewhere):
            os.chmod(place, 0o777)
        libc = __import__("ctypes").CDLL(None, use_errno=True)
        ends = threading.Event()

        def swap():
            while not ends.is_set():
                libc.renameat2(-100, os.fsencode(path), -100, os.fsencode(link), 2)  # RENAME_EXCHANGE

        swapper = threading.Thread(target=swap)
        swapper.start()
        outcomes = set()
        try:
            for _ in range(25):
                launcher = self.launcher()
                launcher.send(LAUNCH, launch_spec(
                    mounts=[mount(READ_ONLY, "/usr"), mount(READ_WRITE, path, optional=True),
                            mount(DIRECTORY, "/sandbox")],
                    files=[], read_only=("/usr",), read_write=("/sandbox", path)))
                answer = launcher.receive(READY, FAILED)
                outcomes.add(answer.kind)
                if answer.kind == FAILED:
                    self.assertEqual(errno.ELOOP, answer.signed(3), describe_failure(answer))
                else:
                    launcher.listener = socket.socket(fileno=answer.descriptors[0])
                    launcher.run(["sh", "-c", 'echo x > "$0/written"', path])
        finally:
            ends.set()
            swapper.join()
        self.assertEqual([], os.listdir(elsewhere))
        self.assertEqual({READY, FAILED}, outcomes, "the race was never met")

    # --- TCP -----------------------------------------------------------------------------------------

    TCP = """
        import errno, socket
        def attempt(what):
            try: what(); print('done')
            except OSError as e: print(errno.errorcode.get(e.errno, e))
        def connect(family, address):
            with socket.socket(family) as s: s.settimeout(5); s.connect(address)
        def bind(family, address):
            with socket.socket(family) as s: s.bind(address)
        attempt(lambda: connect(socket.AF_INET, ('10.200.0.1', 3128)))
        attempt(lambda: connect(socket.AF_INET6, ('::ffff:10.200.0.1', 3128)))
        attempt(lambda: connect(socket.AF_INET, ('127.0.0.1', 3128)))
        attempt(lambda: bind(socket.AF_INET, ('127.0.0.1', 8080)))
        attempt(lambda: bind(socket.AF_INET, ('127.0.0.1', 3128)))
        attempt(lambda: bind(socket.AF_INET, ('0.0.0.0', 0)))
        attempt(lambda: connect(socket.AF_INET, ('127.0.0.1', 8080)))
        attempt(lambda: connect(socket.AF_INET6, ('::1', 8080)))
        attempt(lambda: connect(socket.AF_INET, ('10.200.0.1', 8080)))
        """

    def test_tcp_can_be_limited_to_the_proxy(self):
        launcher = self.sandbox(flags=TCP_TO_PROXY_ONLY)
        self.assertTrue(reports_landlock(launcher.ready).endswith(", TCP to the proxy only"))
        self.assertEqual(["done", "done", "ECONNREFUSED"] + ["EACCES"] * 6, self.python(launcher, self.TCP))

    def test_without_the_limit_loopback_belongs_to_the_agent(self):
        outcomes = self.python(self.sandbox(), self.TCP)
        self.assertEqual(["done", "done", "ECONNREFUSED", "done", "done", "done", "ECONNREFUSED"], outcomes[:7])

    def test_the_limit_needs_landlock(self):
        through = (self.without_landlock, str(errno.ENOSYS))
        skipped = self.sandbox(through=through, flags=TCP_TO_PROXY_ONLY).ready.skipped()
        self.assertIn(("TCP", errno.ENOSYS, 3), [(path, error, kind) for path, _, error, kind in skipped])
        self.assertEqual(errno.ENOSYS, self.fails(through=through, flags=TCP_TO_PROXY_ONLY | 1,
                                                  landlock=HARD_REQUIREMENT)[2])
        self.assertEqual(("launch", "flags: bit 2 (expected: landlock paths with it)"),
                         self.fails(flags=TCP_TO_PROXY_ONLY, landlock=OFF, read_only=(), read_write=())[:2])


@needs_root
class AsRoot(Landlock, Case):
    def test_a_path_that_only_root_can_open_is_a_rule_because_it_is_opened_before_the_fork(self):
        directory = self.folder()
        os.mkdir(os.path.join(directory, "inner"))
        os.chmod(directory, 0o700)
        inner = os.path.join(directory, "inner")
        launcher = self.sandbox(
            landlock=HARD_REQUIREMENT,
            mounts=[mount(READ_ONLY, "/usr"), mount(READ_ONLY, directory), mount(DIRECTORY, "/sandbox")], files=[],
            read_only=("/usr", inner), read_write=("/sandbox",))
        self.assertEqual((2, 1), (launcher.ready.number(2), launcher.ready.number(3)))
        # The agent itself could not have opened it.
        self.assertIn("Permission denied", launcher.run(["ls", inner])[2])

    def test_the_limit_of_tcp_holds_where_the_namespace_has_a_way(self):
        """A server in the gate, which the only route of the agent's namespace leads to."""
        for flags, expected in ((0, "done"), (TCP_TO_PROXY_ONLY, "EACCES")):
            launcher = self.sandbox(flags=flags)
            with open(f"/proc/{launcher.process.pid}/task/{launcher.process.pid}/children") as children:
                init = children.read().split()[0]
            server = subprocess.Popen(
                ["nsenter", f"--net=/proc/{init}/ns/net", PYTHON, "-c",
                 "import socket; s = socket.create_server(('10.200.0.1', 8080)); print(flush=True); s.accept()"],
                stdout=subprocess.PIPE)
            try:
                server.stdout.readline()
                self.assertEqual(expected, self.python(launcher, self.TCP)[8])
            finally:
                server.kill()
                server.communicate()

    def test_devices_of_a_gpu_can_be_used_and_proc_can_be_written(self):
        """A /dev of the test's own, in which the GPU's devices are null devices."""
        own_dev = textwrap.dedent("""
            mount -t tmpfs -o mode=755 tmpfs /mnt
            for device in null zero full random urandom tty; do cp -a /dev/$device /mnt; done
            for device in nvidiactl nvidia-uvm nvidia0; do mknod -m 666 /mnt/$device c 1 3; done
            mkdir /mnt/pts /mnt/shm
            mount -t devpts devpts /mnt/pts
            mount --move /mnt /dev
            exec "$0" "$@"
            """)
        devices = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia0")
        launcher = self.sandbox(
            through=("unshare", "--mount", "sh", "-ec", own_dev), landlock=HARD_REQUIREMENT,
            mounts=[mount(READ_ONLY, "/usr"), mount(READ_ONLY, "/etc"), mount(TMPFS, "/tmp"),
                    mount(DIRECTORY, "/sandbox"), mount(READ_ONLY, "/proc")]
            + [mount(READ_WRITE, device, optional=True) for device in devices],
            read_only=("/usr", "/etc"), read_write=("/sandbox", "/proc") + devices)
        self.assertEqual([], launcher.ready.skipped())
        self.assertEqual(["1 3 ENOTTY"] * 3 + ["renamed"], self.python(launcher, f"""
            import errno, fcntl, os, threading
            for device in {devices!r}:
                number = os.stat(device).st_rdev
                fd = os.open(device, os.O_RDWR)
                os.write(fd, b'x')
                # Landlock would answer EACCES; a null device has no such call.
                try: fcntl.ioctl(fd, 0x46d2)
                except OSError as e: print(os.major(number), os.minor(number), errno.errorcode[e.errno])
            open('/proc/self/comm', 'w').write('renamed')
            print(open('/proc/self/comm').read(), end='')
            """))

    def test_without_a_gpu_devices_take_no_commands_and_proc_cannot_be_written(self):
        if landlock_abi() < 5:
            self.skipTest("needs Landlock ABI 5 (Linux 6.10)")
        self.assertEqual(["EACCES", "EACCES"], self.python(self.sandbox(read_write=("/sandbox",)), """
            import errno, fcntl, os
            for attempt in (lambda: fcntl.ioctl(os.open('/dev/null', os.O_RDWR), 0x46d2),
                            lambda: open('/proc/self/comm', 'w')):
                try: attempt(); print('done')
                except OSError as e: print(errno.errorcode[e.errno])
            """))


@unittest.skipUnless(IS_ROOT, "needs root, to become an unprivileged user")
class AsUser(Landlock, Case):
    user = UNPRIVILEGED

    def test_a_path_that_the_user_may_not_reach_is_told_or_fatal(self):
        inner = os.path.join(self.folder(), "inner")
        os.mkdir(inner)
        os.chmod(os.path.dirname(inner), 0o700)
        spec = dict(mounts=[mount(READ_ONLY, "/usr"), mount(READ_ONLY, inner, optional=True),
                            mount(DIRECTORY, "/sandbox")],
                    files=[], read_only=("/usr", inner), read_write=("/sandbox",))
        self.assertIn((inner, "permission denied", errno.EACCES, 1), self.sandbox(**spec).ready.skipped())
        self.assertEqual(
            ("landlock", f"Landlock path unavailable in hard_requirement mode: {inner} (permission denied)",
             errno.EACCES), self.fails(landlock=HARD_REQUIREMENT, **spec))


if __name__ == "__main__":
    unittest.main()
