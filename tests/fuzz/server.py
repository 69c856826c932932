"""A deposit server on loopback that answers as it is told: with lies, floods, drips, cuts and nonsense."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from random import Random
from typing import Any

from exports import sword
from tests.fuzz.mutate import TEXTS, hostile_json

THREADS = "hostile server"  # what its threads are called
_FLOOD = 6 << 20
_PACES = (
    "whole",
    "whole",
    "whole",
    "drip",
    "drip_head",
    "cut",
    "chunked",
    "bad_chunks",
    "flood",
    "continue",
    "close",
    "silent",
)


def conversation() -> bytes:
    """What a good server answers to one whole delivery, in order; `@base@` is its own address."""
    service = {
        "@type": "ServiceDocument", "version": "http://purl.org/net/sword/3.0", "dc:title": "科技局",
        "acceptDeposits": True,
        "acceptPackaging": [sword.PACKAGE_BAGIT], "maxUploadSize": 1 << 30, "staging": "@base@/staging",
        "maxSegmentSize": 1 << 20,
    }  # fmt: skip

    def status(state: str, *links: str) -> dict[str, Any]:
        listed = [
            {
                "@id": "@base@/o/1/0",
                "rel": [sword.REL_ORIGINAL],
                "status": sword.FILE_STATE + link,
                "log": "好",
                "packaging": "x",
            }
            for link in links
        ]
        return {
            "@type": "Status",
            "@id": "@base@/o/1",
            "state": [{"@id": sword.STATE + state, "description": "已收件"}],
            "links": listed,
        }

    steps: list[tuple[int, Any, dict[str, str]]] = [
        (200, service, {}),
        (201, status("inProgress"), {"Location": "@base@/o/1"}),
        (200, status("inProgress"), {"ETag": '"1"'}),
        (200, service, {}),
        (200, status("inProgress", "ingested"), {"ETag": '"2"'}),
        (200, "the copy", {"Digest": "SHA-256=@digest@", "Content-Type": "application/zip"}),
        (200, status("inProgress", "ingested"), {}),
        (204, "", {}),
        (200, status("ingested", "ingested"), {"Date": "Sat, 21 Nov 2026 10:00:00 GMT"}),
    ]
    answers = [
        {"status": code, "headers": {"Content-Type": "application/ld+json", **headers}, "pace": "whole",
         "body": body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)}
        for code, body, headers in steps
    ]  # fmt: skip
    return json.dumps(answers, ensure_ascii=False).encode()


def hostile_conversation(rng: Random, data: bytes, _others: Any = ()) -> bytes:
    """A conversation in which one to three answers are not what they should be."""
    answers = json.loads(data)
    for _ in range(rng.choice((1, 1, 2, 3))):
        answer = rng.choice(answers)
        step = rng.random()
        if step < 0.5:
            answer["body"] = hostile_json(rng, answer["body"].encode("utf-8", "surrogatepass")).decode(
                "utf-8", "replace"
            )
        elif step < 0.65:
            answer["status"] = rng.choice(
                (100, 101, 199, 200, 201, 202, 204, 206, 301, 302, 308, 400, 401, 404, 412, 413, 429, 500, 503, 999, 0)
            )
        elif step < 0.85:
            name = rng.choice(("Location", "Content-Type", "ETag", "Date", "Digest", "Retry-After", "Content-Length",
            "Content-Encoding",
                               "Transfer-Encoding", "Connection", "Set-Cookie", "WWW-Authenticate"))  # fmt: skip
            answer["headers"][name] = rng.choice((
                *TEXTS, "http://127.0.0.2/x", "@base@@evil/", "//evil.example/", "@base@/" + "x" * 5000,
                "@base@/\u202e", "http://[", "-1",
                "99999999999999999999", "Sat, 99 Nov 2026", "Mon, 01 Jan 0001 00:00:00 GMT", "gzip", "deflate",
                "chunked", "br", "identity",
                "text/html", "application/json", "application/json; charset=utf-7", "SHA-256=" + "A" * 44, "SHA-256=é",
            ))  # fmt: skip
        elif step < 0.95:
            answer["pace"] = rng.choice(_PACES)
        else:
            rng.shuffle(answers)
    return json.dumps(answers).encode()


class HostileServer:
    """Answers each request with the next answer of its script, the last one again and again."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._script: list[dict[str, Any]] = []
        self._next = 0
        self._digest = ""
        threading.Thread(target=self._serve, name=THREADS, daemon=True).start()

    def tell(self, script: bytes, digest: str) -> None:
        """What to answer from now on."""
        self._script, self._next, self._digest = json.loads(script), 0, digest

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            threading.Thread(target=self._talk, args=(connection,), name=THREADS, daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, ValueError):
            connection.settimeout(5)
            reader = connection.makefile("rb")
            while self._request(reader):
                answer = self._script[min(self._next, len(self._script) - 1)]
                self._next += 1
                self._answer(connection, answer)
                if answer["pace"] != "whole":
                    return

    @staticmethod
    def _request(reader: Any) -> bool:
        length = 0
        if not reader.readline():
            return False
        while (line := reader.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while length > 0 and (block := reader.read(min(length, 1 << 16))):
            length -= len(block)
        return True

    def _answer(self, connection: socket.socket, answer: dict[str, Any]) -> None:
        body = self._filled(str(answer["body"])).encode("utf-8", "surrogatepass")
        headers = {"Content-Length": str(len(body)), **answer["headers"]}
        pace = answer["pace"]
        if pace in ("chunked", "bad_chunks"):
            del headers["Content-Length"]
            headers["Transfer-Encoding"] = "chunked"
            size = b"%x" % len(body) if pace == "chunked" else b"fffffffffffffff"
            body = size + b"\r\n" + body + b"\r\n0\r\n\r\n"
        lines = "".join(f"{name}: {self._filled(str(value))}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 {answer['status']} Said\r\n{lines}\r\n".encode("utf-8", "surrogatepass")
        if pace == "close":
            return
        if pace == "silent":
            time.sleep(30)
        elif pace == "continue":
            self._endless(connection, b"HTTP/1.1 100 Continue\r\n\r\n", 0.02)
        elif pace == "drip_head":
            self._endless(connection, b"HTTP/1.1 200 OK\r\nX: ", 0.0)
            self._endless(connection, b"x", 0.2)
        elif pace == "drip":
            connection.sendall(head.replace(b"Content-Length: ", b"Content-Length: 9"))
            self._endless(connection, b"x", 0.2)
        elif pace == "flood":
            connection.sendall(head.replace(b"Content-Length: ", b"Content-Length: 99"))
            connection.sendall(b" " * _FLOOD)
        else:
            connection.sendall(head + (body[: len(body) // 2] if pace == "cut" else body))

    @staticmethod
    def _endless(connection: socket.socket, piece: bytes, seconds: float) -> None:
        connection.sendall(piece)
        end = time.monotonic() + 30
        while seconds and time.monotonic() < end:
            time.sleep(seconds)
            connection.sendall(piece)

    def _filled(self, text: str) -> str:
        return text.replace("@base@", self.base).replace("@digest@", self._digest)
