"""Answers each request with the bytes that the second part of its path has in hexadecimal: ADDRESS PORT CERTIFICATE KEY LOG. Appends the first
part of the path, the request's name, to the log."""
import socket
import ssl
import sys
import threading

address, port, certificate, key, log = sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]


def serve(plain, tls):
    with tls.wrap_socket(plain, server_side=True) as connection:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            part = connection.recv(1)
            if not part:
                return
            head += part
        name, answer = head.decode().split(" ")[1].strip("/").split("/")
        with open(log, "a") as file:
            file.write(name + "\n")
        connection.sendall(bytes.fromhex(answer))
        while connection.recv(65536):
            pass


tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
tls.load_cert_chain(certificate, key)
with socket.create_server((address, port), backlog=64) as server:
    while True:
        accepted, _ = server.accept()
        threading.Thread(target=serve, args=(accepted, tls), daemon=True).start()
