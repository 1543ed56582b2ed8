"""Streams over https, in both directions: ADDRESS PORT CHAIN KEY.

GET /events?count=N&pause=SECONDS   server-sent events, one at a time; with &cut=1 TLS is not ended properly
GET /zeros?bytes=N                  so many bytes
PUT, POST anything                  reads the body and answers its length and SHA-256
"""
import hashlib
import http.server
import ssl
import sys
import time
import urllib.parse

ADDRESS, PORT, CHAIN, KEY = sys.argv[1:5]
BLOCK = bytes(1 << 16)


class Streams(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, _, query = self.path.partition("?")
        values = dict(urllib.parse.parse_qsl(query))
        self.send_response(200)
        if path == "/events":
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            for number in range(int(values["count"])):
                if number > 0:
                    time.sleep(float(values["pause"]))
                self.wfile.write(b"data: event %d\n\n" % number)
            if "cut" not in values:
                self.connection.unwrap()
        else:
            left = int(values["bytes"])
            self.send_header("Content-Length", str(left))
            self.end_headers()
            while left > 0:
                left -= self.wfile.write(BLOCK[:min(left, len(BLOCK))])

    def blocks(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            while True:
                size = int(self.rfile.readline(), 16)
                if size > 0:
                    yield self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    return
        left = int(self.headers.get("Content-Length", 0))
        while left > 0:
            block = self.rfile.read(min(left, len(BLOCK)))
            if not block:
                return
            left -= len(block)
            yield block

    def do_PUT(self):
        digest, length = hashlib.sha256(), 0
        if self.headers.get("Expect") == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        for block in self.blocks():
            digest.update(block)
            length += len(block)
        answer = b"%d %s\n" % (length, digest.hexdigest().encode())
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_PUT

    def handle_expect_100(self):
        return True


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CHAIN, KEY)
server = http.server.ThreadingHTTPServer((ADDRESS, int(PORT)), Streams)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
server.serve_forever()
