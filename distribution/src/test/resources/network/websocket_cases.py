"""Sends what no library sends: FILE, whose lines are a name, "whole" or "bytes", "plain" or "deflate", how many bytes will arrive (or -1
if the connection will end), and the bytes in hexadecimal. Prints each name and the code of the close frame that came, or 0."""
import os
import socket
import ssl
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

HOST = "raw.lab.test"
TLS = ssl.create_default_context()


def connect(path, deflate):
    proxy = urlsplit(os.environ["https_proxy"])
    connection = socket.create_connection((proxy.hostname, proxy.port), 20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(("CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\n\r\n" % (HOST, HOST)).encode())
    head(connection)
    secure = TLS.wrap_socket(connection, server_hostname=HOST)
    extensions = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" if deflate else ""
    secure.sendall(("GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n%s"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
                    % (path, HOST, extensions)).encode())
    assert head(secure).startswith(b"HTTP/1.1 101 "), path
    return secure


def head(connection):
    received = b""
    while not received.endswith(b"\r\n\r\n"):
        part = connection.recv(1)
        assert part, received
        received += part
    return received


def frames(connection):
    """The server's frames: opcode and payload."""
    reader = connection.makefile("rb")
    while True:
        first = reader.read(2)
        if len(first) < 2:
            return
        length = first[1]
        length = int.from_bytes(reader.read(2), "big") if length == 126 else length
        yield first[0] & 15, reader.read(length)


def run(line):
    name, division, mode, expected, data = line.split(" ")
    data = bytes.fromhex(data)
    connection = connect("/%s/%s" % (mode, name), mode == "deflate")
    connection.settimeout(20)
    code = 0
    try:
        if division == "whole":
            connection.sendall(data)
        else:
            for i in range(len(data)):
                connection.send(data[i:i + 1])
    except OSError:
        pass  # it has been ended already
    try:
        if expected != "0":
            for opcode, payload in frames(connection):
                if opcode == 8:
                    code = int.from_bytes(payload[:2], "big")
                elif payload.decode() == expected:
                    break
    except OSError:
        code = code or -1
    connection.close()
    return "%s %d" % (name, code)


with ThreadPoolExecutor(4) as pool, open(sys.argv[1]) as cases:
    for outcome in pool.map(run, cases.read().splitlines()):
        print(outcome)
