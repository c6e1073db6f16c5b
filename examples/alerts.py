"""Prints every alert, and goes on where it was when the connection is lost. Needs Debian's python3-requests.

    BELFRY_URL=… BELFRY_TOKEN=$(belfry token --minutes 1440) python3 examples/alerts.py
"""
import json
import os
import time

import requests

url = os.environ.get("BELFRY_URL", "http://127.0.0.1:8080")
headers = {"Authorization": f"Bearer {os.environ['BELFRY_TOKEN']}"}
silence_s = 10  # the server pings every 3 s

while True:
    try:
        stream = requests.get(f"{url}/api/v1/notifications/stream", headers=headers, stream=True, timeout=silence_s)
        stream.raise_for_status()
        stream.encoding = "utf-8"
        event = ""
        for line in stream.iter_lines(chunk_size=1, decode_unicode=True):
            field, _, value = line.partition(": ")
            if field == "event":
                event = value
            elif field == "data" and event == "notification":
                alert = json.loads(value)["metadata"]
                print(f"{alert['view_name']}: {alert['result_count']} new in {alert['dataset_name']}", flush=True)
            elif field == "id":
                headers["Last-Event-ID"] = value
            elif line == "":
                event = ""
    except requests.HTTPError:
        raise  # refused: the token has expired, or was never right
    except requests.RequestException as lost:
        print(f"Connection lost: {lost}", flush=True)
    time.sleep(2)
