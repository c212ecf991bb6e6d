"""The frame of an agent in Python: requests from standard input, answers to standard output, one JSON object a line."""

import base64
import json
import queue
import sys
import threading
import time

_output = threading.Lock()


def _say(message):
    with _output:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def tell(event, **rest):
    """Tells the suite something that it did not ask for."""
    _say({"event": event, **rest})


def serve(version, methods, code_of, idle=None):
    """Answers requests until standard input ends. `idle`, when it returns true, has more to do and is called again soon."""
    requests = queue.Queue()

    def read():
        for line in sys.stdin:
            requests.put(json.loads(line))
        requests.put(None)

    threading.Thread(target=read, daemon=True).start()
    _say({"ready": True, "version": version})
    busy = False
    while True:
        try:
            request = requests.get(block=not busy)
        except queue.Empty:
            busy = idle()
            continue
        if request is None:
            return
        try:
            result = methods[request["method"]](**request["params"])
            _say({"id": request["id"], "result": result})
        except Exception as error:  # Whatever a library raises is an answer.
            said = {"message": f"{type(error).__name__}: {error}", "code": code_of(error)}
            _say({"id": request["id"], "error": said})
        busy = idle is not None and idle()


def unsigned_token(user):
    """A token of OAuth that nobody has signed, good for five minutes."""
    now = int(time.time())
    parts = [{"alg": "none"}, {"sub": user, "iat": now, "exp": now + 300}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, ""])


def unpack(text):
    return None if text is None else base64.b64decode(text)


def pack(content):
    return None if content is None else base64.b64encode(content).decode()


def record(*, key, value, headers, timestamp, partition, offset):
    """A record as the suite wants to see it."""
    return {
        "key": pack(key),
        "value": pack(value),
        "headers": [[name, pack(content)] for name, content in headers or []],
        "timestampMs": timestamp,
        "partition": partition,
        "offset": offset,
    }
