"""Drives the real launcher over its protocol, as root and as an unprivileged user."""

import ctypes
import errno
import os
import re
import resource
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from supervisor import *  # noqa: E402,F403

UNPRIVILEGED = 1000
PYTHON = "/usr/bin/python3"
IS_ROOT = os.geteuid() == 0

needs_root = unittest.skipUnless(IS_ROOT, "needs root")
needs_python = unittest.skipUnless(os.path.exists(PYTHON), f"needs {PYTHON}")


def script(source):
    return [PYTHON, "-c", textwrap.dedent(source)]


def eventually(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def read(path):
    with open(path) as file_:
        return file_.read()


def has_ended(pid):
    """Whether a process is gone, or only waits for whoever asks how it ended."""
    try:
        return " Z " in read(f"/proc/{pid}/stat")
    except (FileNotFoundError, ProcessLookupError):
        return True


def processes_of(pid_namespace):
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                if os.readlink(f"/proc/{entry}/ns/pid") == pid_namespace:
                    found.append(int(entry))
            except OSError:
                pass
    return found


def init_of(launcher):
    """The pid, on the host, of the sandbox's first process."""
    path = f"/proc/{launcher.process.pid}/task/{launcher.process.pid}/children"
    eventually(lambda: read(path).split())
    return int(read(path).split()[0])


class Sandbox:
    """What holds for every way of starting a sandbox; the test cases below say who starts it."""

    user = None

    def launcher(self):
        launcher = Launcher(user=self.user)
        self.addCleanup(launcher.close)
        return launcher

    def sandbox(self, **spec):
        launcher = self.launcher()
        launcher.ready = launcher.launch(**spec)
        return launcher

    def python(self, launcher, source, **options):
        code, out, err = launcher.run(script(source), **options)
        self.assertEqual(0, code, err)
        return out

    # --- start -------------------------------------------------------------------------------------

    def test_hello_names_the_protocol_and_the_kernel(self):
        hello = self.launcher().hello
        self.assertEqual(1, hello.number(1))
        self.assertEqual(os.uname().release, hello.text(3))

    def test_ready_reports_each_step_in_order_and_what_was_left_out(self):
        ready = self.sandbox().ready
        names = [name for name, _ in ready.steps()]
        if not isinstance(self, AsRoot):
            self.assertEqual("user namespace", names.pop(0))
        self.assertEqual(["namespaces", "network", "sources", "dev", "etc", "root", "hostname", "landlock", "seccomp",
                          "bypass detection", "init"], names)
        self.assertIn(("/app", "path does not exist", errno.ENOENT, 1), ready.skipped())
        self.assertEqual((5, 3, 0), (ready.number(2), ready.number(3), ready.number(12)))

    def test_the_child_reports_the_enforcement_order_of_the_reference(self):
        launcher = self.sandbox()
        null = os.open("/dev/null", os.O_RDWR)
        spawn_id, started = launcher.spawn(["true"], streams=[null] * 3)
        os.close(null)
        self.assertEqual(["session", "memory score", "streams", "network namespace", "groups",
                          "capability bounding set", "user",
                          "capabilities", "core dumps", "no new privileges", "landlock", "descriptors",
                          "working directory", "signals", "seccomp"], [name for name, _ in started.steps()])
        self.assertEqual(0, launcher.wait(spawn_id))

    # --- posture -----------------------------------------------------------------------------------

    def allow_core_dumps(self):
        """Otherwise the limit is 0 whatever the launcher does."""
        before = resource.getrlimit(resource.RLIMIT_CORE)
        highest = resource.RLIM_INFINITY if IS_ROOT else before[1]
        resource.setrlimit(resource.RLIMIT_CORE, (highest, highest))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_CORE, before if IS_ROOT else (before[0], highest))
        self.assertNotEqual(0, highest, "needs a hard limit of core dumps that is not 0")

    def test_an_agent_has_no_privileges(self):
        self.allow_core_dumps()
        out = self.python(self.sandbox(), """
            for line in open('/proc/self/status'):
                key, _, value = line.partition(':')
                if key in ('Uid', 'Gid', 'Groups', 'CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs',
                           'Seccomp', 'SigBlk'):
                    print(key, *value.split())
            import resource
            print('core', *resource.getrlimit(resource.RLIMIT_CORE))
            """)
        zero = "0000000000000000"
        expected = {"Uid 1500 1500 1500 1500", "Gid 1500 1500 1500 1500", f"CapInh {zero}", f"CapPrm {zero}",
                    f"CapEff {zero}", f"CapBnd {zero}", f"CapAmb {zero}", "NoNewPrivs 1", "Seccomp 2",
                    f"SigBlk {zero}", "core 0 0"}
        expected.add("Groups 1500" if isinstance(self, AsRoot) else "Groups")
        self.assertEqual(expected, set(out.splitlines()))

    def test_the_kernel_rather_kills_an_agent_than_the_launcher_and_it_cannot_be_told_otherwise(self):
        out = self.python(self.sandbox(), """
            import os
            print(open('/proc/1/oom_score_adj').read().strip(), open('/proc/self/oom_score_adj').read().strip())
            try:
                open('/proc/self/oom_score_adj', 'w').write('-1')
                print('lowered')
            except PermissionError:
                print('refused')
            """)
        launcher, agent, lowered = out.split()
        self.assertEqual((int(launcher) + 200, 'refused'), (int(agent), lowered))

    def test_ids_go_up_to_the_kernels_largest(self):
        largest = 2 ** 32 - 2
        launcher = self.sandbox(uid=largest, gid=largest)
        self.assertEqual(f"{largest}\n{largest}\n{largest}:{largest}\n", launcher.run(
            ["sh", "-c", "id -u; id -g; echo x > /sandbox/x; stat -c %u:%g /sandbox/x"])[1])
        spawn_id, started = launcher.spawn(["sh", "-c", "stat -c %u:%g $(tty)"], terminal=(24, 80))
        self.addCleanup(os.close, started.descriptors[0])
        self.assertEqual(0, launcher.wait(spawn_id))
        self.assertEqual(f"{largest}:{largest}", os.read(started.descriptors[0], 100).decode().strip())

    def test_root_is_no_agent(self):
        for ids in (dict(uid=0), dict(gid=0), dict(uid=2 ** 32 - 1), dict(gid=2 ** 32 - 1)):
            failed = self.launcher().launch_fails(**ids)
            self.assertEqual("launch", failed.text(1))
            self.assertIn("uid or gid", failed.text(2))

    def test_an_agent_starts_with_three_descriptors_its_own_session_and_default_signals(self):
        out = self.python(self.sandbox(), """
            import os, signal
            print(sorted(int(fd) for fd in os.listdir('/proc/self/fd'))[:4])
            print(os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid(), os.getcwd(), os.umask(0))
            print([line for line in open('/proc/self/status') if line.startswith('SigIgn')][0].split()[1])
            """)
        lines = out.splitlines()
        self.assertTrue(lines[0].startswith("[0, 1, 2, 3]"), lines[0])  # 3 is the listing itself
        self.assertEqual("True True /sandbox 18", lines[1])
        self.assertEqual("0000000001001000", lines[2])  # python itself ignores PIPE and XFSZ

    def test_the_environment_is_exactly_what_was_given(self):
        code, out, _ = self.sandbox().run(["env"], env=["PATH=/usr/bin", "A=b=c", "EMPTY="])
        self.assertEqual((0, {"PATH=/usr/bin", "A=b=c", "EMPTY="}), (code, set(out.split())))

    def test_only_declared_paths_exist(self):
        launcher = self.sandbox(read_only=("/", "/usr"))
        out = self.python(launcher, "import os; print(sorted(os.listdir('/')))")
        links = [name for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32") if os.path.islink("/" + name)]
        self.assertEqual(sorted(["dev", "etc", "proc", "sandbox", "tmp", "usr"] + links), eval(out))

    def test_the_root_and_read_only_paths_refuse_writing(self):
        out = self.python(self.sandbox(read_write=("/sandbox", "/tmp", "/usr")), """
            import errno, os
            for path in ('/new', '/usr/new', '/etc/new', '/dev/new', '/sandbox/new', '/tmp/new', '/dev/shm/new'):
                try:
                    open(path, 'w').close(); print('ok')
                except OSError as e:
                    print(errno.errorcode[e.errno])
            """)
        self.assertEqual(["EROFS", "EROFS", "EROFS", "EROFS", "ok", "ok", "ok"],
                         [line.replace("EACCES", "EROFS") for line in out.split()])

    def test_landlock_guards_what_mounts_and_permissions_allow(self):
        with tempfile.TemporaryDirectory() as directory:
            os.chmod(directory, 0o777)
            with open(os.path.join(directory, "file"), "w") as f:
                f.write("content")
            os.chmod(f.name, 0o666)
            launcher = self.sandbox(mounts=[mount(READ_ONLY, "/usr"), mount(READ_ONLY, "/proc"),
                                            mount(READ_WRITE, directory), mount(TMPFS, "/tmp/private"),
                                            mount(DIRECTORY, "/sandbox")], files=[],
                                    read_only=("/usr", directory), read_write=("/sandbox",))
            out = self.python(launcher, f"""
                import errno, os
                d = {directory!r}
                def attempt(what):
                    try:
                        what(); print('ok')
                    except OSError as e:
                        print(errno.errorcode[e.errno])
                attempt(lambda: open(d + '/file').read())
                attempt(lambda: open(d + '/file', 'a'))
                attempt(lambda: os.truncate(d + '/file', 0))
                attempt(lambda: os.unlink(d + '/file'))
                attempt(lambda: os.rename(d + '/file', d + '/other'))
                attempt(lambda: open(d + '/new', 'w'))
                attempt(lambda: os.listdir('/tmp/private'))
                """)
            self.assertEqual(["ok"] + ["EACCES"] * 6, out.split())

    def test_devices_are_few_and_work(self):
        out = self.python(self.sandbox(read_only=("/usr", "/lib", "/etc", "/dev", "/proc")), """
            import os
            print(sorted(os.listdir('/dev')))
            open('/dev/null', 'w').write('x'); open('/dev/zero', 'rb').read(1); open('/dev/urandom', 'rb').read(1)
            try: os.write(os.open('/dev/full', os.O_WRONLY), b'x')
            except OSError as e: print(e.errno)
            """)
        self.assertEqual(["['fd', 'full', 'null', 'ptmx', 'pts', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'tty', "
                          "'urandom', 'zero']", str(errno.ENOSPC)], out.splitlines())

    def test_files_are_laid_over_etc_and_the_hosts_secrets_are_hidden(self):
        before = {name: os.stat("/etc/" + name) for name in os.listdir("/etc")}
        out = self.python(self.sandbox(), """
            import os
            print(open('/etc/hosts').read(), end='')
            print(open('/etc/openshell-tls/openshell-ca.pem').read(), end='')
            print('sandbox' in open('/etc/passwd').read(), os.path.exists('/etc/ssl'))
            names = os.listdir('/etc')
            print([n for n in names if n.startswith(('shadow', 'gshadow', 'sudoers'))])
            """)
        self.assertEqual(["127.0.0.1 localhost", "certificate", f"True {os.path.exists('/etc/ssl')}", "[]"],
                         out.splitlines())
        self.assertEqual({name: s.st_mtime_ns for name, s in before.items()},
                         {name: os.stat("/etc/" + name).st_mtime_ns for name in os.listdir("/etc")})

    def test_files_can_be_placed_without_the_hosts_etc(self):
        launcher = self.sandbox(mounts=[mount(READ_ONLY, "/usr"), mount(DIRECTORY, "/sandbox")],
                                files=[file("/etc/passwd", PASSWD, 0o444), file("/opt/a/b/c", b"deep")],
                                read_only=("/usr", "/etc", "/opt"))
        self.assertEqual("passwd\ndeep", launcher.run(["sh", "-c", "ls /etc; cat /opt/a/b/c"])[1])

    def test_a_file_inside_a_hosts_directory_is_mounted_over_the_existing_one(self):
        with tempfile.TemporaryDirectory() as directory:
            os.chmod(directory, 0o755)
            with open(os.path.join(directory, "config"), "w") as f:
                f.write("host")
            mounts = [mount(READ_ONLY, "/usr"), mount(READ_ONLY, directory), mount(DIRECTORY, "/sandbox")]
            launcher = self.sandbox(mounts=mounts, files=[file(f.name, b"sandbox")], read_only=("/usr", directory))
            self.assertEqual("sandbox", launcher.run(["cat", f.name])[1])
            self.assertEqual("host", read(f.name))
            failed = self.launcher().launch_fails(mounts=mounts, files=[file(directory + "/missing", b"x")])
            self.assertEqual("file", failed.text(1))
            self.assertEqual(["config"], os.listdir(directory))

    def test_a_read_only_root_shows_everything_but_the_hosts_sockets(self):
        launcher = self.sandbox(mounts=[mount(READ_ONLY, "/"), mount(TMPFS, "/tmp"), mount(DIRECTORY, "/sandbox")],
                                read_only=("/",), read_write=("/sandbox",))
        names = set(launcher.run(["ls", "/"])[1].split())
        self.assertLessEqual({"usr", "etc", "var", "sandbox", "dev", "proc"}, names)
        self.assertFalse(names & {"run", "sys"})

    def test_host_name_and_processes_are_the_sandboxs_own(self):
        out = self.python(self.sandbox(), """
            import os
            print(os.uname().nodename, sorted(int(p) for p in os.listdir('/proc') if p.isdigit()) == [1, os.getpid()])
            for path in ('/proc/1/exe', '/proc/1/root', '/proc/1/environ', '/proc/1/mem'):
                try:
                    os.readlink(path) if path.endswith(('exe', 'root')) else open(path, 'rb').read()
                    print('readable', path)
                except OSError: pass
            """)
        self.assertEqual("box True\n", out)

    @needs_root
    def test_the_first_process_keeps_seven_capabilities_and_no_way_to_the_hosts_network(self):
        pid = init_of(self.sandbox())
        status = dict(line.split(":\t", 1) for line in read(f"/proc/{pid}/status").splitlines())
        self.assertEqual(["00000000002801e4", "00000000002801e4", "0" * 16, "0" * 16],
                         [status[name] for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")])
        for namespace in ("net", "mnt", "pid", "ipc", "uts"):
            self.assertNotEqual(os.readlink(f"/proc/self/ns/{namespace}"), os.readlink(f"/proc/{pid}/ns/{namespace}"))
        links = subprocess.run(["nsenter", f"--net=/proc/{pid}/ns/net", "cat", "/proc/net/dev", "/proc/net/route"],
                               capture_output=True, text=True, check=True).stdout
        self.assertEqual(["gate0", "lo"], sorted(re.findall(r"(\w+):", links)))
        self.assertEqual(["gate0\t0000C80A\t00000000"], re.findall(r"gate0\t\w{8}\t\w{8}", links))

    # --- network -----------------------------------------------------------------------------------

    def test_the_gate_is_the_only_way_out(self):
        launcher = self.sandbox()
        out = self.python(launcher, """
            import errno, os, socket, time
            def attempt(family, kind, address):
                start = time.monotonic()
                try:
                    s = socket.socket(family, kind); s.settimeout(3); s.connect(address); s.send(b'x')
                    s.recv(1); print('open', address)
                except OSError as e:
                    print(errno.errorcode.get(e.errno, 'timeout'), time.monotonic() - start < 1)
            for address in ('8.8.8.8', '10.200.0.3', '10.200.0.255', '169.254.169.254', '192.168.1.1'):
                attempt(socket.AF_INET, socket.SOCK_STREAM, (address, 80))
                attempt(socket.AF_INET, socket.SOCK_DGRAM, (address, 53))
            attempt(socket.AF_INET, socket.SOCK_STREAM, ('10.200.0.1', 80))
            attempt(socket.AF_INET, socket.SOCK_DGRAM, ('10.200.0.1', 53))
            attempt(socket.AF_INET6, socket.SOCK_STREAM, ('2001:4860:4860::8888', 53))
            attempt(socket.AF_INET6, socket.SOCK_STREAM, ('::1', 80))
            for kind, protocol in ((socket.SOCK_RAW, socket.IPPROTO_ICMP), (socket.SOCK_DGRAM, socket.IPPROTO_ICMP),
                                   (socket.SOCK_RAW, socket.IPPROTO_RAW)):
                try: socket.socket(socket.AF_INET, kind, protocol); print('open', kind)
                except OSError as e: print(errno.errorcode[e.errno], True)
            """)
        answers = out.splitlines()
        self.assertNotIn("open", out)
        self.assertTrue(all(line.endswith(" True") for line in answers), out)
        self.assertEqual({"ENETUNREACH", "EACCES", "ECONNREFUSED", "EADDRNOTAVAIL", "EPERM"},
                         {line.split()[0] for line in answers} | {"EACCES", "EADDRNOTAVAIL", "EPERM"})

    def test_loopback_inside_works(self):
        self.assertEqual("hi\n", self.python(self.sandbox(), """
            import socket
            server = socket.create_server(('127.0.0.1', 8080))
            client = socket.create_connection(('127.0.0.1', 8080))
            server.accept()[0].send(b'hi'); print(client.recv(2).decode())
            """))

    def test_the_hosts_unix_sockets_are_out_of_reach(self):
        with tempfile.TemporaryDirectory() as directory:
            os.chmod(directory, 0o755)
            path = os.path.join(directory, "socket")
            server = socket.socket(socket.AF_UNIX)
            self.addCleanup(server.close)
            server.bind(path)
            os.chmod(path, 0o777)
            server.listen()
            abstract = socket.socket(socket.AF_UNIX)
            self.addCleanup(abstract.close)
            name = f"openshell-test-{os.getpid()}"
            abstract.bind("\0" + name)
            abstract.listen()
            out = self.python(self.sandbox(), f"""
                import errno, socket
                for address in ({path!r}, '\\0{name}'):
                    try: socket.socket(socket.AF_UNIX).connect(address); print('open')
                    except OSError as e: print(errno.errorcode[e.errno])
                """)
            self.assertEqual(["ENOENT", "ECONNREFUSED"], out.split())
            failed = self.launcher().launch_fails(mounts=[mount(READ_ONLY, "/usr"), mount(READ_ONLY, path)], files=[])
            self.assertEqual(("root", path), (failed.text(1), failed.text(2)))

    # --- system calls ------------------------------------------------------------------------------

    def test_refused_system_calls_fail_with_their_errno(self):
        numbers = {"memfd_create": 319, "ptrace": 101, "bpf": 321, "process_vm_readv": 310, "process_vm_writev": 311,
                   "pidfd_open": 434, "pidfd_getfd": 438, "pidfd_send_signal": 424, "io_uring_setup": 425,
                   "mount": 165, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "move_mount": 429,
                   "open_tree": 428, "setns": 308, "umount2": 166, "pivot_root": 155, "userfaultfd": 323,
                   "perf_event_open": 298, "io_uring_enter": 426, "io_uring_register": 427, "mount_setattr": 442,
                   "move_pages": 279, "migrate_pages": 256, "modify_ldt": 154, "lsm_set_self_attr": 460,
                   "keyctl": 250, "open_by_handle_at": 304, "fanotify_init": 300, "kcmp": 312, "kexec_load": 246}
        if os.uname().machine != "x86_64":
            self.skipTest("numbers are those of x86-64")
        out = self.python(self.sandbox(), f"""
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            def call(number, *arguments):
                ctypes.set_errno(0)
                result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) for a in arguments])
                return (result, ctypes.get_errno())
            print({{name: call(number, 0, 0, 0, 0, 0, 0) for name, number in {numbers!r}.items()}})
            print([call(435, 0, 0), call(437, 0, 0, 0, 0), call(272, 0x10000000), call(56, 0x10000011, 0, 0, 0, 0),
                   call(317, 1, 0, 0), call(157, 22, 2, 0), call(322, 1, 0, 0, 0, 0x1000), call(0x40000000 + 39)])
            print([call(41, family, 3, 0)[1] for family in (16, 17, 31, 40, 38)])
            """)
        refused, special, families = out.splitlines()
        self.assertEqual({name: (-1, errno.EPERM) for name in numbers}, eval(refused))
        denied = (-1, errno.EPERM)
        absent = (-1, errno.ENOSYS)
        self.assertEqual([absent, absent, denied, denied, denied, denied, denied, absent], eval(special))
        self.assertEqual([errno.EPERM] * 5, eval(families))

    def test_what_landlock_and_the_identity_do_not_see_is_refused(self):
        out = self.python(self.sandbox(), """
            import ctypes, errno, resource, socket
            libc = ctypes.CDLL(None, use_errno=True)
            def attempt(action):
                try: action(); return 'ok'
                except OSError as e: return errno.errorcode[e.errno]
            tcp = socket.socket(socket.AF_INET)
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_UDP)
            for action in (
                    lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262),  # IPPROTO_MPTCP
                    lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM, 136),  # IPPROTO_UDPLITE
                    lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW),
                    lambda: tcp.setsockopt(socket.IPPROTO_TCP, 31, b'tls'),  # TCP_ULP
                    lambda: tcp.sendto(b'x', 0x20000000, ('10.200.0.1', 3128)),  # MSG_FASTOPEN
                    lambda: tcp.sendmsg([b'x'], [], 0x20000000, ('10.200.0.1', 3128)),
                    lambda: resource.prlimit(1, resource.RLIMIT_NOFILE, (0, 0)),
                    lambda: resource.prlimit(0, resource.RLIMIT_NOFILE),
                    lambda: tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)):
                print(attempt(action))
            ctypes.set_errno(0)
            print(libc.prctl(35, 13, 0, 0, 0), errno.errorcode[ctypes.get_errno()])  # PR_SET_MM_EXE_FILE
            """)
        self.assertEqual(["EPROTONOSUPPORT", "EPROTONOSUPPORT", "EPERM", "ENOPROTOOPT", "ENOTSUP", "ENOTSUP",
                          "EPERM", "ok", "ok", "-1", "EPERM"], out.split())

    def test_a_call_that_nobody_judged_does_not_exist(self):
        out = self.python(self.sandbox(), """
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            def call(number):
                ctypes.set_errno(0)
                return libc.syscall(ctypes.c_long(number), 0, 0, 0, 0, 0, 0), ctypes.get_errno()
            print([call(number) for number in (400, 472, 473, 1000, 0x7fffffff)])
            """)
        self.assertEqual([(-1, errno.ENOSYS)] * 5, eval(out))

    @unittest.skipUnless(os.uname().machine == "x86_64", "the 32-bit entry is one of x86-64")
    def test_the_32_bit_entry_kills(self):
        code, _, _ = self.sandbox().run(script("""
            import ctypes, mmap
            memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
            memory.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))  # mov eax, getpid; int 0x80; ret
            ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))()
            """))
        self.assertEqual(-signal.SIGSYS, code)

    def test_children_and_threads_work(self):
        self.assertEqual("4 ok\n", self.python(self.sandbox(), """
            import subprocess, threading
            done = []
            threads = [threading.Thread(target=done.append, args=(1,)) for _ in range(4)]
            [t.start() for t in threads]; [t.join() for t in threads]
            print(len(done), subprocess.run(['sh', '-c', 'echo ok'], capture_output=True, text=True).stdout, end='')
            """))

    def test_a_file_cannot_become_set_uid(self):
        out = self.python(self.sandbox(), """
            import errno, os, stat
            open('/sandbox/f', 'w').close()
            for attempt in (lambda: os.chmod('/sandbox/f', 0o4755), lambda: os.chmod('/sandbox/f', 0o2755),
                            lambda: os.open('/sandbox/g', os.O_CREAT | os.O_WRONLY, 0o4755)):
                try: attempt(); print('ok')
                except OSError as e: print(errno.errorcode[e.errno])
            os.chmod('/sandbox/f', 0o755); print(oct(os.stat('/sandbox/f').st_mode), os.path.exists('/sandbox/g'))
            """)
        self.assertEqual(["EPERM", "EPERM", "EPERM", "0o100755", "False"], out.split())

    # --- processes ---------------------------------------------------------------------------------

    def test_exit_codes_and_signals_are_told_apart(self):
        launcher = self.sandbox()
        self.assertEqual(7, launcher.run(["sh", "-c", "exit 7"])[0])
        self.assertEqual(0, launcher.run(["true"])[0])
        self.assertEqual(-signal.SIGTERM, launcher.run(["sh", "-c", "kill -TERM $$"])[0])

    def test_what_cannot_be_executed_is_a_failed_spawn_with_the_errno_of_exec(self):
        launcher = self.sandbox()
        null = os.open("/dev/null", os.O_RDWR)
        self.addCleanup(os.close, null)
        for argv, expected in ((["no-such-program"], errno.ENOENT), (["/usr/no/such"], errno.ENOENT),
                               (["/etc/passwd"], errno.EACCES), (["/usr"], errno.EACCES), ([""], errno.ENOENT)):
            _, answer = launcher.spawn(argv, streams=[null] * 3)
            self.assertEqual((SPAWN_FAILED, "exec", argv[0], expected),
                             (answer.kind, answer.text(2), answer.text(3), answer.signed(4)), argv)
        _, answer = launcher.spawn(["true"], streams=[null] * 3, cwd="/nowhere")
        self.assertEqual((SPAWN_FAILED, "working directory", "/nowhere", errno.ENOENT),
                         (answer.kind, answer.text(2), answer.text(3), answer.signed(4)))
        self.assertEqual(0, launcher.run(["true"])[0])

    def test_a_signal_reaches_the_whole_process_group(self):
        launcher = self.sandbox()
        read, write = os.pipe()
        null = os.open("/dev/null", os.O_RDWR)
        spawn_id, started = launcher.spawn(["sh", "-c", "sleep 1000 & echo up; wait"], streams=[null, write, null])
        os.close(write)
        os.close(null)
        self.assertEqual(STARTED, started.kind)
        self.assertEqual(b"up\n", os.read(read, 10))
        launcher.send(SIGNAL, u32(1, spawn_id) + u32(2, signal.SIGTERM))
        self.assertEqual(-signal.SIGTERM, launcher.wait(spawn_id))
        self.assertEqual(b"", os.read(read, 10))  # sleep held the other end
        os.close(read)
        launcher.send(SIGNAL, u32(1, spawn_id) + u32(2, signal.SIGTERM))  # too late, and no error
        self.assertEqual(0, launcher.run(["true"])[0])

    def test_many_processes_at_once_each_get_their_own_end(self):
        launcher = self.sandbox()
        null = os.open("/dev/null", os.O_RDWR)
        self.addCleanup(os.close, null)
        ids = [launcher.spawn(["sh", "-c", f"exit {code}"], streams=[null] * 3)[0] for code in range(40)]
        self.assertEqual(list(range(40)), [launcher.wait(spawn_id) for spawn_id in ids])

    def test_orphans_of_the_agent_are_reaped(self):
        launcher = self.sandbox()
        self.assertEqual(0, launcher.run(["sh", "-c", "for i in 1 2 3; do (sleep 0.05 &) ; done"])[0])
        self.assertTrue(eventually(lambda: len(launcher.run(["sh", "-c", "echo /proc/[0-9]*"])[1].split()) == 2))

    def test_a_terminal_is_controlling_has_a_size_and_can_be_resized(self):
        launcher = self.sandbox()
        spawn_id, started = launcher.spawn(script("""
            import os, signal, sys, termios, time
            resized = []
            signal.signal(signal.SIGWINCH, lambda *_: resized.append(1))
            print(os.ttyname(0), tuple(os.get_terminal_size()), os.tcgetpgrp(0) == os.getpid(), flush=True)
            open('/dev/tty', 'w').write('tty ')
            sys.stdin.readline()
            print(tuple(os.get_terminal_size()), len(resized), flush=True)
            while True: time.sleep(0.05)  # a signal just before a long sleep would be noticed only after it
            """), terminal=(24, 80))
        self.assertEqual(STARTED, started.kind, started.payload)
        master = started.descriptors[0]
        self.addCleanup(os.close, master)

        def read_until(wanted):
            data = b""
            while wanted not in data:
                data += os.read(master, 1000)
            return data.decode()
        self.assertIn("/dev/pts/0 (80, 24) True", read_until(b"tty "))
        launcher.send(RESIZE, u32(1, spawn_id) + u32(2, 50) + u32(3, 132))
        time.sleep(0.1)
        os.write(master, b"\n")
        self.assertIn("(132, 50) 1", read_until(b"50) 1"))
        os.write(master, b"\x03")
        self.assertEqual(-signal.SIGINT, launcher.wait(spawn_id))

    def test_the_agent_can_open_terminals_of_its_own(self):
        self.assertEqual("/dev/pts/0 1500\n", self.python(self.sandbox(), """
            import os, pty
            master, slave = pty.openpty()
            print(os.ttyname(slave), os.fstat(slave).st_uid)
            """))

    # --- identity ----------------------------------------------------------------------------------

    CONNECT = """
        import socket, sys, time
        s = socket.create_connection(('10.200.0.1', 3128))
        s.send(b'x')
        time.sleep(100)
        """

    def connect(self, launcher, argv):
        """Starts a client and accepts its connection: (spawn id, connection, agent's address)."""
        null = os.open("/dev/null", os.O_RDWR)
        spawn_id, started = launcher.spawn(argv, streams=[null, null, 2])
        os.close(null)
        self.assertEqual(STARTED, started.kind)
        launcher.listener.setblocking(True)
        launcher.listener.settimeout(10)
        connection, address = launcher.listener.accept()
        self.addCleanup(connection.close)
        self.assertEqual(b"x", connection.recv(1))
        return started.number(2), connection, address

    @needs_python
    def test_the_owner_of_a_connection_is_found_with_its_ancestors_and_paths(self):
        launcher = self.sandbox()
        with_path = textwrap.dedent(self.CONNECT)
        pid, connection, address = self.connect(
            launcher, ["sh", "-c", 'sh -c \'"$0" "$@"; true\' "$@"; true', "-", PYTHON, "-c", with_path,
                       "/spoofed/claude"])
        self.assertEqual("10.200.0.2", address[0])
        identity = launcher.identify(address, ("10.200.0.1", 3128))
        self.assertEqual((7, 0), (identity.number(1), identity.number(2)), identity.payload)
        (owner,) = owners(identity)
        real = os.path.realpath(PYTHON)
        shell = os.path.realpath("/bin/sh")
        status = os.stat(real)
        self.assertEqual({"path": real, "deleted": 0, "dev": status.st_dev, "ino": status.st_ino,
                          "size": status.st_size, "mtime": status.st_mtime_ns, "ctime": status.st_ctime_ns},
                         owner["exe"])
        self.assertEqual([shell, shell], owner["ancestors"])
        self.assertIn("/spoofed/claude", owner["paths"])
        self.assertGreater(owner["pid"], pid)

        launcher.send(OPEN_EXE, u32(1, 9) + u32(2, owner["pid"]) + u64(3, owner["start"]))
        exe = launcher.receive(EXE)
        self.assertEqual((9, 0), (exe.number(1), exe.number(2)))
        self.assertEqual(status.st_ino, executable(exe.fields[3][0])["ino"])
        with open(exe.descriptors[0], "rb") as got, open(real, "rb") as wanted:
            self.assertEqual(wanted.read(4096), got.read(4096))
        for start, process in ((owner["start"] + 1, owner["pid"]), (0, 99999), (0, 1), (0, 2 ** 32 - 1)):
            launcher.send(OPEN_EXE, u32(1, 9) + u32(2, process) + u64(3, start))
            exe = launcher.receive(EXE)
            self.assertEqual((3, []), (exe.number(2), exe.descriptors))
            self.assertIn(exe.signed(4), (errno.ESRCH, errno.ENOENT))

    @needs_python
    def test_an_ipv6_socket_with_a_mapped_address_is_found(self):
        launcher = self.sandbox()
        _, _, address = self.connect(launcher, script("""
            import socket, time
            s = socket.socket(socket.AF_INET6)
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            s.connect(('::ffff:10.200.0.1', 3128)); s.send(b'x'); time.sleep(100)
            """))
        for agent in (address[0], "::ffff:" + address[0]):
            self.assertEqual(0, launcher.identify((agent, address[1]), ("10.200.0.1", 3128)).number(2))

    @needs_python
    def test_other_tuples_have_no_owner(self):
        launcher = self.sandbox()
        _, connection, address = self.connect(launcher, script("""
            import socket, time
            server = socket.create_server(('0.0.0.0', 9999))
            s = socket.create_connection(('10.200.0.1', 3128)); s.send(b'x'); time.sleep(100)
            """))
        for agent, proxy in (((address[0], address[1] ^ 1), ("10.200.0.1", 3128)),
                             (address, ("10.200.0.1", 3129)), (address, ("10.200.0.9", 3128)),
                             (("10.200.0.2", 9999), ("10.200.0.1", 3128)), (("fd00::1", 1), ("fd00::2", 2))):
            self.assertEqual(1, launcher.identify(agent, proxy).number(2), (agent, proxy))

    @needs_python
    def test_every_holder_of_a_shared_socket_is_an_owner(self):
        launcher = self.sandbox()
        _, _, address = self.connect(launcher, script("""
            import os, socket, subprocess, time
            s = socket.create_connection(('10.200.0.1', 3128)); os.set_inheritable(s.fileno(), True)
            subprocess.Popen(['sleep', '100'], close_fds=False)
            time.sleep(0.2); s.send(b'x'); time.sleep(100)
            """))
        found = {owner["exe"]["path"] for owner in owners(launcher.identify(address, ("10.200.0.1", 3128)))}
        self.assertEqual({os.path.realpath(PYTHON), os.path.realpath("/usr/bin/sleep")}, found)

    @needs_python
    def test_a_thread_cannot_hide_a_socket_in_a_descriptor_table_of_its_own(self):
        launcher = self.sandbox()
        _, _, address = self.connect(launcher, script("""
            import ctypes, os, socket, subprocess, threading, time
            libc = ctypes.CDLL(None)
            s = socket.create_connection(('10.200.0.1', 3128)); os.set_inheritable(s.fileno(), True)
            subprocess.Popen(['sleep', '100'], close_fds=False)
            apart = threading.Event(); closed = threading.Event()
            def hide():
                assert libc.unshare(0x400) == 0  # CLONE_FILES
                apart.set(); closed.wait(); s.send(b'x'); time.sleep(100)
            threading.Thread(target=hide).start()
            apart.wait(); os.close(s.fileno()); time.sleep(0.2); closed.set()
            """))
        found = {owner["exe"]["path"] for owner in owners(launcher.identify(address, ("10.200.0.1", 3128)))}
        self.assertEqual({os.path.realpath(PYTHON), os.path.realpath("/usr/bin/sleep")}, found)

    @needs_python
    def test_a_process_that_is_not_dumpable_cannot_hide_a_socket(self):
        launcher = self.sandbox()
        for threaded in (False, True):
            _, _, address = self.connect(launcher, script(f"""
                import ctypes, os, socket, subprocess, threading, time
                libc = ctypes.CDLL(None)
                s = socket.create_connection(('10.200.0.1', 3128)); os.set_inheritable(s.fileno(), True)
                subprocess.Popen(['sleep', '100'], close_fds=False)
                assert libc.prctl(4, 0) == 0  # PR_SET_DUMPABLE
                apart = threading.Event(); closed = threading.Event()
                def hide():
                    assert not {threaded} or libc.unshare(0x400) == 0  # CLONE_FILES
                    apart.set(); closed.wait(); s.send(b'x'); time.sleep(100)
                threading.Thread(target=hide).start()
                apart.wait(); {threaded} and os.close(s.fileno()); time.sleep(0.2); closed.set()
                """))
            identity = launcher.identify(address, ("10.200.0.1", 3128))
            # Before Linux 6.9 a thread of its own descriptors cannot be looked into; then there is no answer.
            if not threaded or identity.number(2) == 0:
                found = {owner["exe"]["path"] for owner in owners(identity)}
                self.assertEqual({os.path.realpath(PYTHON), os.path.realpath("/usr/bin/sleep")}, found)

    @needs_python
    def test_a_deleted_executable_is_marked_and_a_file_really_named_so_is_not(self):
        launcher = self.sandbox()
        for name, delete in (("gone", True), ("kept (deleted)", False)):
            copy = f"/sandbox/{name}"
            self.assertEqual(0, launcher.run(["cp", os.path.realpath(PYTHON), copy])[0])
            action = f"import os; os.unlink({copy!r})\n" if delete else ""
            _, _, address = self.connect(launcher, [copy, "-c", action + textwrap.dedent(self.CONNECT)])
            (owner,) = owners(launcher.identify(address, ("10.200.0.1", 3128)))
            self.assertEqual((copy, int(delete)), (owner["exe"]["path"], owner["exe"]["deleted"]))

    def test_paths_are_resolved_inside_the_sandbox(self):
        launcher = self.sandbox()
        self.assertEqual(0, launcher.run(["sh", "-c", "cd /sandbox; ln -s /usr/bin/env a; ln -s a b; ln -s loop loop; "
                                          "ln -s ../etc/hosts rel"])[0])
        asked = ["/sandbox/b", "/sandbox/rel", "/sandbox/loop", "/nowhere", "/bin/sh", "relative", "/proc/self/exe"]
        launcher.send(RESOLVE, u32(1, 3) + b"".join(text(2, path) for path in asked))
        answers = [parse(value) for value in launcher.receive(RESOLVED).fields[10]]
        self.assertEqual(asked, [string(a[1]) for a in answers])
        self.assertEqual([(1, os.path.realpath("/usr/bin/env"), 0), (1, "/etc/hosts", 0), (0, "", errno.ELOOP),
                          (0, "", errno.ENOENT), (1, os.path.realpath("/bin/sh"), 0), (0, "", errno.EINVAL),
                          (0, "", errno.ELOOP)],
                         [(number(a[2]), string(a[3]), signed(a[4])) for a in answers])

    # --- mounts ------------------------------------------------------------------------------------

    def test_a_symlinked_read_write_path_is_refused(self):
        with tempfile.TemporaryDirectory() as directory:
            os.chmod(directory, 0o755)
            os.mkdir(os.path.join(directory, "real"))
            os.symlink("real", os.path.join(directory, "link"))
            for path in ("link", "link/"[:-1]):
                failed = self.launcher().launch_fails(
                    mounts=[mount(READ_ONLY, "/usr"), mount(READ_WRITE, os.path.join(directory, path), optional=True)],
                    files=[])
                self.assertEqual(("root", errno.ELOOP), (failed.text(1), failed.signed(3)))

    def test_a_link_that_an_agent_left_in_its_workdir_leads_nowhere(self):
        owner = os.geteuid() if isinstance(self, AsRoot) or self.user is None else self.user
        with tempfile.TemporaryDirectory() as directory:
            os.chmod(directory, 0o755)
            workdir = os.path.join(directory, "work")
            os.mkdir(workdir)
            os.symlink("/var", os.path.join(workdir, "config"))
            os.chown(workdir, owner, owner)
            base = [mount(READ_ONLY, "/usr"), mount(WORKDIR, "/sandbox", workdir)]
            for mounts in ([mount(READ_ONLY, "/sandbox/config", workdir + "/config", optional=True)],
                           [mount(READ_ONLY, "/opt/lib", workdir + "/config/lib")],
                           [mount(TMPFS, "/sandbox/config/x")]):
                failed = self.launcher().launch_fails(mounts=base + mounts, files=[])
                self.assertEqual(("root", errno.ELOOP), (failed.text(1), failed.signed(3)))

    def test_a_missing_required_path_fails_and_an_optional_one_is_skipped(self):
        failed = self.launcher().launch_fails(mounts=[mount(READ_ONLY, "/no/such/path")], files=[])
        self.assertEqual(("root", "/no/such/path", errno.ENOENT), (failed.text(1), failed.text(2), failed.signed(3)))

    def test_a_directory_below_a_read_only_path_is_never_made_on_the_host(self):
        failed = self.launcher().launch_fails(mounts=[mount(READ_ONLY, "/usr"), mount(TMPFS, "/usr/openshell-new")],
                                              files=[])
        self.assertEqual(errno.EROFS, failed.signed(3))
        self.assertFalse(os.path.exists("/usr/openshell-new"))

    def test_a_workdir_belongs_to_its_owner_on_the_host(self):
        owner = 4242 if isinstance(self, AsRoot) else self.user or os.geteuid()
        with tempfile.TemporaryDirectory() as directory:
            workdir = os.path.join(directory, "work")
            os.mkdir(workdir)
            os.chmod(directory, 0o755)
            with open(os.path.join(workdir, "before"), "w") as f:
                f.write("x")
            for path in (workdir, f.name):
                os.chown(path, owner, owner)
            before = os.stat(workdir)
            launcher = self.sandbox(mounts=[mount(READ_ONLY, "/usr"), mount(TMPFS, "/tmp"),
                                            mount(WORKDIR, "/sandbox", workdir)], files=[])
            code, out, err = launcher.run(["sh", "-c", "stat -c %u:%g . before; echo y >> before; mkdir -p a/b; "
                                           "echo z > a/b/c; stat -c %u:%g a/b/c"])
            self.assertEqual((0, ["1500:1500"] * 3, ""), (code, out.split(), err))
            made = os.stat(os.path.join(workdir, "a/b/c"))
            self.assertEqual((owner, owner), (made.st_uid, made.st_gid))
            self.assertEqual((before.st_uid, before.st_gid, before.st_mode),
                             (os.stat(workdir).st_uid, os.stat(workdir).st_gid, os.stat(workdir).st_mode))

    # --- Landlock modes ----------------------------------------------------------------------------

    def test_a_missing_landlock_path_is_skipped_or_fatal_as_the_policy_says(self):
        ready = self.sandbox(read_only=("/usr", "/no/such")).ready
        self.assertIn(("/no/such", "path does not exist", errno.ENOENT, 2), ready.skipped())
        failed = self.launcher().launch_fails(read_only=("/usr", "/no/such"), landlock=HARD_REQUIREMENT)
        self.assertEqual(("landlock", "Landlock path unavailable in hard_requirement mode: /no/such (path does not "
                          "exist)", errno.ENOENT), (failed.text(1), failed.text(2), failed.signed(3)))

    def test_an_empty_ruleset_is_never_applied(self):
        launcher = self.sandbox(read_only=("/no/such",), read_write=())
        self.assertEqual((0, 1), (launcher.ready.number(1), launcher.ready.number(12)))
        self.assertEqual(0, launcher.run(["true"])[0])

    def test_landlock_off_is_not_a_finding(self):
        launcher = self.sandbox(landlock=OFF, read_only=(), read_write=())
        self.assertEqual((0, 0), (launcher.ready.number(1), launcher.ready.number(12)))
        self.assertEqual(0, launcher.run(["ls", "/"])[0])

    # --- the end -----------------------------------------------------------------------------------

    def start_busy(self):
        launcher = self.sandbox()
        null = os.open("/dev/null", os.O_RDWR)
        launcher.spawn(["sh", "-c", "trap '' TERM HUP INT; setsid sleep 1000 & sleep 1000"], streams=[null] * 3)
        os.close(null)
        namespace = os.readlink(f"/proc/{init_of(launcher)}/ns/pid")
        self.assertTrue(eventually(lambda: len(processes_of(namespace)) >= 3))
        return launcher, namespace

    @needs_root
    def test_the_end_of_any_party_leaves_no_process(self):
        ends = {
            "the supervisor": lambda launcher: launcher.control.close(),
            "the outer process": lambda launcher: launcher.process.kill(),
            "the first process": lambda launcher: os.kill(init_of(launcher), signal.SIGKILL),
            "an order": lambda launcher: launcher.send(SHUTDOWN),
        }
        for name, end in ends.items():
            with self.subTest(name):
                launcher, namespace = self.start_busy()
                links = os.listdir("/sys/class/net")
                mounts = read("/proc/self/mounts")
                end(launcher)
                self.assertTrue(eventually(lambda: processes_of(namespace) == []), name)
                launcher.process.wait(10)
                self.assertEqual(links, os.listdir("/sys/class/net"))
                self.assertEqual(mounts, read("/proc/self/mounts"))

    def test_shutdown_is_a_clean_exit(self):
        launcher = self.sandbox()
        launcher.send(SHUTDOWN)
        self.assertEqual(0, launcher.process.wait(10))

    # --- protocol ----------------------------------------------------------------------------------

    def test_a_malformed_message_ends_everything(self):
        null = os.open("/dev/null", os.O_RDWR)
        self.addCleanup(os.close, null)
        spawn = u32(1, 1) + text(2, "true") + text(4, "/") + u8(5, 0)
        cases = {
            "unknown type": (99, b"", []),
            "unknown field": (SIGNAL, u32(1, 1) + u32(2, 15) + u32(3, 1), []),
            "missing field": (SIGNAL, u32(1, 1), []),
            "signal 0": (SIGNAL, u32(1, 1) + u32(2, 0), []),
            "repeated field": (SIGNAL, u32(1, 1) + u32(1, 1) + u32(2, 15), []),
            "trailing bytes": (SIGNAL, u32(1, 1) + u32(2, 15) + b"\0", []),
            "descriptors with SHUTDOWN": (SHUTDOWN, b"", [null]),
            "fields in SHUTDOWN": (SHUTDOWN, u32(1, 1), []),
            "two descriptors": (SPAWN, spawn, [null] * 2),
            "a NUL in argv": (SPAWN, u32(1, 1) + field(2, b"a\0b") + text(4, "/") + u8(5, 0), [null] * 3),
            "environment without a name": (SPAWN, spawn + text(3, "=x"), [null] * 3),
            "HELLO back": (HELLO, b"", []),
            "a second LAUNCH": (LAUNCH, launch_spec(), []),
        }
        for name, (kind, payload, descriptors) in cases.items():
            with self.subTest(name):
                launcher = self.sandbox()
                launcher.send(kind, payload, descriptors)
                failed = launcher.receive(FAILED)
                self.assertEqual(("control", errno.EPROTO), (failed.text(1), failed.signed(3)))
                self.assertEqual(125, launcher.process.wait(10))

    def test_a_malformed_launch_is_refused(self):
        for name, payload in {"empty": b"", "cut": launch_spec()[:-3], "root": launch_spec(uid=0),
                              "dots": launch_spec(mounts=[mount(READ_ONLY, "/usr/../etc")]),
                              "unknown field": launch_spec(extra=u32(99, 1))}.items():
            with self.subTest(name):
                launcher = self.launcher()
                launcher.send(LAUNCH, payload)
                self.assertEqual("launch", launcher.receive(FAILED).text(1))
                self.assertEqual(125, launcher.process.wait(10))

    def test_a_supervisor_that_goes_before_launch_is_not_missed(self):
        launcher = self.launcher()
        launcher.control.close()
        self.assertEqual(125, launcher.process.wait(10))


@needs_root
class AsRoot(Sandbox, unittest.TestCase):
    def test_a_directory_of_root_can_be_the_workdir(self):
        with tempfile.TemporaryDirectory() as directory:
            os.chmod(directory, 0o700)
            launcher = self.sandbox(mounts=[mount(READ_ONLY, "/usr"), mount(WORKDIR, "/sandbox", directory)], files=[])
            self.assertEqual((0, "", ""), launcher.run(["sh", "-c", "echo x > new"]))
            self.assertEqual((0, 0), (os.stat(directory + "/new").st_uid, os.stat(directory + "/new").st_gid))
            self.assertEqual(0o700, stat.S_IMODE(os.stat(directory).st_mode))

    def test_mounts_beneath_a_declared_path_come_along_read_only(self):
        with tempfile.TemporaryDirectory() as directory:
            inner = os.path.join(directory, "inner")
            os.mkdir(inner)
            os.chmod(directory, 0o755)
            subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0777", "tmpfs", inner], check=True)
            try:
                with open(os.path.join(inner, "file"), "w") as f:
                    f.write("inner")
                launcher = self.sandbox(mounts=[mount(READ_ONLY, "/usr"), mount(READ_ONLY, directory),
                                                mount(DIRECTORY, "/sandbox")], files=[],
                                        read_only=("/usr",), read_write=(directory,))
                code, out, err = launcher.run(["sh", "-c", f"cat {inner}/file; echo x > {inner}/new"])
                self.assertEqual("inner", out)
                self.assertIn("Read-only file system", err)
                self.assertEqual(["file"], os.listdir(inner))
            finally:
                subprocess.run(["umount", inner], check=True)


class AsUser(Sandbox, unittest.TestCase):
    user = UNPRIVILEGED if IS_ROOT else None

    @needs_root
    def test_a_directory_of_somebody_else_is_refused(self):
        with tempfile.TemporaryDirectory() as directory:
            os.chmod(directory, 0o755)
            failed = self.launcher().launch_fails(
                mounts=[mount(READ_ONLY, "/usr"), mount(WORKDIR, "/sandbox", directory)], files=[])
            self.assertEqual(("workdir", errno.EACCES), (failed.text(1), failed.signed(3)))


class Broker(unittest.TestCase):
    def start_broker(self):
        process = subprocess.Popen([launcher_path(), "--broker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdin.close)
        return process

    @staticmethod
    def send(process, kind, payload):
        process.stdin.write(struct.pack(">IHH", len(payload), kind, 0) + payload)
        process.stdin.flush()

    @staticmethod
    def receive(process):
        length, kind, count = struct.unpack(">IHH", process.stdout.read(8))
        return Frame(kind, process.stdout.read(length), [])

    def test_it_starts_launchers_and_tells_of_their_end(self):
        broker = self.start_broker()
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "control")
            server = socket.socket(socket.AF_UNIX)
            self.addCleanup(server.close)
            server.bind(path)
            server.listen()
            server.settimeout(10)
            self.send(broker, 100, u32(1, 5) + text(2, path))
            launched = self.receive(broker)
            self.assertEqual((101, 5, 0), (launched.kind, launched.number(1), launched.signed(3)))
            pid = launched.number(2)
            connection, _ = server.accept()
            self.assertEqual(pid, os.getsid(pid))
            descriptors = {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd") if int(fd) < 2}
            self.assertEqual({"/dev/null"}, descriptors)
            connection.close()
            ended = self.receive(broker)
            self.assertEqual((102, 5, 125, 0), (ended.kind, ended.number(1), ended.signed(2), ended.signed(3)))

    def test_it_goes_when_its_input_ends_and_launchers_stay(self):
        broker = self.start_broker()
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "control")
            server = socket.socket(socket.AF_UNIX)
            self.addCleanup(server.close)
            server.bind(path)
            server.listen()
            server.settimeout(10)
            self.send(broker, 100, u32(1, 5) + text(2, path))
            pid = self.receive(broker).number(2)
            connection, _ = server.accept()
            broker.stdin.close()
            self.assertEqual(0, broker.wait(10))
            self.assertTrue(os.path.exists(f"/proc/{pid}"))
            connection.close()
            self.assertTrue(eventually(lambda: has_ended(pid)))

    def test_a_malformed_frame_ends_it(self):
        for kind, payload in ((7, b""), (100, b"x"), (100, u32(1, 5))):
            broker = self.start_broker()
            self.send(broker, kind, payload)
            self.assertEqual(0, broker.wait(10))


class CommandLine(unittest.TestCase):
    def test_version_and_probe_print_and_anything_else_is_usage(self):
        run = lambda *a: subprocess.run([launcher_path(), *a], capture_output=True, text=True)
        self.assertRegex(run("--version").stdout, r"^openshell-launcher \d")
        probe = dict(line.split("=", 1) for line in run("--probe").stdout.splitlines())
        self.assertEqual(["landlock_abi", "seccomp_filter", "user_namespace", "user_namespace_unprivileged",
                          "pid_namespace", "mount_namespace", "net_namespace", "veth", "overlayfs", "idmapped_mount",
                          "pidfd", "uid"], list(probe))
        self.assertTrue(all(re.match(r"(yes|\d+|no: .+)$", value) for value in probe.values()), probe)
        for arguments in ((), ("--control",), ("--nonsense",), ("--probe", "x")):
            self.assertEqual(2, run(*arguments).returncode)
        self.assertEqual(125, run("--control", "/no/such/socket").returncode)


if __name__ == "__main__":
    unittest.main()
