"""Sends requests for WebSocket as no library does: FILE, whose lines are a name and a request in hexadecimal. Prints each name and the status of
the answer, or 0 where the connection ended without one."""
import os
import socket
import ssl
import sys
from urllib.parse import urlsplit

HOST = "hs.lab.test"
TLS = ssl.create_default_context()


def status(request):
    proxy = urlsplit(os.environ["https_proxy"])
    connection = socket.create_connection((proxy.hostname, proxy.port), 20)
    connection.sendall(("CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\n\r\n" % (HOST, HOST)).encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    with TLS.wrap_socket(connection, server_hostname=HOST) as secure:
        secure.sendall(request)
        try:
            line = secure.makefile("rb").readline()
        except OSError:
            return 0
        return int(line.split(b" ")[1]) if line.startswith(b"HTTP/1.1 ") else 0


with open(sys.argv[1]) as cases:
    for case in cases.read().splitlines():
        name, request = case.split(" ")
        print(name, status(bytes.fromhex(request)))
