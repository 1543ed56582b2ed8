"""A sandbox in a container: namespaces and a root that somebody else has made, seven capabilities, nothing mounted."""

import errno
import os
import signal
import socket
import struct
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from supervisor import *  # noqa: E402,F403

CONTAINED = 8
ASKED = 143
NEEDED = ("chown", "dac_read_search", "kill", "setgid", "setuid", "setpcap", "sys_ptrace")
SANDBOX_ONLY = {"change a read-only mount", "create a directory in the root",
                "abstract Unix socket of another network namespace"}
CONTAINER_ONLY = {"create a directory in the image's root", "connect to the supervisor"}

# An engine's part: a root of its own with /proc and /dev, the loopback up, and few capabilities.
ENGINE = r"""
set -e
root=$1 network=$2 capabilities=$3; shift 3
mount -t tmpfs -o mode=0755 root "$root"
for each in usr lib lib64 bin sbin; do
    [ ! -d "/$each" ] || if [ -L "/$each" ]; then cp -P "/$each" "$root/$each"; else mkdir "$root/$each" && mount --rbind "/$each" "$root/$each"; fi
done
mkdir "$root/proc" "$root/dev" "$root/etc" "$root/run" "$root/tmp" "$root/opt" "$root/opt/launcher" "$root/run/control"
chmod 1777 "$root/tmp"
printf 'root:x:0:0::/root:/bin/sh\nagent:x:1500:1500::/:/bin/sh\n' >"$root/etc/passwd"
ln -s /tmp "$root/link"; ln -s ../tmp "$root/opt/inner"
ln -s /opt/launcher "$root/foreign"; ln -s /etc/passwd "$root/own"
touch "$root/etc/hosts"; mount --bind "$root/etc/hosts" "$root/etc/hosts"
mount -t tmpfs -o mode=0755 dev "$root/dev"
for each in null zero full random urandom tty; do touch "$root/dev/$each"; mount --bind "/dev/$each" "$root/dev/$each"; done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
mount --bind "$(dirname "$1")" "$root/opt/launcher"
mount --bind "$(dirname "$3")" "$root/run/control"
mount -t proc proc "$root/proc"
chmod 0555 "$root" # as in Podman's
echo '1 0' >/proc/sys/net/ipv4/ping_group_range
case $network in
    none) ip link set lo up ;;
    down) ;;
    *) ip link set lo up; ip link add eth0 type veth peer name eth1; ip link set eth0 up ;;
esac
exec chroot "$root" setpriv --no-new-privs --bounding-set "-all$capabilities" --inh-caps "-all" --clear-groups \
    "/opt/launcher/$(basename "$1")" "$2" "/run/control/$(basename "$3")"
"""


def has_tools():
    return os.geteuid() == 0 and all(any(os.access(os.path.join(d, tool), os.X_OK) for d in os.environ["PATH"].split(":"))
                                     for tool in ("unshare", "setpriv", "ip", "chroot"))


def first_process(launcher):
    credentials = launcher.control.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", credentials)[0]


def listed(launcher, directory):
    launcher.send(LOOK, u32(1, 9) + text(4, directory))
    return [(string(f[1]), number(f[2]), signed(f[3])) for f in map(parse, launcher.receive(SEEN).fields[10])]


def through(root, network="none", without=(), pid=True):
    capabilities = "".join(f",+{each}" for each in NEEDED if each not in without)
    namespaces = ["-m", "-n", "-i", "-u"] + (["-p", "-f", "--kill-child"] if pid else [])
    return ["unshare", *namespaces, "--propagation", "private", "sh", "-c", ENGINE, "engine", root, network,
            capabilities]


@unittest.skipUnless(has_tools(), "needs root, and unshare, setpriv, ip and chroot")
class Contained(unittest.TestCase):

    def container(self, **options):
        root = tempfile.mkdtemp(prefix="openshell-container-")
        self.addCleanup(os.rmdir, root)
        launcher = Launcher(through=through(root, **options))
        self.addCleanup(launcher.close)
        return launcher

    def ready(self, **spec):
        launcher = self.container()
        launcher.ready = launcher.launch(mounts=[], flags=CONTAINED | spec.pop("flags", 0), **spec)
        return launcher

    def refused(self, **options):
        failure = self.container(**options).launch_fails(mounts=[], flags=CONTAINED)
        return failure.text(1), failure.text(2)

    def test_every_attempt_comes_out_as_expected_without_the_power_to_mount(self):
        attempts = self.ready().ready.attempts()
        gaps = {name for name, (_, _, outcome) in attempts.items() if outcome == 2}
        self.assertLessEqual(SANDBOX_ONLY, gaps)
        self.assertFalse(CONTAINER_ONLY & gaps)
        self.assertEqual("EACCES", attempts["create a directory in the image's root"][1])
        self.assertIn(attempts["connect to the supervisor"][1], ("EACCES", "ENOENT"))
        self.assertEqual("EACCES", attempts["read a file outside"][1])
        self.assertEqual("EACCES", attempts["write to a file of a read-only path"][1])

    def test_the_launcher_keeps_six_capabilities_and_the_agent_none(self):
        launcher = self.ready()
        code, out, err = launcher.run(["cat", "/proc/1/status", "/proc/self/status"])
        self.assertEqual((0, ""), (code, err))
        lines = out.splitlines()
        self.assertEqual(["CapPrm:\t00000000000801e4", "CapPrm:\t0000000000000000"], [l for l in lines if "CapPrm" in l])
        self.assertEqual(["CapBnd:\t0000000000000000"] * 2, [l for l in lines if "CapBnd" in l])

    def test_nothing_of_the_scene_is_left_and_the_agents_folder_is_its_own(self):
        launcher = self.ready(read_only=("/usr", "/lib", "/lib64", "/bin", "/etc", "/dev", "/"))
        code, out, err = launcher.run(["ls", "-A1", "/", "/dev", "/etc/openshell-tls"])
        self.assertEqual((0, ""), (code, err))
        self.assertNotIn(".openshell", out)
        code, out, _ = launcher.run(["sh", "-c", "echo mine >/sandbox/file && stat -c %u:%g /sandbox /sandbox/file"])
        self.assertEqual((0, "1500:1500\n1500:1500\n"), (code, out))

    def test_files_are_written_in_place_over_what_the_engine_has_mounted(self):
        launcher = self.ready()
        self.assertEqual((0, "127.0.0.1 localhost\ncertificate\n", ""),
                         launcher.run(["cat", "/etc/hosts", "/etc/openshell-tls/openshell-ca.pem"]))

    def test_paths_outside_the_policy_are_closed_although_the_image_has_them(self):
        launcher = self.ready(read_only=("/usr", "/lib", "/lib64", "/bin"))
        code, _, err = launcher.run(["sh", "-c", "cat /etc/passwd; touch /tmp/fine; touch /usr/not"])
        self.assertNotEqual(0, code)
        self.assertEqual(2, err.count("Permission denied"), err)

    def test_a_link_of_the_images_shows_nothing_that_is_mounted(self):
        launcher = self.ready(read_only=("/usr", "/lib", "/lib64", "/bin", "/foreign", "/own"))
        code, out, err = launcher.run(["sh", "-c", "cat /own; ls /opt/launcher /foreign/"])
        self.assertNotEqual(0, code)
        self.assertIn("sandbox:x:1500:1500", out)
        self.assertEqual(2, err.count("Permission denied"), err)
        self.assertIn(("/foreign", "a symbolic link of the image's leads to a mount", errno.EXDEV, 2), launcher.ready.skipped())
        launcher = self.ready(read_only=("/usr", "/lib", "/lib64", "/bin", "/opt/launcher"))
        self.assertEqual(0, launcher.run(["ls", "/opt/launcher"])[0])

    def test_the_owner_of_a_connection_over_the_loopback_is_found(self):
        launcher = self.ready(read_only=("/usr", "/lib", "/lib64", "/bin", "/etc", "/proc"))
        program = ("import ctypes, socket, sys, time\n"
                   "c = socket.create_connection(('127.0.0.1', 3128))\n"
                   "ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\n"  # not dumpable
                   "sys.stdin.read()\n")
        reading, writing = os.pipe()
        null = os.open("/dev/null", os.O_RDWR)
        spawn_id, _ = launcher.spawn(["/usr/bin/python3", "-c", program], streams=[reading, null, 2])
        launcher.listener.setblocking(True)
        connection, agent = launcher.listener.accept()
        answer = launcher.identify(agent, connection.getsockname())
        for descriptor in (reading, writing, null):
            os.close(descriptor)
        connection.close()
        self.assertEqual(0, launcher.wait(spawn_id))
        self.assertEqual("127.0.0.1", agent[0])
        self.assertEqual([os.path.realpath("/usr/bin/python3")], [owner["exe"]["path"] for owner in owners(answer)])

    def test_a_connection_elsewhere_is_refused_and_told(self):
        launcher = self.ready(read_only=("/usr", "/lib", "/lib64", "/bin", "/etc", "/proc"))
        code, out, _ = launcher.run(["/usr/bin/python3", "-c", "import socket\n"
                                     "try: socket.create_connection(('192.0.2.1', 80))\n"
                                     "except OSError as e: print(e.errno)"])
        self.assertEqual((0, f"{errno.ENETUNREACH}\n"), (code, out))
        told, _ = attempts(launcher)
        self.assertEqual([("192.0.2.1", 80)], [(each["address"], each["port"]) for each in told])

    def test_a_terminal_belongs_to_the_agent(self):
        launcher = self.ready()
        spawn_id, started = launcher.spawn(["sh", "-c", "stat -c %u $(tty); echo on >$(tty)"], terminal=(24, 80))
        self.assertEqual(0, launcher.wait(spawn_id))
        written = b""
        while written.count(b"\n") < 2:
            written += os.read(started.descriptors[0], 100)
        self.assertEqual(b"1500\r\non\r\n", written)

    def test_what_the_image_has_is_told_before_the_launch(self):
        launcher = self.container()
        launcher.send(LOOK, u32(1, 9) + text(2, "/usr") + text(2, "/no/such") + text(3, "/etc/passwd") + text(3, "/dev/zero"))
        seen = launcher.receive(SEEN)
        self.assertEqual(9, seen.number(1))
        found = [parse(value) for value in seen.fields[10]]
        self.assertEqual([("/usr", 2, 0), ("/no/such", 0, errno.ENOENT), ("/etc/passwd", 1, 0),
                          ("/dev/zero", 3, errno.EINVAL)],
                         [(string(f[1]), number(f[2]), signed(f[3])) for f in found])
        self.assertTrue(found[2][4][0].startswith(b"root:x:0:0:"))
        self.assertEqual(([("/opt/launcher", 2, 0), ("/opt", 2, 0)], [("/no/such", 0, errno.ENOENT)]),
                         (listed(launcher, "/opt"), listed(launcher, "/no/such")))
        root = listed(launcher, "/")
        self.assertEqual(("/", 2, 0), root[-1])
        self.assertIn(("/usr", 2, 0), root)
        self.assertNotIn("/link", [path for path, _, _ in root], "nobody knows where it leads")
        self.assertEqual([("/link", 0, errno.ENOTDIR)], listed(launcher, "/link"))
        self.assertEqual(("/usr/bin", 2, errno.E2BIG), listed(launcher, "/usr/bin")[-1])
        launcher.launch(mounts=[], flags=CONTAINED)

    def test_what_the_image_lacks_is_made_also_below_what_was_made(self):
        launcher = self.container()
        launcher.ready = launcher.launch(mounts=[mount(DIRECTORY, "/srv/none/of/it")],
                                         flags=CONTAINED, read_write=("/sandbox", "/work/a/b/c", "/tmp"))
        code, out, err = launcher.run(["sh", "-c", "echo mine >/work/a/b/c/file && stat -c %u /work /work/a/b /work/a/b/c "
                                       "/srv/none/of/it; ls /srv/none/of/it"])
        self.assertEqual("0\n0\n1500\n1500\n", out)
        self.assertIn("Permission denied", err)
        self.assertNotEqual(0, code)

    def test_an_engine_that_asks_for_the_end_gets_it(self):
        launcher = self.ready()
        scripts = {"trap 'exit 7' TERM; echo; sleep 600 & wait": 7, "sleep 600 & echo; wait": -signal.SIGTERM,
                   "trap '' TERM; echo; sleep 600": -signal.SIGKILL}
        expected = {self.started(launcher, script): code for script, code in scripts.items()}
        before = time.monotonic()
        os.kill(first_process(launcher), signal.SIGTERM)
        ended = [launcher.receive(EXITED) for _ in scripts]
        self.assertEqual(expected, {f.number(1): -f.signed(3) if f.signed(3) else f.signed(2) for f in ended})
        self.assertEqual([1, 1, 1], [f.number(5) for f in ended], "it is said why")
        self.assertEqual(ASKED, launcher.process.wait(TIMEOUT))
        self.assertLess(time.monotonic() - before, 5)

    def test_a_sandbox_without_a_command_ends_when_it_is_asked_to(self):
        for launcher in (self.ready(), self.container()):
            os.kill(first_process(launcher), signal.SIGTERM)
            self.assertEqual(ASKED, launcher.process.wait(TIMEOUT))

    def test_an_agent_cannot_ask_for_the_end(self):
        launcher = self.ready()
        code, _, err = launcher.run(["sh", "-c", "kill -TERM 1"])
        self.assertNotEqual(0, code)
        self.assertIn("ermitted", err)
        spawn_id = self.started(launcher, "echo; exit 3")
        frame = launcher.receive(EXITED)
        self.assertEqual((spawn_id, 3, 0), (frame.number(1), frame.signed(2), frame.number(5)))

    def started(self, launcher, script):
        """Returns when it has written a line."""
        reading, writing = os.pipe()
        spawn_id, _ = launcher.spawn(["sh", "-c", script], streams=[reading, writing, 2])
        os.close(writing)
        self.assertEqual(b"\n", os.read(reading, 1))
        os.close(reading)
        return spawn_id

    def test_what_the_launcher_relies_on_is_looked_at(self):
        self.assertEqual(("network", "eth0"), self.refused(network="veth"))
        self.assertEqual(("network", "lo"), self.refused(network="down"))
        self.assertEqual(("container", "SYS_PTRACE"), self.refused(without=("sys_ptrace",)))
        self.assertEqual(("container", "SETPCAP"), self.refused(without=("setpcap",)))
        self.assertEqual(("container", "process id"), self.refused(pid=False))

    def test_mounts_and_links_are_refused(self):
        failure = self.container().launch_fails(mounts=[mount(READ_ONLY, "/usr")], flags=CONTAINED)
        self.assertEqual("launch", failure.text(1))
        for path, link in (("/link/below", "/link is a symbolic link to /tmp;"), ("/link", "/link is a symbolic link to /tmp;"),
                           ("/opt/inner/deep/x", "/opt/inner is a symbolic link to ../tmp;")):
            failure = self.container().launch_fails(mounts=[], flags=CONTAINED, read_write=(path,))
            self.assertEqual(("read-write path", path), (failure.text(1), failure.text(2)))
            self.assertTrue(failure.text(4).startswith(link), failure.text(4))
            self.assertIn("name what it leads to", failure.text(4))


if __name__ == "__main__":
    unittest.main()
