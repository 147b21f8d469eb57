"""Templates that were compiled once in this process, for every application of it."""

from __future__ import annotations

from types import CodeType

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """Keeps what templates were compiled to, by language, name and source.

    Each test has an application of its own, and compiling the templates of a page
    takes longer than the test.
    """

    def __init__(self) -> None:
        self.kept: dict[str, CodeType] = {}

    def get_bucket(
        self,
        environment: Environment,
        name: str,
        filename: str | None,  # noqa: ARG002 (Jinja's)
        source: str,
    ) -> Bucket:
        language = getattr(environment, "language", None)
        checksum = self.get_source_checksum(source)
        bucket = Bucket(environment, f"{language} {name} {checksum}", checksum)
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self.kept[bucket.key] = bucket.code


COMPILED = Compiled()
