"""A real server of the protocol of S3, that a test may end when it likes."""

from __future__ import annotations

import urllib.request

from moto.server import ThreadedMotoServer

from directory.adapters.files_s3 import S3Files
from directory.core.files import Bucket

BUCKET = "invented-evidence"
REGION = "us-east-1"


class Server:
    """A store that speaks the protocol of S3, on a port of its own."""

    def __init__(self) -> None:
        self._server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.url = f"http://{host}:{port}"
        request = urllib.request.Request(f"{self.url}/{BUCKET}", method="PUT")
        urllib.request.urlopen(request).close()

    def store(self, prefix: str = "a/prefix") -> S3Files:
        """Return a store with a prefix in the bucket."""
        bucket = Bucket(BUCKET, prefix, REGION, self.url)
        return S3Files(bucket, key_id="invented", secret="invented")

    def stop(self) -> None:
        """End the server, if it has not ended."""
        self._server.stop()
