"""``cart-directory serve``: the web server, and the jobs beside it."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any

import click
from gunicorn.app.base import BaseApplication

from directory.cli.setup import require_schema
from directory.cli.wiring import Wiring
from directory.cli.worker import Worker
from directory.core.config import Settings, ensure_secrets
from directory.core.errors import SettingError
from directory.core.logs import configure


@click.command()
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True)
@click.option(
    "--port",
    envvar="PORT",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes. More than one wants DIRECTORY_REDIS_URL for shared limits.",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    help="Requests answered at a time by each process.",
)
@click.pass_obj
def serve(wiring: Wiring, host: str, port: int, workers: int, threads: int) -> None:
    """Serve pages, the API, and follow changes in the background."""
    settings = ensure_secrets(wiring.settings())
    # What is wrong stops the start here, in one line, before any worker is made.
    engine = wiring.engine(settings)
    require_schema(engine)
    engine.dispose()
    if settings.rate_limits == "off" and not _is_loopback(host):
        raise SettingError(
            "DIRECTORY_RATE_LIMITS", f"is off, but {host} is no loopback"
        )
    require_free(host, port)
    configure()
    click.echo(f"serving on http://{_shown(host)}:{port}  (Ctrl-C stops)")
    _Server(wiring, settings, f"{_bound(host)}:{port}", workers, threads).run()


def require_free(host: str, port: int) -> None:
    """Stop unless the address can be listened on.

    Raises:
        SettingError: Naming what is wrong with it.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise SettingError(
            "PORT", f"{port} on {host} cannot be listened on ({error.strerror})"
        ) from error


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _bound(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _shown(host: str) -> str:
    return "localhost" if host in {"0.0.0.0", "::"} else _bound(host)  # noqa: S104


class _Server(BaseApplication):
    """Gunicorn with threads; each worker makes its own tools after the fork."""

    def __init__(
        self, wiring: Wiring, settings: Settings, bind: str, workers: int, threads: int
    ) -> None:
        self.wiring = wiring
        self.settings = settings
        self.options: dict[str, Any] = {
            "bind": bind,
            "workers": workers,
            "threads": threads,
            "worker_class": Worker,
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 15,
            "limit_request_line": 8190,
            "limit_request_fields": 60,
            # By itself gunicorn takes scheme and path from the headers of whoever
            # connects from loopback; DIRECTORY_PROXY_HOPS alone says who is believed.
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "secure_scheme_headers": {},
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "proc_name": "cart-directory",
            # Heartbeats on a disk that stalls would kill healthy workers.
            "worker_tmp_dir": "/dev/shm",  # noqa: S108 (made private by gunicorn)
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        tools = self.wiring.tools(self.settings)
        self.wiring.background(tools)
        return self.wiring.app(self.settings, tools)
