"""The attestation: what a sound launcher proves before READY, and launchers with a layer left out, which must not start."""

import errno
import os
import socket
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from supervisor import *  # noqa: E402,F403

UNPRIVILEGED = 1000
IS_ROOT = os.geteuid() == 0
IS_X86 = os.uname().machine == "x86_64"

needs_root = unittest.skipUnless(IS_ROOT, "needs root")

LANDLOCK_FILES = {
    "write to a file of a read-only path", "create a file in a read-only path", "truncate a file of a read-only path",
    "read a file outside", "list a directory outside", "execute a file outside", "write to a file outside",
    "create a file outside", "remove a file outside", "rename a file outside", "link a file outside",
    "truncate a file outside", "ioctl on a device"}
LANDLOCK_SCOPES = {"signal to a process outside the domain", "abstract Unix socket outside the domain"}
LIMITED_TCP = {"limited: TCP to another port of the gate", "limited: TCP server on the loopback"}
LIMITED_UDP = {"limited: UDP to another host", "limited: UDP to the gate"}
FREE_TCP = {"connect over the loopback", "TCP to another port of the gate"}
MOUNTS = {"change a read-only mount", "create a directory in the root", "rename from a read-only to a read-write path",
          "link a file outside into a read-write path"}
CONTROLS = {"write in a read-write path", "read a file of a read-only path", "connect to the gate"}
NETWORK = {"TCP to another host", "TCP to the cloud's metadata address", "TCP to a neighbour of the gate",
           "UDP to another host", "UDP to the gate", "UDP multicast", "TCP over IPv6", "UDP over IPv6",
           "abstract Unix socket of another network namespace", "ICMP socket"}
SECCOMP = {
    "TIOCSTI", "TIOCLINUX", "user namespace by unshare", "user namespace by clone", "user namespace by clone3", "ptrace",
    "process_vm_readv", "process_vm_writev", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "io_uring_setup",
    "io_uring_enter", "io_uring_register", "bpf", "perf_event_open", "userfaultfd", "memfd_create", "memfd_secret",
    "execveat of a descriptor", "netlink socket", "vsock socket"} | ({"32-bit system call"} if IS_X86 else set())
TWICE_REFUSED = {"mount", "packet socket", "mount namespace by unshare", "raw socket"} | ({"x32 system call"} if IS_X86 else set())
CAPABILITIES = {"setgroups"}
HELD = {"user and group", "capability sets empty", "capability bounding set empty", "no_new_privs",
        "seccomp in filter mode", "no descriptor but the standard streams", "core limit 0", "not dumpable"}
ROOT_ONLY = {"no supplementary group but its own", "setuid(0)", "setgid(0)"}
USER_ONLY = {"setuid(0) in a user namespace", "setgid(0) in a user namespace"}
CONTAINER_ONLY = {"create a directory in the image's root", "connect to the supervisor"}
OTHERS = {"root of the first process", "core dump"}
EVERY = (LANDLOCK_FILES | LANDLOCK_SCOPES | LIMITED_TCP | LIMITED_UDP | FREE_TCP | MOUNTS | CONTROLS | NETWORK | SECCOMP |
         TWICE_REFUSED | CAPABILITIES | HELD | ROOT_ONLY | USER_ONLY | CONTAINER_ONLY | OTHERS)


def target(name):
    """A file of the build. The launcher that is tested may come from another folder of it."""
    directory = os.path.dirname(os.path.abspath(__file__))
    return os.path.join(directory, "..", "target", name)


class Attestation:
    user = None

    def ready(self, **spec):
        launcher = Launcher(user=self.user)
        self.addCleanup(launcher.close)
        launcher.ready = launcher.launch(**spec)
        return launcher

    def not_applicable(self, ready):
        return {name for name, (_, _, outcome) in ready.attempts().items() if outcome == 2}

    def expected_gaps(self, abi):
        gaps = CONTAINER_ONLY | LIMITED_TCP | LIMITED_UDP | (USER_ONLY if self.is_root else ROOT_ONLY)
        gaps |= LANDLOCK_SCOPES if abi < 6 else set()
        gaps |= {"ioctl on a device"} if abi < 5 else set()
        gaps |= {"truncate a file outside", "truncate a file of a read-only path"} if abi < 3 else set()
        return gaps if os.path.exists("/proc/net/if_inet6") else gaps | {"TCP over IPv6", "UDP over IPv6"}

    def test_every_attempt_is_reported_and_came_out_as_expected(self):
        launcher = self.ready()
        attempts = launcher.ready.attempts()
        self.assertEqual(EVERY, {name for name in attempts if not name.startswith("system call ")})
        for name, (expected, came, outcome) in attempts.items():
            if outcome == 1:
                self.assertTrue(came in expected, (name, expected, came))
        abi = launcher.ready.number(1)
        self.assertEqual(self.expected_gaps(abi), self.not_applicable(launcher.ready))
        self.assertEqual({"EACCES from Landlock"}, {attempts[name][0] for name in LANDLOCK_FILES})
        self.assertEqual({"works"}, {attempts[name][1] for name in CONTROLS})
        self.assertEqual({"holds"}, {attempts[name][1] for name in HELD})

    def test_every_call_that_the_filter_refuses_is_tried(self):
        attempts = self.ready().ready.attempts()
        tried = {name.split()[2].rstrip(",") for name in attempts if name.startswith("system call ")}
        self.assertLessEqual({
            "memfd_create", "ptrace", "bpf", "process_vm_readv", "process_vm_writev", "pidfd_open", "pidfd_getfd",
            "pidfd_send_signal", "io_uring_setup", "mount", "fsopen", "fsconfig", "fsmount", "fspick", "move_mount",
            "open_tree", "setns", "umount2", "pivot_root", "userfaultfd", "perf_event_open", "execveat", "unshare",
            "clone", "seccomp", "socket", "clone3", "chroot", "io_uring_enter", "mount_setattr"}, tried)

    def test_what_rests_on_landlock_is_not_applicable_where_the_policy_has_no_path(self):
        launcher = self.ready(landlock=OFF, read_only=(), read_write=())
        without = {name for name, (_, came, _) in launcher.ready.attempts().items() if came == "Landlock is not applied"}
        self.assertEqual(LANDLOCK_FILES | LANDLOCK_SCOPES | LIMITED_TCP | LIMITED_UDP |
                         {"create a directory in the image's root", "read a file of a read-only path",
                          "rename from a read-only to a read-write path",
                          "link a file outside into a read-write path"}, without)

    def test_a_policy_that_declares_everything_leaves_no_outside(self):
        launcher = self.ready(mounts=[mount(READ_ONLY, "/"), mount(TMPFS, "/tmp"), mount(DIRECTORY, "/sandbox")],
                              read_only=("/",), read_write=("/sandbox", "/tmp"))
        attempts = launcher.ready.attempts()
        self.assertEqual("the policy declares every directory", attempts["read a file outside"][1])
        self.assertEqual("EACCES", attempts["write to a file of a read-only path"][1])

    def test_a_policy_of_single_files_and_devices_says_what_cannot_be_tried(self):
        attempts = self.ready(read_only=("/usr/bin/env", "/proc"), read_write=("/dev",)).ready.attempts()
        self.assertEqual("the policy declares no read-only directory with one in it",
                         attempts["truncate a file of a read-only path"][1])
        self.assertEqual("the policy makes every device read-write", attempts["ioctl on a device"][1])
        self.assertEqual("EACCES", attempts["truncate a file outside"][1])

    def test_a_limit_of_tcp_to_the_proxy_is_proven_too(self):
        launcher = self.ready(flags=4)
        if launcher.ready.number(1) < 4:
            self.skipTest("needs Landlock ABI 4")
        gaps = self.not_applicable(launcher.ready)
        self.assertFalse(gaps & LIMITED_TCP)
        self.assertLessEqual(FREE_TCP, gaps)

    def test_nothing_is_left_behind(self):
        launcher = self.ready()
        launcher.listener.setblocking(False)
        self.assertRaises(BlockingIOError, launcher.listener.accept)
        _, out, err = launcher.run(["sh", "-c", "ls /dev/shm /sandbox /tmp; ls /dev/pts; ls -d /proc/[0-9]*; grep -c "
                                    "@openshell /proc/net/unix; wc -l < /proc/self/mounts; cut -d' ' -f2 /proc/self/mounts"
                                    " | sort | uniq -d"])
        lines = out.replace("ls: ", "").split()
        self.assertEqual(["/dev/shm:", "/sandbox:", "/tmp:", "ptmx"], lines[:4], err)
        processes = [line for line in lines if line.startswith("/proc/")]
        self.assertLessEqual(len(processes), 3, processes)  # the first, the shell, ls
        self.assertEqual("0", lines[4 + len(processes)])
        self.assertEqual(6 + len(processes), len(lines), lines)  # no mount point is mounted twice

    def test_it_costs_less_than_fifty_milliseconds(self):
        """The best of ten: the machine may be busy, the attestation itself is what is measured."""
        times = []
        for _ in range(10):
            with Launcher(user=self.user) as launcher:
                times.append(launcher.launch().number(14))
        self.assertGreater(min(times), 0)
        self.assertLess(min(times), 50_000, times)


@needs_root
class AsRoot(Attestation, unittest.TestCase):
    is_root = True


class AsUser(Attestation, unittest.TestCase):
    is_root = False
    user = UNPRIVILEGED if IS_ROOT else None


class Broken:
    """A launcher that leaves one step of the confinement out."""

    user = None

    def refused(self, step):
        os.environ["OPENSHELL_LAUNCHER"], before = target("broken/" + step), launcher_path()
        try:
            launcher = Launcher(user=self.user)
            self.addCleanup(launcher.close)
            failed = launcher.launch_fails()
        finally:
            os.environ["OPENSHELL_LAUNCHER"] = before
        self.assertEqual("attestation", failed.text(1))
        self.assertEqual(125, launcher.process.wait(TIMEOUT))
        return failed

    def wrong(self, step):
        """The attempts that came out otherwise, to what came of them."""
        answers = {}
        for part in self.refused(step).text(2).split("; "):
            name, _, rest = part.partition(": ")
            if "(expected: " in rest:
                answers[name] = rest[:rest.index(" (expected: ")]
        return answers

    def test_without_landlock_what_rests_on_it_happens(self):
        wrong = self.wrong("LANDLOCK")
        self.assertEqual(LANDLOCK_FILES | LANDLOCK_SCOPES, set(wrong))
        self.assertEqual({"execute a file outside": "ENOEXEC", "ioctl on a device": "ENOTTY"},
                         {name: came for name, came in wrong.items() if came != "happened"})

    def test_without_seccomp_every_call_gets_through(self):
        """Also the kernel's own answer to each call of the table is none that could be taken for the filter's."""
        with Launcher(user=self.user) as sound:
            attempts = sound.launch().attempts()
        by_seccomp = {name for name, (expected, _, _) in attempts.items()
                      if expected.split(" from ", 1)[-1] in ("seccomp", "seccomp, or a kernel without them")}
        twice = {name for name, (expected, _, _) in attempts.items() if "the missing capability would" in expected}
        wrong = self.wrong("SECCOMP")
        self.assertEqual(by_seccomp | {"seccomp in filter mode"}, set(wrong) - twice)
        self.assertLessEqual(SECCOMP, by_seccomp)
        self.assertLess(len(twice), 30)

    def test_in_another_network_namespace_nothing_is_as_declared(self):
        wrong = self.wrong("NETWORK")
        self.assertLessEqual({"connect over the loopback", "connect to the gate", "TCP to a neighbour of the gate",
                              "abstract Unix socket of another network namespace"}, set(wrong))

    def test_what_the_first_process_has_given_up_holds_without_the_step(self):
        """Its children have nothing to inherit, so that leaving these two steps out changes nothing."""
        for step, name in (("BOUNDING_SET", "capability bounding set empty"), ("NO_NEW_PRIVILEGES", "no_new_privs")):
            os.environ["OPENSHELL_LAUNCHER"], before = target("broken/" + step), launcher_path()
            try:
                launcher = Launcher(user=self.user)
                self.addCleanup(launcher.close)
                self.assertEqual(("holds", "holds", 1), launcher.launch().attempts()[name])
            finally:
                os.environ["OPENSHELL_LAUNCHER"] = before

    def test_with_open_descriptors(self):
        self.assertEqual({"no descriptor but the standard streams": "does not hold"}, self.wrong("DESCRIPTORS"))


class Faulty(unittest.TestCase):
    """A probe that does not come to its end."""

    def test_a_probe_that_crashes_hangs_or_says_too_little_is_no_proof(self):
        for fault, error, least, most in (("CRASH", 0, 0, 4), ("SILENCE", 0, 0, 4), ("HANG", errno.ETIMEDOUT, 4.9, 9)):
            with self.subTest(fault):
                os.environ["OPENSHELL_LAUNCHER"], before = target("faulty/" + fault), launcher_path()
                try:
                    launcher = Launcher(user=UNPRIVILEGED if IS_ROOT else None)
                finally:
                    os.environ["OPENSHELL_LAUNCHER"] = before
                self.addCleanup(launcher.close)
                start = time.monotonic()
                failed = launcher.launch_fails()
                self.assertTrue(least <= time.monotonic() - start < most)
                self.assertEqual(("attestation", error), (failed.text(1), failed.signed(3)))
                self.assertRegex(failed.text(2), "^probe: [0-9]+ of [0-9]+ answers, exit status 0x")
                self.assertEqual(125, launcher.process.wait(TIMEOUT))


@needs_root
class BrokenAsRoot(Broken, unittest.TestCase):
    def test_without_dropping_groups_or_user_the_next_step_fails(self):
        self.assertEqual(("user", errno.EPERM), (self.refused("GROUPS").text(2), self.refused("GROUPS").signed(3)))
        self.assertEqual(("capabilities", errno.EPERM), (self.refused("USER").text(2), self.refused("USER").signed(3)))


class BrokenAsUser(Broken, unittest.TestCase):
    user = UNPRIVILEGED if IS_ROOT else None

    def test_with_the_capabilities_of_the_user_namespace(self):
        """As root they go with the user's number; here they would stay."""
        wrong = self.wrong("CAPABILITIES")
        self.assertEqual({"capability sets empty": "does not hold"}, wrong)


if __name__ == "__main__":
    unittest.main()
