"""Does what its input says, line by line, and answers each line with one:
    ws              opens a WebSocket to wss://ws.lab.test/chat and exchanges a message
    say TEXT        sends a message on it and prints the answer, or how the connection ended
    closed          waits for its end, and prints code and reason
    get HOST PATH   a request in the tunnel to HOST:80 that is kept from one request to the next; prints its status
    new HOST PATH   the same in a tunnel of its own
A connection that is refused is "connect STATUS", one that has ended is "ended"."""
import asyncio
import os
import socket
import ssl
import sys
from urllib.parse import urlsplit

import websockets

PROXY = urlsplit(os.environ["https_proxy"])
tunnels = {}


class Refused(Exception):
    pass


def tunnel(host, port):
    connection = socket.create_connection((PROXY.hostname, PROXY.port), 20)
    connection.sendall(("CONNECT %s:%d HTTP/1.1\r\nHost: %s:%d\r\n\r\n" % (host, port, host, port)).encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    status = head.split()[1].decode()
    if status != "200":
        raise Refused("connect " + status)
    return connection


def get(connection, host, path):
    try:
        connection.sendall(("GET %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (path, host)).encode())
        reader = connection.makefile("rb")
        status = reader.readline()
        length = 0
        line = reader.readline()
        while line not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            line = reader.readline()
        reader.read(length)
        return status.split()[1].decode() if status else "ended"
    except ConnectionError:
        return "ended"


async def websocket():
    connection = tunnel("ws.lab.test", 443)
    connection.setblocking(False)
    return await websockets.connect(
        "wss://ws.lab.test/chat", sock=connection, ssl=ssl.create_default_context(), server_hostname="ws.lab.test",
        subprotocols=["chat"], compression=None)


async def exchange(ws, text):
    try:
        await ws.send(text)
        return await asyncio.wait_for(ws.recv(), 20)
    except websockets.ConnectionClosed:
        return ending(ws)


def ending(ws):
    return "%s %s" % (ws.close_code, ws.close_reason)


async def answer(words, state):
    try:
        if words[0] == "ws":
            state["ws"] = await websocket()
            return await exchange(state["ws"], "hello")
        if words[0] == "say":
            return await exchange(state["ws"], words[1])
        if words[0] == "closed":
            await asyncio.wait_for(state["ws"].wait_closed(), 30)
            return ending(state["ws"])
        if words[0] == "get" and words[1] not in tunnels:
            tunnels[words[1]] = tunnel(words[1], 80)
        connection = tunnels[words[1]] if words[0] == "get" else tunnel(words[1], 80)
        return get(connection, words[1], words[2])
    except Refused as refused:
        return str(refused)


async def main():
    state = {}
    loop = asyncio.get_running_loop()
    while True:
        line = await loop.run_in_executor(None, sys.stdin.readline)
        if line.strip() in ("", "end"):
            return
        print(await answer(line.split(), state), flush=True)


asyncio.run(main())
