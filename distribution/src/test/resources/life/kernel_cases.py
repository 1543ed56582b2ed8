"""Tries cases of docs/kernel-cases.md from inside a sandbox, and prints what came of each, as JSON. See KernelCasesIT."""
import ctypes
import errno
import json
import os
import signal
import socket
import struct

results = {}
libc = ctypes.CDLL(None, use_errno=True)
IOCTL = {"x86_64": 16, "aarch64": 29}[os.uname().machine]
TIOCSTI, TIOCLINUX = 0x5412, 0x541C


def attempt(name, what):
    try:
        what()
        results[name] = "done"
    except OSError as e:
        results[name] = errno.errorcode.get(e.errno, str(e))


def ioctl(request):
    """By the system call, since the library's own cuts the request."""
    byte = ctypes.create_string_buffer(b"x")
    result = libc.syscall(ctypes.c_long(IOCTL), ctypes.c_long(0), ctypes.c_ulong(request), byte)
    if result < 0:
        raise OSError(ctypes.get_errno(), "ioctl")


def type_into_a_terminal():
    for name, request in (("TIOCSTI", TIOCSTI), ("TIOCLINUX", TIOCLINUX)):
        for high in (0, 1 << 32, 1 << 63, 0xFFFFFFFF << 32):
            attempt("%s %x" % (name, high), lambda: ioctl(high | request))


def program_of_32_bits():
    """An ELF header, one program header, and code: exit(7) by int 0x80."""
    code = bytes([0xB8, 1, 0, 0, 0, 0xBB, 7, 0, 0, 0, 0xCD, 0x80])
    base = 0x8048000
    header = b"\x7fELF" + bytes([1, 1, 1]) + bytes(9)
    header += struct.pack("<HHIIIIIHHHHHH", 2, 3, 1, base + 84, 52, 0, 0, 52, 32, 1, 0, 0, 0)
    size = 84 + len(code)
    return header + struct.pack("<IIIIIIII", 1, 0, base, base, size, size, 5, 0x1000) + code


def run_32_bits():
    path = "/tmp/small"
    with open(path, "wb") as file:
        file.write(program_of_32_bits())
    os.chmod(path, 0o755)
    child = os.fork()
    if child == 0:
        try:
            os.execv(path, [path])
        except OSError as e:
            os._exit(100 + (e.errno == errno.ENOEXEC))
    status = os.waitpid(child, 0)[1]
    ended = os.waitstatus_to_exitcode(status)
    results["32 bits"] = signal.Signals(-ended).name if ended < 0 else "ENOEXEC" if ended == 101 else str(ended)


def look_into_process_1():
    for name in ("mem", "environ", "maps", "auxv", "syscall", "stack", "exe", "cwd", "root", "root/etc", "fd", "fd/3", "ns/net",
                 "map_files", "io", "task/1/mem"):
        path = "/proc/1/" + name
        attempt("process 1 " + name, lambda: os.readlink(path) if os.path.islink(path) else
                os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1))
    attempt("own program", lambda: os.close(os.open("/proc/self/exe", os.O_WRONLY)))
    attempt("own program truncated", lambda: os.truncate("/proc/self/exe", 0))


def listeners():
    """What waits for somebody: TCP in state 10, every other kind with an address, netlink but for the kernel's own ends."""
    found = []
    for table in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6", "udplite", "packet", "netlink"):
        path = "/proc/net/" + table
        if os.path.exists(path):
            with open(path) as file:
                for fields in map(str.split, file.readlines()[1:]):
                    if not (table.startswith("tcp") and fields[3] != "0A") and not (table == "netlink" and fields[2] == "0"):
                        found.append(table + " " + " ".join(fields))
    with open("/proc/net/unix") as file:
        found += ["unix " + line.strip() for line in file.readlines()[1:] if "@" in line or "/" in line]
    results["listeners"] = found


def ports():
    """Those of the gate that take a connection; the others refuse it at once."""
    taken = []
    for port in range(1, 65536):
        with socket.socket() as s:
            if s.connect_ex(("10.200.0.1", port)) == 0:
                taken.append(port)
    results["ports"] = taken


def answer(request):
    with socket.create_connection(("10.200.0.1", 3128), 10) as s:
        s.sendall(request.encode())
        return s.recv(65536).decode("latin1").split("\r\n")[0]


def ask_the_proxy_of_itself():
    own = {}
    for place in ("10.200.0.1:3128", "localhost:3128", "127.0.0.1:3128", "0.0.0.0:3128", "[::1]:3128", "policy.local:80",
                  "169.254.169.254:80", "inference.local:443"):
        own["CONNECT " + place] = answer("CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (place, place))
        own["GET http://" + place] = answer("GET http://%s/ HTTP/1.1\r\nHost: %s\r\n\r\n" % (place, place))
    for path in ("/", "/metrics", "/admin", "/proxy.pac", "/v1/policy", "*"):
        own["GET " + path] = answer("GET %s HTTP/1.1\r\nHost: 10.200.0.1:3128\r\n\r\n" % path)
    own["TRACE"] = answer("TRACE / HTTP/1.1\r\nHost: 10.200.0.1:3128\r\n\r\n")
    results["proxy"] = own


def sizes():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in ("/tmp", "/sandbox", "/dev/shm"):
        found = os.statvfs(path)
        results["size " + path] = found.f_blocks * found.f_frsize / memory
        results["files " + path] = found.f_files


def rewrite_the_policy():
    path = "/sandbox/policy.yaml"
    results["policy before"] = answer("GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n")
    with open(path, "a") as file:
        file.write("network_policies:\n  all:\n    endpoints: [{host: example.com, port: 80}]\n    binaries: [{path: /**}]\n")
    results["policy after"] = answer("GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n")


type_into_a_terminal()
if os.uname().machine == "x86_64":
    run_32_bits()
look_into_process_1()
listeners()
ports()
ask_the_proxy_of_itself()
sizes()
rewrite_the_policy()
print(json.dumps(results))
