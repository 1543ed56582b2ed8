"""The supervisor goes and comes back: drives the real launcher, as root and as an unprivileged user."""

import contextlib
import errno
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from supervisor import *  # noqa: E402,F403
import contained_test as container  # noqa: E402

UNPRIVILEGED = 1000
IS_ROOT = os.geteuid() == 0
SUPERVISED, OTHER_USER, NOT_KEPT, NOT_AT_HOME, VERSION, PROTOCOL = range(1, 7)
MEBIBYTE = 1024 * 1024

needs_root = unittest.skipUnless(IS_ROOT, "needs root")

# Who has the same user, and shows some namespace: argv[1] is the socket, argv[2] what to show. Prints type and reason.
STRANGER = """if True:
    import array, fcntl, os, socket, struct, sys
    path, shown = sys.argv[1:]
    if shown == "parent":
        try:
            fcntl.ioctl(os.open("/proc/self/ns/pid", os.O_RDONLY), 0xb702)
        except OSError as e:
            sys.exit(print("parent", e.errno))
    shown = int(shown) if shown.isdigit() else os.open(shown, os.O_RDONLY)
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(30)
    s.connect(path)
    def frame():
        length, kind, _ = struct.unpack(">IHH", s.recv(8, socket.MSG_WAITALL))
        return kind, s.recv(length, socket.MSG_WAITALL)
    kind, payload = frame()
    if kind == 1:
        s.sendmsg([bytes.fromhex("0000000a00150001000100000004") + struct.pack(">I", 1)],
                  [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [shown]))])
        print("greeted")
        kind, payload = frame()
    print(kind, struct.unpack(">I", payload[6:10])[0])
    """


@contextlib.contextmanager
def effective_user(user):
    """What SO_PEERCRED shows of a connection that is made meanwhile."""
    before = os.geteuid()
    if user is not None:
        os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(before)


def keep(state, process=4711):
    return u32(1, process) + field(2, state)


def is_running(process):
    return process.poll() is None


class Returning:
    """What holds for every way of starting a sandbox; the test cases below say who starts it."""

    user = None
    gate = "10.200.0.1"

    def launcher(self):
        launcher = Launcher(user=self.user)
        self.addCleanup(launcher.close)
        return launcher

    def spec(self, flags):
        return {"flags": flags}

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="openshell-test-")
        os.chmod(self.folder, 0o777)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.path = os.path.join(self.folder, "door")
        self.null = os.open("/dev/null", os.O_RDWR)
        self.addCleanup(os.close, self.null)

    def sandbox(self, state=b"state", flags=OUTLIVES):
        """A launcher that stands, with what it was told to keep."""
        door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(door.close)
        door.bind(self.path)
        os.chmod(self.path, 0o777)
        door.listen(8)
        launcher = self.launcher()
        # It would go on without us.
        self.addCleanup(self.kill, launcher)
        launcher.ready = launcher.launch(returning=door, **self.spec(flags))
        if state is not None:
            launcher.send(KEEP, keep(state))
        # Only the launcher has it from now on.
        door.close()
        return launcher

    def kill(self, launcher):
        """What it was started through may die without it."""
        with contextlib.suppress(OSError, IndexError):
            os.kill(self.first_process(launcher), signal.SIGKILL)
        launcher.process.kill()

    def start(self, launcher, *argv, terminal=None):
        spawn_id, started = launcher.spawn(list(argv), streams=[self.null] * 3, terminal=terminal)
        self.assertEqual(STARTED, started.kind)
        return spawn_id, started

    def die(self, launcher):
        """The supervisor is gone, and with it every descriptor that it had."""
        launcher.control.close()
        launcher.listener.close()
        launcher.listener = None
        launcher.pending = []

    def knock(self, launcher, user="owner"):
        """A new connection, which takes the place of the one before."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(TIMEOUT)
        self.addCleanup(connection.close)
        with effective_user(self.user if user == "owner" else user):
            connection.connect(self.path)
        launcher.control = connection
        return connection

    def resume(self, launcher, version=1, namespace="/proc/self/ns/pid"):
        fd = os.open(namespace, os.O_RDONLY)
        try:
            launcher.send(RESUME, u32(1, version), [fd])
        finally:
            os.close(fd)

    def come_back(self, launcher):
        self.knock(launcher)
        self.assertEqual(1, launcher.receive(HELLO).number(1))
        self.resume(launcher)
        resumed = launcher.receive(RESUMED)
        launcher.listener = socket.socket(fileno=resumed.descriptors[0])
        return resumed

    def refused(self, launcher):
        frame = launcher.receive(REFUSED)
        self.assertIsNone(launcher.read_frame())
        return frame.number(1), frame.number(3)

    # --- back again --------------------------------------------------------------------------------

    def test_all_is_handed_over_again_and_the_state_is_the_same_to_the_byte(self):
        state = os.urandom(MEBIBYTE)
        launcher = self.sandbox(state)
        spawn_id, started = self.start(launcher, "sleep", "600")
        address = launcher.listener.getsockname()
        self.die(launcher)
        resumed = self.come_back(launcher)
        self.assertEqual(state, resumed.fields[20][0])
        self.assertEqual([spawn_id], [number([value]) for value in resumed.fields[21]])
        for tag in (1, 2, 3, 10, 12):
            self.assertEqual(launcher.ready.fields[tag], resumed.fields[tag])
        self.assertEqual(address, launcher.listener.getsockname())
        again = launcher.receive(STARTED)
        self.assertEqual(started.payload, again.payload)
        launcher.send(SIGNAL, u32(1, spawn_id) + u32(2, signal.SIGTERM))
        self.assertEqual(-signal.SIGTERM, launcher.wait(spawn_id))

    def test_a_connection_made_meanwhile_waits_and_is_served(self):
        launcher = self.sandbox()
        spawn_id, _ = self.start(launcher, "/usr/bin/python3", "-c", """if True:
            import socket, sys, time
            time.sleep(0.3)
            s = socket.create_connection((sys.argv[1], 3128), 30)
            s.sendall(b'ping')
            raise SystemExit(s.recv(4) != b'pong')
            """, self.gate)
        self.die(launcher)
        time.sleep(0.6)
        self.come_back(launcher)
        self.assertTrue(select.select([launcher.listener], [], [], TIMEOUT)[0])
        accepted, _ = launcher.listener.accept()
        with accepted:
            accepted.settimeout(TIMEOUT)
            self.assertEqual(b"ping", accepted.recv(4))
            accepted.sendall(b"pong")
            self.assertEqual(0, launcher.wait(spawn_id))

    def test_a_new_state_takes_the_place_of_the_old_one(self):
        launcher = self.sandbox(b"old")
        self.start(launcher, "sleep", "600")
        launcher.send(KEEP, keep(b"new"))
        self.die(launcher)
        self.assertEqual(b"new", self.come_back(launcher).fields[20][0])
        launcher.send(KEEP, keep(b"newest"))
        self.die(launcher)
        self.assertEqual(b"newest", self.come_back(launcher).fields[20][0])

    def test_a_supervisor_that_dies_within_a_frame_leaves_the_state_before(self):
        launcher = self.sandbox(b"whole")
        self.start(launcher, "sleep", "600")
        payload = keep(b"x" * 4000)
        frame = struct.pack(">IHH", len(payload), KEEP, 0) + payload
        for cut in (1, 7, 8, 9, 2000, len(frame) - 1):
            launcher.control.sendall(frame[:cut])
            self.die(launcher)
            self.assertEqual(b"whole", self.come_back(launcher).fields[20][0])

    def test_what_ended_meanwhile_is_told(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        failed, _ = self.start(launcher, "sh", "-c", "sleep 0.3; exit 42")
        killed, _ = self.start(launcher, "sh", "-c", "sleep 0.3; kill -9 $$")
        self.die(launcher)
        time.sleep(0.8)
        resumed = self.come_back(launcher)
        self.assertEqual(3, len(resumed.fields[21]))
        self.assertEqual(42, launcher.wait(failed))
        self.assertEqual(-signal.SIGKILL, launcher.wait(killed))
        self.assertEqual(3, sum(frame.kind == STARTED for frame in launcher.pending))

    def test_an_end_that_nobody_read_is_told_again(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        spawn_id, _ = self.start(launcher, "sh", "-c", "exit 7")
        time.sleep(0.4)
        self.die(launcher)
        self.come_back(launcher)
        self.assertEqual(7, launcher.wait(spawn_id))

    def test_an_id_can_be_used_again_and_is_told_once(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        spawn_id, _ = self.start(launcher, "sh", "-c", "exit 7")
        self.assertEqual(7, launcher.wait(spawn_id))
        launcher.next_id = spawn_id
        self.start(launcher, "sh", "-c", "exit 8")
        self.assertEqual(8, launcher.wait(spawn_id))
        self.die(launcher)
        self.assertEqual(2, len(self.come_back(launcher).fields[21]))
        self.assertEqual(8, launcher.wait(spawn_id))

    def test_ended_commands_make_room_for_new_ones(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        for _ in range(300):
            spawn_id, _ = self.start(launcher, "true")
            self.assertEqual(0, launcher.wait(spawn_id))
        self.die(launcher)
        self.assertEqual(256, len(self.come_back(launcher).fields[21]))

    def test_a_terminal_is_handed_over_again_with_its_last_output(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        _, talking = self.start(launcher, "sh", "-c", "read line; echo got $line; exit 3", terminal=(24, 80))
        _, silent = self.start(launcher, "sh", "-c", "sleep 0.3; echo last words", terminal=(24, 80))
        for frame in (talking, silent):
            os.close(frame.descriptors[0])
        self.die(launcher)
        time.sleep(0.8)
        self.come_back(launcher)
        masters = {}
        for _ in range(3):
            frame = launcher.receive(STARTED)
            if frame.descriptors:
                masters[frame.number(1)] = frame.descriptors[0]
        os.write(masters[talking.number(1)], b"hello\n")
        self.assertIn(b"got hello", self.read_to_end(masters[talking.number(1)]))
        self.assertIn(b"last words", self.read_to_end(masters[silent.number(1)]))
        self.assertEqual(3, launcher.wait(talking.number(1)))

    def read_to_end(self, master):
        output = b""
        try:
            while part := os.read(master, 4096):
                output += part
        except OSError:
            pass
        os.close(master)
        return output

    def test_queries_are_answered_after_coming_back(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        self.die(launcher)
        self.come_back(launcher)
        launcher.send(RESOLVE, u32(1, 9) + text(2, "/usr"))
        self.assertEqual(9, launcher.receive(RESOLVED).number(1))

    # --- who may -----------------------------------------------------------------------------------

    def test_who_is_supervised_is_told_by_whom(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        first = launcher.control
        self.knock(launcher)
        self.assertEqual((SUPERVISED, 4711), self.refused(launcher))
        launcher.control = first
        launcher.send(RESOLVE, u32(1, 9) + text(2, "/usr"))
        self.assertEqual(9, launcher.receive(RESOLVED).number(1))

    def test_without_a_state_nobody_can_come_back(self):
        launcher = self.sandbox(state=None)
        self.start(launcher, "sleep", "600")
        self.die(launcher)
        self.knock(launcher)
        self.assertEqual((NOT_KEPT, 0), self.refused(launcher))

    @needs_root
    def test_another_user_is_refused(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        self.die(launcher)
        for stranger in (12345, UNPRIVILEGED if self.user is None else 0):
            self.knock(launcher, user=stranger)
            self.assertEqual((OTHER_USER, 0), self.refused(launcher))
        self.come_back(launcher)

    def first_process(self, launcher):
        with open(f"/proc/{launcher.process.pid}/task/{launcher.process.pid}/children") as children:
            return int(children.read().split()[0])

    def test_another_pid_namespace_is_refused(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        self.die(launcher)
        init = self.first_process(launcher)
        # That of the sandbox itself, another kind of namespace, and no namespace at all.
        wrong = ["/proc/self/ns/net", "/dev/null"] + ([f"/proc/{init}/ns/pid"] if IS_ROOT else [])
        for path in wrong:
            self.knock(launcher)
            launcher.receive(HELLO)
            self.resume(launcher, namespace=path)
            self.assertEqual((NOT_AT_HOME, 0), self.refused(launcher))
        self.come_back(launcher)

    def stranger(self, *arguments, through, **options):
        """What somebody gets who runs through another program."""
        return subprocess.run([*through, sys.executable, "-I", "-c", STRANGER, self.path, *arguments], timeout=TIMEOUT,
                              stdout=subprocess.PIPE, check=True, text=True, **options).stdout.split("\n")[:-1]

    @needs_root
    def test_nobody_in_another_container_can_show_the_namespace_of_supervisors(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        self.die(launcher)
        beside = ["unshare", "-p", "-f", "-m", "--mount-proc"]
        beside += ["setpriv", f"--reuid={self.user}", "--clear-groups"] if self.user else []
        self.assertEqual(["greeted", f"{REFUSED} {NOT_AT_HOME}"],
                         self.stranger("/proc/self/ns/pid", through=beside))
        self.assertEqual([f"parent {errno.EPERM}"], self.stranger("parent", through=beside))
        self.come_back(launcher)

    @needs_root
    def test_a_process_of_the_sandbox_is_no_supervisor_whatever_it_shows(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        self.die(launcher)
        home = os.open("/proc/self/ns/pid", os.O_RDONLY)
        self.addCleanup(os.close, home)
        inside = ["nsenter", "-t", str(self.first_process(launcher)), "-p"]
        inside += ["setpriv", f"--reuid={self.user}", "--clear-groups"] if self.user else []
        self.assertEqual([f"{REFUSED} {NOT_AT_HOME}"], self.stranger(str(home), through=inside, pass_fds=[home]))
        self.come_back(launcher)

    def test_another_release_is_told(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        self.die(launcher)
        self.knock(launcher)
        launcher.receive(HELLO)
        self.resume(launcher, version=2)
        self.assertEqual((VERSION, 0), self.refused(launcher))
        self.come_back(launcher)

    def test_garbage_at_the_door_harms_nobody(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        self.die(launcher)
        header = struct.pack(">IHH", 12, RESUME, 0)
        for garbage in (b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 64, header, header + b"x" * 12, header[:5], b"",
                        struct.pack(">IHH", 0, RESUME, 1), struct.pack(">IHH", 0, SHUTDOWN, 0)):
            connection = self.knock(launcher)
            launcher.receive(HELLO)
            connection.sendall(garbage)
            connection.close()
        self.knock(launcher)
        launcher.receive(HELLO)
        launcher.send(RESUME, u32(1, 1))
        self.assertEqual((PROTOCOL, 0), self.refused(launcher))
        self.come_back(launcher)

    def test_one_who_says_nothing_is_not_waited_for_long(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        self.die(launcher)
        self.knock(launcher)
        launcher.receive(HELLO)
        silent = launcher.control
        began = time.monotonic()
        self.come_back(launcher)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(b"", silent.recv(1))

    # --- what is not allowed -------------------------------------------------------------------------

    def test_an_oversized_or_malformed_state_ends_everything(self):
        for payload in (keep(b""), keep(b"x" * (MEBIBYTE + 1)), keep(b"x", process=0), field(2, b"x"), u32(1, 1),
                        keep(b"x") + keep(b"x"), b"\0"):
            with self.subTest(length=len(payload)):
                launcher = self.sandbox()
                launcher.send(KEEP, payload)
                self.assertIn("control", describe_failure(launcher.receive(FAILED)))
                self.assertEqual(125, launcher.process.wait(TIMEOUT))
                os.unlink(self.path)

    def test_keep_is_for_those_who_can_come_back(self):
        launcher = self.launcher()
        launcher.launch(**self.spec(OUTLIVES))
        launcher.send(KEEP, keep(b"state"))
        self.assertIn("KEEP", describe_failure(launcher.receive(FAILED)))

    def test_a_door_comes_only_with_the_flag_listening_and_with_the_namespace_of_supervisors(self):
        listening = socket.socket(socket.AF_UNIX)
        self.addCleanup(listening.close)
        listening.bind(self.path)
        listening.listen(1)
        socket_alone = socket.socket(socket.AF_UNIX)
        null, home, network = (open(path) for path in ("/dev/null", "/proc/self/ns/pid", "/proc/self/ns/net"))
        for each in (socket_alone, null, home, network):
            self.addCleanup(each.close)
        for flags, sent in ((0, (listening, home)), (OUTLIVES, (socket_alone, home)), (OUTLIVES, (null, home)),
                            (OUTLIVES, (listening, network)), (OUTLIVES, (listening, null)), (OUTLIVES, (listening,)),
                            (OUTLIVES, (listening, home, home))):
            with self.subTest(flags=flags, sent=sent):
                launcher = self.launcher()
                launcher.send(LAUNCH, launch_spec(**self.spec(flags)), [each.fileno() for each in sent])
                self.assertRegex(describe_failure(launcher.receive(FAILED)), "^(launch|control): ")
                self.assertEqual(125, launcher.process.wait(TIMEOUT))

    def test_a_returned_supervisor_keeps_to_the_protocol_too(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        self.die(launcher)
        self.come_back(launcher)
        launcher.send(RESUME, u32(1, 1))
        launcher.receive(FAILED)
        self.assertEqual(125, launcher.process.wait(TIMEOUT))

    # --- the end -------------------------------------------------------------------------------------

    def test_when_nobody_comes_all_ends_with_the_last_command(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "0.5")
        self.die(launcher)
        time.sleep(0.2)
        self.assertTrue(is_running(launcher.process))
        self.assertEqual(0, launcher.process.wait(TIMEOUT))

    def test_without_the_name_of_the_socket_it_goes_on_too(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "0.5")
        os.unlink(self.path)
        self.die(launcher)
        time.sleep(0.2)
        self.assertTrue(is_running(launcher.process))
        self.assertEqual(0, launcher.process.wait(TIMEOUT))

    def test_shutdown_ends_it_at_once_also_after_coming_back(self):
        launcher = self.sandbox()
        self.start(launcher, "sleep", "600")
        self.die(launcher)
        self.come_back(launcher)
        launcher.send(SHUTDOWN)
        self.assertEqual(0, launcher.process.wait(TIMEOUT))

    def test_the_flag_is_what_lets_it_outlive(self):
        launcher = self.launcher()
        launcher.launch(**self.spec(0))
        self.start(launcher, "sleep", "600")
        launcher.control.close()
        self.assertEqual(0, launcher.process.wait(TIMEOUT))


class AsRoot(Returning, unittest.TestCase):
    def setUp(self):
        if not IS_ROOT:
            self.skipTest("needs root")
        super().setUp()


class AsUser(Returning, unittest.TestCase):
    user = UNPRIVILEGED if IS_ROOT else None


@unittest.skipUnless(container.has_tools(), "needs root, and unshare, setpriv, ip and chroot")
class InContainer(Returning, unittest.TestCase):
    """The launcher sees neither the pid namespace of its supervisor nor the name of the socket."""

    gate = "127.0.0.1"

    def launcher(self):
        root = tempfile.mkdtemp(prefix="openshell-container-")
        self.addCleanup(os.rmdir, root)
        launcher = Launcher(through=container.through(root))
        self.addCleanup(launcher.close)
        return launcher

    def spec(self, flags):
        return {"flags": flags | container.CONTAINED, "mounts": []}


if __name__ == "__main__":
    unittest.main()
