"""Verifies as strictly as Python's ssl can, and shows what certificate it got."""
import http.client
import json
import os
import ssl
import sys

context = ssl.create_default_context()
context.verify_flags |= ssl.VERIFY_X509_STRICT
connection = http.client.HTTPSConnection("10.200.0.1", 3128, context=context)
connection.set_tunnel("www.lab.test", 443)
connection.request("GET", "/public/hello.txt")
response = connection.getresponse()
issuer = dict(pair[0] for pair in connection.sock.getpeercert()["issuer"])
json.dump({"status": response.status, "text": response.read().decode(), "issuer": issuer["commonName"]}, sys.stdout)
