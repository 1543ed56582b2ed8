"""GraphQL over WebSocket, each operation in frames of one character with pings in between: DOCUMENT TIMES. Does it that many times, each
on a connection of its own, and prints for each what came back and how the connection ended, as one JSON list."""
import asyncio
import json
import os
import socket
import ssl
import sys
from urllib.parse import urlsplit

import websockets

HOST = "graphql.lab.test"
CONTEXT = ssl.create_default_context()


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


async def ask(document):
    result = {"answers": []}
    try:
        async with websockets.connect(
                "wss://%s/graphql" % HOST, sock=tunnel(), ssl=CONTEXT, server_hostname=HOST, compression=None,
                subprotocols=["graphql-transport-ws"]) as ws:
            await ws.send(json.dumps({"type": "connection_init"}))
            result["answers"].append(json.loads(await asyncio.wait_for(ws.recv(), 20))["type"])

            async def pieces():
                for character in json.dumps({"type": "subscribe", "id": "1", "payload": {"query": document}}):
                    yield character
                    await ws.ping()

            await ws.send(pieces())
            result["answers"].append(json.loads(await asyncio.wait_for(ws.recv(), 20)))
    except websockets.ConnectionClosed as closed:
        result["closed"] = closed.rcvd.code if closed.rcvd else 1006
    return result


async def main(document, times):
    print(json.dumps([await ask(document) for _ in range(times)]))


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
