"""Driving a server with wrk, and what came of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SCRIPT = """
local paths, number = {}, tonumber(os.getenv("WRK_FROM"))
for line in io.lines(os.getenv("WRK_PATHS")) do paths[#paths + 1] = line end
local accepted = os.getenv("WRK_ACCEPT")
if accepted ~= "" then wrk.headers["Accept-Encoding"] = accepted end
request = function()
  number = number + 1
  return wrk.format("GET", paths[(number - 1) % #paths + 1])
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\\nRESULT {"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "errors": %d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, e.connect + e.read + e.write + e.status + e.timeout
  ))
end
"""
"""Asks for the paths of a file in turn, beginning where it is told to."""


@dataclass(frozen=True, slots=True)
class Driven:
    """What one run of wrk found.

    Args:
        requests: Answered.
        seconds: How long it ran.
        p50: Median time of an answer, in milliseconds.
        p99: The same for all but one of a hundred.
        errors: Broken connections, timeouts, and statuses from 400.
    """

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int

    @property
    def per_second(self) -> float:
        """Return how many were answered each second."""
        return self.requests / self.seconds

    @property
    def each_ms(self) -> float:
        """Return how long one took, counting the time between them."""
        return 1000 * self.seconds / self.requests


def drive(
    port: int,
    paths: Sequence[str],
    folder: Path,
    *,
    connections: int,
    seconds: float,
    begin: int = 0,
) -> Driven:
    """Ask a server on loopback for paths, as fast as it answers.

    Args:
        port: Of the server.
        paths: Asked for in turn, again from the first after the last.
        folder: For the files of wrk.
        connections: At a time.
        seconds: How long.
        begin: Place of the path to begin with.
    """
    script, listed = folder / "paths.lua", folder / "paths.txt"
    script.write_text(SCRIPT)
    listed.write_text("\n".join(paths) + "\n")
    said = subprocess.run(
        [
            *pinned(-1),
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            "10s",
            f"-s{script}",
            f"http://127.0.0.1:{port}",
        ],
        check=True,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "WRK_PATHS": str(listed),
            "WRK_FROM": str(begin),
            "WRK_ACCEPT": "br, gzip",
        },
    ).stdout
    line = next(line for line in said.splitlines() if line.startswith("RESULT "))
    return Driven(**json.loads(line.removeprefix("RESULT ")))


@contextmanager
def serving(
    command: Sequence[str], folder: Path, env: Mapping[str, str] | None = None
) -> Iterator[int]:
    """Run a server on one core; its command names the port as ``PORT``."""
    port = _free_port()
    whole = [
        sys.executable,
        "-m",
        *(part.replace("PORT", str(port)) for part in command),
    ]
    with (folder / f"{command[0]}-{port}.log").open("wb") as log:
        server = subprocess.Popen(
            [*pinned(0), *whole],
            stdout=log,
            stderr=log,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
        try:
            _wait_for(port, server)
            yield port
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


def pinned(core: int) -> list[str]:
    """Return what keeps a program on one core, the server's or the other."""
    cores = sorted(os.sched_getaffinity(0))
    taskset = shutil.which("taskset")
    return [taskset, "-c", str(cores[core])] if taskset and len(cores) > 1 else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not start; see its log")
