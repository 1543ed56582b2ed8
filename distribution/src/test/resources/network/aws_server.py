"""A stand-in for AWS: S3, STS and DynamoDB as far as a test asks for them. It answers nothing that is not signed as botocore signs.

aws_server.py ADDRESS PORT CERTIFICATE KEY FOLDER VERIFIER KEY_ID SECRET TOKEN

In FOLDER it writes requests.jsonl, a line for each request with what the signature is worth, and raw, every request as it came.
"""

import http.server
import importlib.util
import json
import ssl
import sys
import threading
from pathlib import Path

address, port, certificate, key, folder, verifier, *keys = sys.argv[1:]
spec = importlib.util.spec_from_file_location("botocore_verify", verifier)
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)

lock = threading.Lock()
objects = {}

STS = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/agent</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        whole = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            whole += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return whole

    def serve(self):
        body = self.body()
        request = {
            "scheme": "https",
            "method": self.command,
            "target": self.path,
            "headers": list(self.headers.items()),
            "body": body,
        }
        problem = verify.problem(request, tuple(keys))
        record = {
            "verdict": problem or "ok",
            "method": self.command,
            "host": self.headers["Host"],
            "target": self.path,
            "payload": self.headers.get("X-Amz-Content-Sha256"),
            "length": len(body),
        }
        with lock, open(Path(folder, "requests.jsonl"), "a") as log, open(Path(folder, "raw"), "ab") as raw:
            log.write(json.dumps(record) + "\n")
            raw.write(self.requestline.encode() + b"\n" + self.headers.as_bytes() + body)
        if problem:
            self.answer(403, f"<Error><Code>SignatureDoesNotMatch</Code><Message>{problem}</Message></Error>")
        elif self.headers["Host"].startswith("sts."):
            self.answer(200, STS)
        elif self.headers["Host"].startswith("dynamodb."):
            self.answer(200, '{"TableNames": ["orders"]}', "application/x-amz-json-1.0")
        else:
            self.bucket(body)

    def bucket(self, body):
        path, _, query = self.path.partition("?")
        name = self.headers["Host"] + path
        if self.command == "PUT":
            objects[name] = body
            self.answer(200, "", etag='"0123456789abcdef0123456789abcdef"')
        elif "list-type=2" in query:
            keys = [name.split("/", 1)[1] for name in objects if name.startswith(self.headers["Host"] + "/")]
            entries = "".join(
                f"<Contents><Key>{each}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>1</Size></Contents>"
                for each in keys
            )
            self.answer(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>")
        elif name in objects:
            self.answer(200, objects[name], "text/plain", etag='"0123456789abcdef0123456789abcdef"')
        else:
            self.answer(404, "<Error><Code>NoSuchKey</Code></Error>")

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = serve

    def answer(self, status, text, kind="application/xml", etag=None):
        content = text if isinstance(text, bytes) else text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        if etag:
            self.send_header("ETag", etag)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


server = http.server.ThreadingHTTPServer((address, int(port)), Service)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
