"""A stand-in for the supervisor: speaks the control protocol to a real launcher."""

import array
import os
import shutil
import socket
import struct
import subprocess
import tempfile

(HELLO, LAUNCH, READY, FAILED, SPAWN, STARTED, SPAWN_FAILED, EXITED, SIGNAL, RESIZE, IDENTIFY, IDENTITY,
 OPEN_EXE, EXE, SHUTDOWN, RESOLVE, RESOLVED, BYPASS) = range(1, 19)
KEEP, RESUME, RESUMED, REFUSED, LOOK, SEEN = range(20, 26)

OUTLIVES = 2

READ_ONLY, READ_WRITE, WORKDIR, TMPFS, DIRECTORY = range(1, 6)
BEST_EFFORT, HARD_REQUIREMENT, OFF = range(3)

TIMEOUT = 20


def field(tag, value):
    return struct.pack(">HI", tag, len(value)) + value


def u8(tag, value):
    return field(tag, struct.pack(">B", value))


def u32(tag, value):
    return field(tag, struct.pack(">I", value))


def u64(tag, value):
    return field(tag, struct.pack(">Q", value))


def text(tag, value):
    return field(tag, os.fsencode(value))


def parse(payload):
    """Tag to the list of its values, in order."""
    fields = {}
    at = 0
    while at < len(payload):
        tag, length = struct.unpack_from(">HI", payload, at)
        at += 6
        if at + length > len(payload):
            raise ValueError("field beyond the end")
        fields.setdefault(tag, []).append(payload[at:at + length])
        at += length
    return fields


def number(values):
    return int.from_bytes(values[0], "big")


def signed(values):
    return int.from_bytes(values[0], "big", signed=True)


def string(values):
    return os.fsdecode(values[0])


class Frame:
    def __init__(self, kind, payload, descriptors):
        self.kind = kind
        self.payload = payload
        self.fields = parse(payload)
        self.descriptors = descriptors

    def text(self, tag):
        return string(self.fields[tag])

    def number(self, tag):
        return number(self.fields[tag])

    def signed(self, tag):
        return signed(self.fields[tag])

    def steps(self):
        return [(string(parse(value)[1]), string(parse(value)[2])) for value in self.fields.get(10, [])]

    def attempts(self):
        """Name to (expected, came, 1 as expected or 2 not applicable)."""
        return {string(f[1]): (string(f[2]), string(f[3]), number(f[4]))
                for f in map(parse, self.fields.get(13, []))}

    def skipped(self):
        return [(string(f[1]), string(f[2]), signed(f[3]), number(f[4])) for f in map(parse, self.fields.get(11, []))]


def mount(kind, path, source=None, optional=False):
    value = u8(1, kind) + text(2, path)
    if kind in (READ_ONLY, READ_WRITE, WORKDIR):
        value += text(3, source or path)
    return field(10, value + u8(4, 1 if optional else 0))


def file(path, content, mode=0o644):
    return field(11, text(1, path) + u32(2, mode) + field(3, content))


PASSWD = b"root:x:0:0:root:/root:/bin/sh\nsandbox:x:1500:1500::/sandbox:/bin/bash\n"


def launch_spec(mounts=None, files=None, uid=1500, gid=1500, hostname="box", landlock=BEST_EFFORT,
                read_only=("/usr", "/lib", "/proc", "/dev/urandom", "/etc"),
                read_write=("/sandbox", "/tmp", "/dev/null"), flags=None, extra=b""):
    """The restrictive default with a fresh /sandbox, unless told otherwise."""
    if mounts is None:
        mounts = [mount(READ_ONLY, "/usr"), mount(READ_ONLY, "/lib"), mount(READ_ONLY, "/etc"),
                  mount(READ_ONLY, "/proc"), mount(READ_ONLY, "/app", optional=True), mount(TMPFS, "/tmp"),
                  mount(DIRECTORY, "/sandbox")]
    if files is None:
        files = [file("/etc/passwd", PASSWD), file("/etc/hosts", b"127.0.0.1 localhost\n"),
                 file("/etc/openshell-tls/openshell-ca.pem", b"certificate\n")]
    if flags is None:
        flags = 1 if landlock == HARD_REQUIREMENT else 0
    spec = text(1, hostname) + u32(2, flags) + u32(3, uid) + u32(4, gid) + text(5, "sandbox")
    spec += b"".join(mounts) + b"".join(files)
    spec += b"".join(text(20, path) for path in read_only) + b"".join(text(21, path) for path in read_write)
    return spec + u8(30, landlock) + extra


# The Makefile tells the sanitizers to end a process so.
SANITIZER_EXIT = 99


def launcher_path():
    return os.environ.get("OPENSHELL_LAUNCHER") or os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "..", "target", "openshell-launcher")


class Launcher:
    """One launcher process and its control connection. `user` starts it as that unprivileged uid, `through` by another
    program."""

    def __init__(self, user=None, through=()):
        self.directory = tempfile.mkdtemp(prefix="openshell-test-")
        self.user = user
        command = [launcher_path()]
        if user is not None:
            # The launcher may lie in a directory that this user cannot enter: give it a copy.
            copy = os.path.join(self.directory, "openshell-launcher")
            shutil.copy(launcher_path(), copy)
            os.chmod(copy, 0o755)
            os.chown(self.directory, user, user)
            command = [copy]
        path = os.path.join(self.directory, "control")
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(path)
        os.chmod(path, 0o777)
        listener.listen(1)
        listener.settimeout(TIMEOUT)
        identity = {} if user is None else {"user": user, "group": user, "extra_groups": []}
        self.process = subprocess.Popen([*through, *command, "--control", path], stdin=subprocess.DEVNULL, **identity)
        self.control, _ = listener.accept()
        self.control.settimeout(TIMEOUT)
        listener.close()
        self.next_id = 1
        self.listener = None
        self.pending = []
        self.hello = self.receive(HELLO)

    def close(self):
        self.control.close()
        if self.listener is not None:
            self.listener.close()
        try:
            code = self.process.wait(TIMEOUT)
        finally:
            self.process.kill()
            self.process.wait()
            shutil.rmtree(self.directory, ignore_errors=True)
        if code == SANITIZER_EXIT:
            raise AssertionError("a sanitizer ended the launcher: its report is on standard error")
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, kind, payload=b"", descriptors=()):
        header = struct.pack(">IHH", len(payload), kind, len(descriptors))
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        sent = self.control.sendmsg([header + payload], rights)
        if sent < len(header) + len(payload):
            self.control.sendall((header + payload)[sent:])

    def read_frame(self):
        """The next frame, or None at the end of the stream."""
        header, rights, flags, _ = self.control.recvmsg(8, socket.CMSG_LEN(12), socket.MSG_CMSG_CLOEXEC)
        if not header:
            return None
        descriptors = array.array("i")
        for _, _, data in rights:
            descriptors.frombytes(data[:len(data) - len(data) % 4])
        while len(header) < 8:
            header += self.control.recv(8 - len(header))
        length, kind, count = struct.unpack(">IHH", header)
        payload = b""
        while len(payload) < length:
            part = self.control.recv(length - len(payload))
            if not part:
                raise EOFError("end within a frame")
            payload += part
        if count != len(descriptors):
            raise ValueError(f"{len(descriptors)} descriptors (expected: {count})")
        return Frame(kind, payload, list(descriptors))

    def receive(self, *kinds):
        """The next frame of one of these types; others stay for later calls."""
        for frame in self.pending:
            if frame.kind in kinds:
                self.pending.remove(frame)
                return frame
        while True:
            frame = self.read_frame()
            if frame is None:
                raise EOFError(f"end of stream (expected: frame {kinds})")
            if frame.kind == FAILED and FAILED not in kinds:
                raise AssertionError("FAILED: " + describe_failure(frame))
            if frame.kind in kinds:
                return frame
            self.pending.append(frame)

    def launch(self, returning=None, **spec):
        """`returning` is the listening socket at which a supervisor may come back."""
        if returning is None:
            self.send(LAUNCH, launch_spec(**spec))
        else:
            with open("/proc/self/ns/pid") as home:
                self.send(LAUNCH, launch_spec(**spec), [returning.fileno(), home.fileno()])
        ready = self.receive(READY)
        self.listener = socket.socket(fileno=ready.descriptors[0])
        return ready

    def launch_fails(self, **spec):
        self.send(LAUNCH, launch_spec(**spec))
        return self.receive(FAILED)

    def spawn(self, argv, env=("PATH=/usr/bin:/bin", "HOME=/sandbox"), cwd="/sandbox", terminal=None, streams=None):
        """Returns (spawn id, descriptors to close, STARTED or SPAWN_FAILED)."""
        spawn_id = self.next_id
        self.next_id += 1
        payload = u32(1, spawn_id) + b"".join(text(2, a) for a in argv) + b"".join(text(3, e) for e in env)
        payload += text(4, cwd) + u8(5, 1 if terminal else 0)
        if terminal:
            payload += u32(6, terminal[0]) + u32(7, terminal[1])
        self.send(SPAWN, payload, [] if terminal else streams)
        return spawn_id, self.receive(STARTED, SPAWN_FAILED)

    def wait(self, spawn_id):
        """Exit code, or minus the signal, of a spawn."""
        skipped = []
        while True:
            frame = self.receive(EXITED)
            if frame.number(1) == spawn_id:
                self.pending += skipped
                return -frame.signed(3) if frame.signed(3) else frame.signed(2)
            skipped.append(frame)

    def run(self, argv, input_bytes=b"", **options):
        """Runs a command to its end: (exit code, standard output, standard error)."""
        with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            stdin.write(input_bytes)
            stdin.seek(0)
            spawn_id, answer = self.spawn(argv, streams=[stdin.fileno(), out.fileno(), err.fileno()], **options)
            if answer.kind == SPAWN_FAILED:
                raise AssertionError(f"SPAWN_FAILED: {answer.text(2)}: {answer.text(3)}: "
                                     f"{os.strerror(answer.signed(4))}")
            code = self.wait(spawn_id)
            out.seek(0)
            err.seek(0)
            return code, out.read().decode(errors="replace"), err.read().decode(errors="replace")

    def identify(self, agent, proxy):
        self.send(IDENTIFY, u32(1, 7) + field(2, pack_address(agent[0])) + u32(3, agent[1]) +
                  field(4, pack_address(proxy[0])) + u32(5, proxy[1]))
        return self.receive(IDENTITY)


def pack_address(address):
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def describe_failure(frame):
    return f"{frame.text(1)}: {frame.text(2)}: {os.strerror(frame.signed(3))} ({frame.text(4)})"


def executable(value):
    f = parse(value)
    return {"path": string(f[1]), "deleted": number(f[2]), "dev": number(f[3]), "ino": number(f[4]),
            "size": number(f[5]), "mtime": number(f[6]), "ctime": number(f[7])}


def attempts(launcher):
    """The attempts to go around the proxy that came so far: what was told of, and how many more."""
    told = [frame for frame in launcher.pending if frame.kind == BYPASS]
    launcher.pending = [frame for frame in launcher.pending if frame.kind != BYPASS]
    result = []
    for f in (frame.fields for frame in told):
        family = socket.AF_INET if len(f[4][0]) == 4 else socket.AF_INET6
        result.append({
            "pid": number(f[1]), "start": number(f[2]), "exe": executable(f[3][0])["path"],
            "address": socket.inet_ntop(family, f[4][0]), "port": number(f[5]), "protocol": string(f[6]),
            "ancestors": [executable(parse(a)[2][0])["path"] for a in f.get(10, [])]})
    return result, sum(number(frame.fields[7]) for frame in told)


def owners(frame):
    result = []
    for value in frame.fields.get(10, []):
        f = parse(value)
        result.append({
            "pid": number(f[1]), "start": number(f[2]), "exe": executable(f[3][0]),
            "ancestors": [executable(parse(a)[2][0])["path"] for a in f.get(4, [])],
            "paths": [os.fsdecode(p) for p in f.get(5, [])]})
    return result
