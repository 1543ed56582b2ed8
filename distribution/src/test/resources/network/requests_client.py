"""An allowed and a denied exchange with requests, as anybody would write them."""
import json
import sys

import requests

session = requests.Session()
read = session.get("https://www.lab.test/public/hello.txt")
wrote = session.post("https://www.lab.test/lab/method", data=b"x" * 100000)
denied = session.get("https://www.lab.test/private/secret.txt", params={"token": "hush"})
json.dump(
    {
        "read": [read.status_code, read.text],
        "wrote": [wrote.status_code, wrote.text],
        "denied": [denied.status_code, denied.json(), dict(denied.headers)],
    },
    sys.stdout,
)
