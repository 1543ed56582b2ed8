"""Completes WebSocket handshakes and keeps all bytes that follow: ADDRESS PORT CERTIFICATE KEY FOLDER. The path's last part names the
file; with "deflate" in the path the extension is agreed upon. Answers with the number of bytes so far, in a text frame. For a path with
"send" it sends the bytes of a file, and keeps what comes back."""
import base64
import hashlib
import os
import socket
import ssl
import sys
import threading

address, port, certificate, key, folder = sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]
ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def serve(plain, tls):
    with tls.wrap_socket(plain, server_side=True) as connection:
        reader = connection.makefile("rb", 0)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += reader.read(1)
        lines = head.decode().split("\r\n")
        path = lines[0].split(" ")[1]
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        secret = [line.split(": ", 1)[1] for line in lines if line.lower().startswith("sec-websocket-key: ")][0]
        accept = base64.b64encode(hashlib.sha1((secret + ACCEPT).encode()).digest()).decode()
        answer = ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Accept: %s\r\n" % accept)
        if "deflate" in path:
            answer += "Sec-WebSocket-Extensions: %s\r\n" % fields["sec-websocket-extensions"]
        connection.sendall((answer + "\r\n").encode())
        name = os.path.join(folder, path.rsplit("/", 1)[1])
        total = 0
        if "send" in path:
            with open(name + ".send", "rb") as file:
                connection.sendall(file.read())
        with open(name, "wb", 0) as file:
            while True:
                try:
                    data = connection.recv(65536)
                except OSError:
                    break
                if not data:
                    break
                file.write(data)
                total += len(data)
                if "send" not in path:
                    number = str(total).encode()
                    try:
                        connection.sendall(bytes([0x81, len(number)]) + number)
                    except OSError:
                        break
        os.rename(name, name + ".done")


tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
tls.load_cert_chain(certificate, key)
with socket.create_server((address, port), backlog=64) as server:
    while True:
        accepted, _ = server.accept()
        threading.Thread(target=serve, args=(accepted, tls), daemon=True).start()
