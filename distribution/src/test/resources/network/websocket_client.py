"""A client of the python library: PATH MODE MESSAGE..., where MODE is plain or deflate, and a message @N is N binary bytes. Prints what
was agreed upon, each answer, and how the connection ended, as one JSON object."""
import asyncio
import json
import os
import socket
import ssl
import sys
from urllib.parse import urlsplit

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

path, mode, messages = sys.argv[1], sys.argv[2], sys.argv[3:]
HOST = "ws.lab.test"


def tunnel():
    proxy = urlsplit(os.environ["https_proxy"])
    connection = socket.create_connection((proxy.hostname, proxy.port), 20)
    connection.sendall(("CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\n\r\n" % (HOST, HOST)).encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    assert head.startswith(b"HTTP/1.1 200 "), head
    connection.setblocking(False)
    return connection


async def main():
    offers = [ClientPerMessageDeflateFactory(client_no_context_takeover=True)] if mode == "deflate" else None
    result = {"answers": []}
    try:
        async with websockets.connect(
                "wss://%s%s" % (HOST, path), sock=tunnel(), ssl=ssl.create_default_context(), server_hostname=HOST, compression=None,
                extensions=offers, subprotocols=["chat", "other"], max_size=32 << 20) as ws:
            result["protocol"] = ws.subprotocol
            result["extensions"] = len(ws.extensions)
            for message in messages:
                await ws.send(bytes(int(message[1:])) if message.startswith("@") else message)
                answer = await asyncio.wait_for(ws.recv(), 20)
                result["answers"].append(answer if isinstance(answer, str) else len(answer))
    except websockets.ConnectionClosed as closed:
        result["closed"] = closed.rcvd.code if closed.rcvd else 1006
        result["reason"] = closed.rcvd.reason if closed.rcvd else ""
    except websockets.InvalidStatusCode as refused:
        result["status"] = refused.status_code
    print(json.dumps(result))


asyncio.run(main())
