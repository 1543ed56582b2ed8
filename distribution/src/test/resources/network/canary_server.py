"""An HTTPS and a WebSocket server that give nothing back of what they get: ADDRESS WS_ADDRESS CERTIFICATE KEY LOG. Append to the log
all that they get, as it is on the wire after TLS."""
import asyncio
import http.server
import ssl
import sys
import threading

import websockets

address, ws_address, certificate, key, log = sys.argv[1:6]
lock = threading.Lock()


def record(*lines):
    with lock, open(log, "a", encoding="latin-1") as file:
        file.write("".join(line + "\n" for line in lines))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        record(self.requestline, *("%s: %s" % field for field in self.headers.items()), body.decode("latin-1"))
        self.send_response(200)
        self.send_header("content-length", "3")
        self.end_headers()
        self.wfile.write(b"ok\n")

    do_GET = do_POST = answer

    def log_message(self, *arguments):
        pass


async def serve(socket, path=None):
    try:
        async for message in socket:
            record("message: " + message)
            await socket.send("ok")
    except websockets.ConnectionClosed:
        pass


def context():
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    return tls


async def main():
    async with websockets.serve(serve, ws_address, 443, ssl=context()):
        server = http.server.ThreadingHTTPServer((address, 443), Handler)
        server.socket = context().wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        await asyncio.Future()


asyncio.run(main())
