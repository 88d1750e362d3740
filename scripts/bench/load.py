"""Requests for a while over connections that stay open, and how many were answered in a second.

With wrk if it is on the system (apt install wrk), which costs the machine least; else with a few processes of our own.
"""

import re
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from urllib.parse import urlsplit

CONNECTIONS = 8
ACCEPT = "gzip"


@dataclass(frozen=True)
class Asked:
    """What is asked for: with bodies by POST, one after the other; else by GET."""

    url: str
    bodies: tuple[str, ...] = ()


def rate(asked: Asked, seconds: int) -> float:
    """Answers a second. Raises RuntimeError if any of them was no success."""
    return _by_wrk(asked, seconds) if shutil.which("wrk") else _by_ourselves(asked, seconds)


def _by_wrk(asked: Asked, seconds: float) -> float:
    lines = [f'wrk.headers["Accept-Encoding"] = "{ACCEPT}"', 'wrk.headers["Accept"] = "text/html"']
    if asked.bodies:
        listed = ",".join(f'"{body}"' for body in asked.bodies)
        lines += [
            'wrk.method = "POST"',
            'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"',
            f"local bodies, turn = {{{listed}}}, 0",
            "request = function() turn = turn % #bodies + 1; return wrk.format(nil, nil, nil, bodies[turn]) end",
        ]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write("\n".join(lines))
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "-s", script.name, asked.url]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise RuntimeError(f"{asked.url}: {told}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told).group(1))


def _by_ourselves(asked: Asked, seconds: float) -> float:
    with Pool(2) as pool:
        return sum(pool.starmap(_one_connection, [(asked, seconds)] * 2))


def _one_connection(asked: Asked, seconds: float) -> float:
    to = urlsplit(asked.url)
    bodies = [body.encode() for body in asked.bodies] or [b""]
    requests = [
        f"{'POST' if asked.bodies else 'GET'} {to.path} HTTP/1.1\r\nHost: {to.netloc}\r\nAccept: text/html\r\n"
        f"Accept-Encoding: {ACCEPT}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
        for body in bodies
    ]
    answered, end = 0, time.monotonic() + seconds
    with socket.create_connection((to.hostname, to.port)) as line, line.makefile("rb") as answers:
        while time.monotonic() < end:
            line.sendall(requests[answered % len(requests)])
            if b" 200 " not in answers.readline():
                raise RuntimeError(f"{asked.url}: no success")
            length = 0
            while (header := answers.readline()) != b"\r\n":
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            answers.read(length)
            answered += 1
    return answered / seconds


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen, log: Path) -> None:
    """Until it answers. Raises RuntimeError with its last words if it ends before."""
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(log.read_text()[-2000:])
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("it did not start within a minute")
