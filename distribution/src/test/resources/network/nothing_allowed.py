"""Tries every way out of the sandbox that it knows, and says in JSON how each went: what, outcome, seconds."""
import json
import os
import socket
import struct
import sys
import time

WEB, WEB6, DNS, HOST_SOCKET, ABSTRACT, UDP_PORT = sys.argv[1:7]
results = {}


def attempt(name, action):
    start = time.monotonic()
    try:
        outcome = action()
    except OSError as error:
        outcome = "%s: %s" % (type(error).__name__, error)
    results[name] = {"outcome": outcome, "seconds": time.monotonic() - start}


def exchange(request):
    with socket.create_connection(("10.200.0.1", 3128), 10) as proxy:
        proxy.sendall(request.encode("ascii"))
        answer = b""
        while True:
            part = proxy.recv(65536)
            if not part:
                return answer.decode("utf-8")
            answer += part


def connect(family, kind, address, say=b"GET / HTTP/1.1\r\nHost: www.lab.test\r\n\r\n"):
    with socket.socket(family, kind) as out:
        out.settimeout(10)
        out.connect(address)
        out.sendall(say)
        return "connected, got %r" % out.recv(100)


def send(family, address, data, kind=socket.SOCK_DGRAM, protocol=0):
    with socket.socket(family, kind, protocol) as out:
        out.settimeout(3)
        out.sendto(data, address)
        return "sent, got %r" % out.recv(1000)


def dns(server):
    question = struct.pack(">HHHHHH", 7, 0x100, 1, 0, 0, 0)
    question += b"\x05asked\x04test\x00" + struct.pack(">HH", 1, 1)
    return send(socket.AF_INET, (server, 53), question)


ECHO = struct.pack(">BBHHH", 8, 0, 0xF7FE, 1, 0)
INET, INET6, UNIX, STREAM = socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.SOCK_STREAM

attempt("connect", lambda: exchange("CONNECT www.lab.test:443 HTTP/1.1\r\nHost: www.lab.test:443\r\n\r\n"))
attempt("connect address", lambda: exchange("CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\n\r\n" % (WEB, WEB)))
attempt("connect IPv6 address", lambda: exchange("CONNECT [%s]:443 HTTP/1.1\r\nHost: [%s]:443\r\n\r\n" % (WEB6, WEB6)))
attempt("absolute form", lambda: exchange("GET http://www.lab.test/secret HTTP/1.1\r\nHost: www.lab.test\r\n\r\n"))
attempt("origin form", lambda: exchange("GET / HTTP/1.1\r\nHost: www.lab.test\r\nConnection: close\r\n\r\n"))
attempt("raw TCP", lambda: connect(INET, STREAM, (WEB, 80)))
attempt("raw TCP over IPv6", lambda: connect(INET6, STREAM, (WEB6, 80)))
attempt("raw TCP to a mapped address", lambda: connect(INET6, STREAM, ("::ffff:" + WEB, 80)))
attempt("another port of the gate", lambda: connect(INET, STREAM, ("10.200.0.1", 22)))
attempt("UDP", lambda: send(INET, (WEB, int(UDP_PORT)), b"hello"))
attempt("UDP over IPv6", lambda: send(INET6, (WEB6, int(UDP_PORT)), b"hello"))
attempt("DNS", lambda: dns(DNS))
attempt("DNS at the gate", lambda: dns("10.200.0.1"))
attempt("system resolver", lambda: repr(socket.getaddrinfo("asked.test", 80)))
attempt("ICMP", lambda: send(INET, (WEB, 0), ECHO, socket.SOCK_DGRAM, socket.IPPROTO_ICMP))
attempt("raw ICMP", lambda: send(INET, (WEB, 0), ECHO, socket.SOCK_RAW, socket.IPPROTO_ICMP))
attempt("raw IPv6", lambda: send(INET6, (WEB6, 0), ECHO, socket.SOCK_RAW, socket.IPPROTO_ICMPV6))
attempt("packet socket", lambda: str(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)))
attempt("netlink socket", lambda: str(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)))
attempt("vsock", lambda: str(socket.socket(socket.AF_VSOCK, STREAM)))
attempt("abstract unix socket", lambda: connect(UNIX, STREAM, "\0" + ABSTRACT, b"hello"))
attempt("path unix socket", lambda: connect(UNIX, STREAM, HOST_SOCKET, b"hello"))
json.dump(results, sys.stdout)
