"""A WebSocket server: ADDRESS PORT CERTIFICATE KEY LOG. Answers each message with "echo: " in front, and appends to the log what it
got, one JSON object a line."""
import asyncio
import json
import ssl
import sys

import websockets

address, port, certificate, key, log = sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]


def record(**what):
    with open(log, "a") as file:
        file.write(json.dumps(what) + "\n")


async def serve(socket, path=None):
    record(path=socket.path, extensions=[str(it) for it in socket.extensions], protocol=socket.subprotocol)
    try:
        async for message in socket:
            record(message=message if isinstance(message, str) else "%d bytes" % len(message))
            await socket.send("echo: " + message if isinstance(message, str) else message)
    except websockets.ConnectionClosed:
        pass
    record(closed=socket.close_code, reason=socket.close_reason)


async def main():
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    async with websockets.serve(serve, address, port, ssl=tls, subprotocols=["chat"], max_size=32 << 20):
        await asyncio.Future()


asyncio.run(main())
