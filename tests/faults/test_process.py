"""The process that serves is killed, as when the kernel needs its memory: what it had under way may fail, nothing else."""

import time

import pytest

from .nodes import Readers, until
from .proxy import NGINX, Proxy

CRASH_LOOP = 6
"""Seconds. A server whose process dies sooner after it was replaced ends (5.5 in granian), for systemd to start it again."""


@pytest.mark.quick
def test_killed_where_it_serves_alone(database, node_of, fault):
    """Nobody listens until another has started; then all is as before."""
    node = node_of(database.url())
    readers = Readers(node)
    with readers.reading():
        fault.happens()
        before, _ = kill(node)
        back = time.monotonic()
        readers.go_on(20)
    fault.unnoticed_by(readers, but_for=[(before, back)])


@pytest.mark.skipif(NGINX is None, reason="needs nginx (Debian: apt install nginx-light)")
def test_killed_where_another_serves_too(database, node_of, fault, tmp_path):
    """nginx asks the other one, also for what was under way, unless the beginning of a page had been sent by then."""
    nodes = [node_of(database.url(), name=name) for name in ("one", "two")]
    proxy = Proxy(tmp_path / "proxy", *nodes).start()
    readers, killed = Readers(proxy), []
    try:
        with readers.reading():
            for node in nodes * 3:
                fault.happens()
                killed.append(kill(node))
                readers.go_on(40)
    finally:
        proxy.stop()
    fault.unnoticed_by(readers, but_for=killed)


def kill(node):
    """Returns when (just before and after), as soon as another process serves."""
    ready, killed = node.ready(), node.worker()
    until(lambda: time.time() - killed.create_time() > CRASH_LOOP, what="the process has run for a while")
    when = node.kill_worker()
    until(lambda: node.worker() not in (None, killed), 30, "another process was started")
    until(lambda: node.ready() == ready, 60, "it serves the same")
    return when
