"""Checks signatures with botocore, the AWS command line's own signer: what it computes for a request must be what the request says.

As a program: reads from standard input, one JSON value a line. For an object, a request, it writes "ok" or what is wrong with it; for
a string, the key of an object, the path that botocore's own client asks S3 for.
"""

import base64
import hashlib
import json
import re
import sys
from urllib.parse import urlsplit

import botocore.session
from botocore import UNSIGNED
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})"
)
UNSIGNED_BODY = ("UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")


def problem(request, keys):
    """What is wrong with a request's signature, or nothing.

    request: scheme, method, target, headers (pairs), body (bytes); keys: id, secret and token or None.
    """
    fields = {}
    for name, value in request["headers"]:
        fields.setdefault(name.lower(), []).append(value)
    given = AUTHORIZATION.fullmatch(",".join(fields.get("authorization", [])))
    if not given:
        return "no signature"
    key_id, date, region, service, names, signature = given.groups()
    if key_id != keys[0]:
        return "another key"
    if keys[2] is not None and fields.get("x-amz-security-token") != [keys[2]]:
        return "another token"
    time = fields["x-amz-date"][0]
    if time[:8] != date:
        return "another day"
    missing = [name for name in fields if name.startswith("x-amz-") and name not in names.split(";")]
    if missing or "host" not in names.split(";"):
        return "not signed: " + " ".join(missing or ["host"])
    body_hash = hashlib.sha256(request["body"]).hexdigest()
    payload = fields.get("x-amz-content-sha256", [body_hash])[0]
    if payload not in UNSIGNED_BODY and payload != body_hash:
        return "another body"

    url = request["scheme"] + "://" + fields["host"][0] + request["target"]
    signed = AWSRequest(method=request["method"], url=url, data=request["body"])
    for name, value in request["headers"]:
        if name.lower() in names.split(";"):
            signed.headers.add_header(name, value)
    if "x-amz-content-sha256" not in fields:
        signed.context["payload_signing_enabled"] = True
    signed.context["timestamp"] = time
    signer = (S3SigV4Auth if service == "s3" else SigV4Auth)(Credentials(*keys), service, region)
    text = signer.string_to_sign(signed, signer.canonical_request(signed))
    return None if signer.signature(text, signed) == signature else "not what botocore signs"


def s3_client():
    options = Config(signature_version=UNSIGNED, s3={"addressing_style": "virtual"})
    return botocore.session.Session().create_client("s3", region_name="eu-west-1", config=options)


def main():
    client = None
    for line in sys.stdin:
        request = json.loads(line)
        if isinstance(request, str):
            client = client or s3_client()
            url = client.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": request})
            print(urlsplit(url).path, flush=True)
            continue
        request["body"] = base64.b64decode(request["body"])
        print(problem(request, tuple(request["keys"])) or "ok", flush=True)


if __name__ == "__main__":
    main()
