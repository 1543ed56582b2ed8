"""Sends bytes through a tunnel as they are, prints the proxy's answer and so many lines of the server's:
HOST PORT HEX-BYTES LINES."""
import socket
import sys

host, port, data, lines = sys.argv[1], int(sys.argv[2]), bytes.fromhex(sys.argv[3]), int(sys.argv[4])
with socket.create_connection(("10.200.0.1", 3128), 20) as tunnel:
    tunnel.sendall(("CONNECT %s:%d HTTP/1.1\r\nHost: %s:%d\r\n\r\n" % (host, port, host, port)).encode())
    reader = tunnel.makefile("rb")
    print(reader.readline().decode().strip())
    while reader.readline() != b"\r\n":
        pass
    tunnel.sendall(data)
    for _ in range(lines):
        print(reader.readline().decode("latin-1").strip())
