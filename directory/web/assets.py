"""Styles, scripts and drawings: compressed once, cached for good."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.headers import Headers

import brotli
from whitenoise import WhiteNoise

from directory.core.logs import log

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PREFIX = "/static/"
COMPRESSED = frozenset({".css", ".js", ".svg", ".json", ".webmanifest"})


class Assets:
    """The static folder under an address that changes with its content.

    Args:
        source: The folder as it stands in the checkout or the wheel.
        cache: Where compressed copies are kept; made anew when it is lost.
    """

    def __init__(self, source: Path, cache: Path) -> None:
        """Prepare the copies; without a writable disk serve the source itself."""
        files = sorted(path for path in source.rglob("*") if path.is_file())
        digest = hashlib.sha256()
        for path in files:
            digest.update(path.relative_to(source).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        self.version = digest.hexdigest()[:12]
        self.names = {path.relative_to(source).as_posix() for path in files}
        try:
            self.folder = _copies(source, files, cache / self.version)
        except OSError as error:
            log("assets").warning("not compressed", error=type(error).__name__)
            self.folder = source

    def url(self, name: str, root: str = "") -> str:
        """Return the address of a file, e.g. ``css/site.css``.

        Args:
            name: Path inside the static folder.
            root: Script name of the application, without a language.

        Raises:
            LookupError: If there is no such file.
        """
        if name not in self.names:
            raise LookupError(f"no file {name!r} in the static folder")
        return f"{root}{PREFIX}{self.version}/{name}"

    def serve(self, application: WSGIApplication) -> WhiteNoise:
        """Stand in front of an application and answer for the static folder."""
        noise = WhiteNoise(
            application,
            allow_all_origins=False,
            immutable_file_test=lambda _path, _url: True,
            add_headers_function=_vary,
        )
        noise.add_files(str(self.folder), prefix=f"{PREFIX}{self.version}/")
        return noise


def _vary(headers: Headers, path: str, _url: str) -> None:
    if Path(path).suffix in COMPRESSED:
        headers["Vary"] = "Accept-Encoding"


def _copies(source: Path, files: list[Path], target: Path) -> Path:
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=target.parent, prefix="making-"))
    try:
        for path in files:
            copy = made / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            content = path.read_bytes()
            copy.write_bytes(content)
            if path.suffix in COMPRESSED:
                Path(f"{copy}.br").write_bytes(brotli.compress(content))
                Path(f"{copy}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
        made.chmod(0o755)
        # Another worker may have been first; either copy is as good.
        made.rename(target)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        if not target.is_dir():
            raise
    return target
