"""A small SWORDv3 receiver on loopback: a demonstration desk, and a server that tests can make misbehave.

Run `python -m exports.receiver --port 8090 --data DIR --token-file FILE`. It checks what the specification says must be
checked (digests, sizes, ETags) and verifies a package when its deposit is completed. Not for use on a network.
"""

from __future__ import annotations

import argparse
import http.server
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from exports import agekeys, minisign
from exports.package import verify
from exports.receiver_http import Handler, Misbehaviour, Store
from policy.errors import Fault, Usage


class Receiver:
    """The server. Use as a context manager; `url` is the Service-URL, `misbehave` a list that tests may fill.

    With `identity` it opens packages encrypted to it; without, it checks the outer bag only. `auto_review` decides on
    its own, else `decide` does. `max_upload` and `segment_bytes` are in bytes; `segments` offers segmented upload.
    """

    def __init__(
        self,
        data: Path,
        token: str,
        *,
        port: int = 0,
        identity: str | None = None,
        trusted_keys: Sequence[minisign.PublicKey] = (),
        auto_review: bool = True,
        max_upload: int = 1 << 30,
        segments: bool = True,
        max_segment: int = 64 << 20,
    ) -> None:
        self.store = Store(data)
        self.token = token
        self.identity = identity
        self.trusted_keys = trusted_keys
        self.auto_review = auto_review
        self.max_upload = max_upload
        self.segments = segments
        self.max_segment = max_segment
        self.misbehave: list[Misbehaviour] = []
        self.requests: list[tuple[str, str]] = []
        self.body_bytes = 0
        self._reviews: list[threading.Thread] = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._server.receiver = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def base(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """The Service-URL."""
        return f"{self.base}/service-document"

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self.close()

    def serve(self) -> None:
        """Serve in this thread until interrupted."""
        self._server.serve_forever()

    def close(self) -> None:
        """Give the port back, when serving has ended and every review with it."""
        self._server.server_close()
        self.settle()

    def settle(self) -> None:
        """Wait until every review that was started has ended."""
        for thread in self._reviews:
            thread.join()

    def decide(self, object_url: str, state: str, words: str) -> None:
        """A person's decision: `state` is "ingested" or "rejected"."""
        with self.store.lock:
            record = self.store.load(object_url.rsplit("/", 1)[-1])
            record |= {"state": state, "words": words}
            self.store.save(record)

    def begin_review(self, record: dict[str, Any]) -> None:
        """Start checking a completed deposit in the background."""
        thread = threading.Thread(target=self._review, args=(record["id"],), daemon=True)
        self._reviews.append(thread)
        thread.start()

    def take_misbehaviour(self, method: str, path: str) -> Misbehaviour | None:
        """The misbehaviour that is due for this request, if any."""
        with self.store.lock:
            for trouble in self.misbehave:
                if trouble.count > 0 and trouble.method == method and trouble.path in path:
                    trouble.count -= 1
                    return trouble
        return None

    def _review(self, identifier: str) -> None:
        path = self.store.package(self.store.load(identifier))
        try:
            verify(path, identity=self.identity, trusted_keys=self.trusted_keys)
            state, file_state, words = "ingested", "ingested", "材料包校验通过。"
        except Fault as fault:
            detail = " ".join(str(value) for value in fault.params.values())
            state, file_state, words = "rejected", "error", f"材料包校验未通过：{fault.code} {detail}".strip()
        with self.store.lock:
            record = self.store.load(identifier)
            record["files"][0] |= {"state": file_state, "log": words if state == "rejected" else ""}
            if self.auto_review or state == "rejected":
                record |= {"state": state, "words": words}
            self.store.save(record)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; secrets come from files, never from the command line."""
    parser = argparse.ArgumentParser(prog="exports.receiver", description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--token-file", type=Path, required=True)
    parser.add_argument("--identity-file", type=Path, help="age identity that packages are encrypted to")
    parser.add_argument("--trusted-key", action="append", default=[], help="minisign public key line of a sender")
    options = parser.parse_args(arguments)
    try:
        token = options.token_file.read_text("utf-8").strip()
        identity = _identity(options.identity_file) if options.identity_file else None
    except OSError as error:
        raise Usage("receiver.file_unreadable", file=str(error.filename)) from None
    keys = [minisign.parse_public_key(line) for line in options.trusted_key]
    receiver = Receiver(options.data, token, port=options.port, identity=identity, trusted_keys=keys)
    sys.stdout.write(f"{receiver.url}\n")
    sys.stdout.flush()
    try:
        receiver.serve()
    except KeyboardInterrupt:
        pass
    finally:
        receiver.close()
    return 0


def _identity(path: Path) -> str:
    """The key of a file as `age-keygen` writes it, comments before it; raises WrongKey("age.bad_identity")."""
    identity = next(reversed(path.read_text("utf-8").split()), "")
    agekeys.recipient_of(identity)  # now, not by sending back every package as damaged
    return identity


if __name__ == "__main__":
    raise SystemExit(main())
