"""Two hundred clients that send or read a byte now and then: everybody else is served."""

import socket
import time
from contextlib import suppress

import pytest

from .nodes import Readers
from .proxy import NGINX, Proxy

SLOW = 200
HEADERS = b"POST /en/plan/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
STARTS = {
    "headers": (b"GET /en/plan/ HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X"),
    "body": (HEADERS + b"Content-Length: 20000\r\n\r\n", b"s"),
    "reading": (b"GET /en/glossary/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b""),
}
"""How each of them begins, and what it sends every second after that. Who reads slowly never reads at all."""


def hold_up(server, kind, fault):
    """Readers on the server, while clients from as many addresses are slow."""
    first, each = STARTS[kind]
    readers = Readers(server)
    clients = []
    fault.happens()
    try:
        for number in range(SLOW):
            client = socket.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.bind((f"127.0.1.{number + 1}", 0))
            client.connect(("127.0.0.1", int(server.port)))
            client.sendall(first)
            clients.append(client)
            # Slow, not many at once: that is another test.
            time.sleep(0.1 if kind == "reading" else 0)
        with readers.reading():
            ends = time.monotonic() + 8
            while time.monotonic() < ends:
                for client in clients:
                    with suppress(OSError):
                        client.sendall(each)
                time.sleep(1)
            readers.go_on(8)
    finally:
        for client in clients:
            client.close()
    fault.unnoticed_by(readers)


@pytest.mark.parametrize("kind", ["headers", "reading"])
def test_slow_clients_hold_nobody_up_who_asks_the_server_itself(database, node_of, fault, kind):
    hold_up(node_of(database.url()), kind, fault)


@pytest.mark.skipif(NGINX is None, reason="needs nginx (Debian: apt install nginx-light)")
@pytest.mark.parametrize("kind", STARTS)
def test_slow_clients_hold_nobody_up_behind_the_proxy(database, node_of, fault, tmp_path, kind):
    """The server reads a body as it comes; the proxy waits until it has the whole."""
    proxy = Proxy(tmp_path / "proxy", node_of(database.url())).start()
    try:
        hold_up(proxy, kind, fault)
    finally:
        proxy.stop()


@pytest.mark.skipif(NGINX is None, reason="needs nginx (Debian: apt install nginx-light)")
def test_an_instance_is_replaced_without_a_gap(database, node_of, fault, tmp_path):
    """As for a new version: one instance after the other, behind the proxy."""
    nodes = [node_of(database.url(), name=name) for name in ("one", "two")]
    proxy = Proxy(tmp_path / "proxy", *nodes).start()
    readers = Readers(proxy)
    try:
        with readers.reading():
            for node in nodes:
                fault.happens()
                node.stop()
                readers.go_on(8)
                node.start()
            readers.go_on(8)
        logged = (tmp_path / "proxy" / "pathway.log").read_text()
    finally:
        proxy.stop()
    fault.unnoticed_by(readers)
    assert "POST /en/plan/ 200" in logged
    assert "stage" not in logged
