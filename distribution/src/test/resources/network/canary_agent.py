"""An agent that uses credentials in every place where one may stand, with curl, python and node, and then writes down all that it can
see: NODE. Says "ready", stays until a line comes, with its node, and makes another request."""
import asyncio
import json
import os
import socket
import ssl
import subprocess
import sys
from urllib.parse import urlsplit

import requests
import websockets

node = sys.argv[1]
API = "https://api.lab.test"
env = os.environ


def curl(*arguments):
    done = subprocess.run(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", *arguments], capture_output=True, text=True)
    print(done.stdout, done.stderr.strip(), flush=True)


def tunnel(host):
    proxy = urlsplit(env["https_proxy"])
    connection = socket.create_connection((proxy.hostname, proxy.port), 20)
    connection.sendall(("CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\n\r\n" % (host, host)).encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    connection.setblocking(False)
    return connection


async def message():
    async with websockets.connect("wss://ws.lab.test/", sock=tunnel("ws.lab.test"), ssl=ssl.create_default_context(),
                                  server_hostname="ws.lab.test", compression=None) as ws:
        await ws.send(json.dumps({"token": env["TEXT_KEY"]}))
        print(await asyncio.wait_for(ws.recv(), 20), flush=True)


def seen():
    with open("/sandbox/seen", "w", encoding="latin-1") as out:
        out.write("\n".join("%s=%s" % variable for variable in env.items()))
        for pid in filter(str.isdigit, os.listdir("/proc")):
            for name in ("environ", "cmdline", "maps", "status", "comm"):
                try:
                    with open("/proc/%s/%s" % (pid, name), encoding="latin-1") as file:
                        out.write(file.read())
                except OSError as refused:
                    out.write(str(refused))


curl("-H", "Authorization: Bearer " + env["HEADER_KEY"], API + "/header")
curl("-H", "X-Api-Key: " + env["FILE_KEY"], API + "/file")
curl("-u", "me:" + env["BASIC_KEY"], API + "/basic")
curl("-G", "--data-urlencode", "key=" + env["QUERY_KEY"], API + "/query")
curl(API + "/bot" + env["PATH_KEY"] + "/send")
curl("--data-urlencode", "token=" + env["FORM_KEY"], API + "/form")
print(requests.post(API + "/json", json={"token": env["JSON_KEY"]}, timeout=20).status_code, flush=True)
program = """
const answer = await fetch("https://api.lab.test/node", {headers: {"x-api-key": process.env.NODE_KEY}});
console.log(answer.status);
await new Promise(resolve => process.stdin.on("end", resolve).resume());
"""
child = subprocess.Popen([node, "--input-type=module", "-e", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
print(child.stdout.readline().strip(), flush=True)
asyncio.run(message())
curl("-H", "Authorization: Bearer " + env["HEADER_KEY"], "https://other.lab.test/")
curl("-H", "Authorization: Bearer openshell:resolve:env:NOBODYS_KEY", API + "/unknown")
curl("-H", "Cookie: a=" + env["HEADER_KEY"], API + "/cookie")
seen()
print("ready", flush=True)
sys.stdin.readline()
curl("-H", "Authorization: Bearer " + env["HEADER_KEY"], API + "/later")
child.stdin.close()
child.wait()
sys.exit(7)
