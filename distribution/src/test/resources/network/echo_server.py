"""Gives back the X-Api-Key that it gets, in the way that the path names, over HTTPS and HTTP: ADDRESS CERTIFICATE KEY LOG. Appends
to the log what it got."""
import base64
import gzip
import http.server
import ssl
import sys
import threading
import urllib.parse

address, certificate, key, log = sys.argv[1:5]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        secret = self.headers.get("x-api-key", "")
        with open(log, "a", encoding="latin-1") as file:
            file.write("%s %s %s\n" % (self.path, secret, self.headers.get("accept-encoding")))
        getattr(self, self.path.strip("/"))(secret)

    def answer(self, body, kind="text/plain", **fields):
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def raw(self, secret):
        self.answer(b"your key is %s, is it not?\n" % secret.encode())

    def base64(self, secret):
        self.answer(b"Basic %s\n" % base64.b64encode(b"user:%s" % secret.encode()))

    def url(self, secret):
        self.answer(b"/login?key=%s&x=1\n" % urllib.parse.quote(secret, safe="").encode())

    def json(self, secret):
        escaped = "".join("\\u%04x" % ord(it) if it in "+/" else it for it in secret)
        self.answer(b'{"error": "bad key %s"}\n' % escaped.encode(), "application/json")

    def header(self, secret):
        self.answer(b"see above\n", X_Seen=secret)

    def chunks(self, secret):
        self.send_response(200)
        self.send_header("content-type", "text/plain")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for letter in "<" + secret + ">\n":
            self.wfile.write(b"1\r\n%s\r\n" % letter.encode())
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def binary(self, secret):
        self.answer(b"\0\1" + secret.encode(), "application/octet-stream")

    def coded(self, secret):
        self.answer(gzip.compress(secret.encode()), content_encoding="gzip")

    def late(self, secret):
        self.answer(b"a line of the beginning\n" * 100000 + secret.encode())

    def nothing(self, secret):
        self.answer(bytes(range(256)) * 4096, "application/octet-stream")

    def log_message(self, *arguments):
        pass


secure = http.server.ThreadingHTTPServer((address, 443), Handler)
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(certificate, key)
secure.socket = context.wrap_socket(secure.socket, server_side=True)
threading.Thread(target=http.server.ThreadingHTTPServer((address, 80), Handler).serve_forever, daemon=True).start()
secure.serve_forever()
