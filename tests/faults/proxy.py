"""nginx as deploy/nginx.conf has it, without TLS and on a port of its own, before some nodes."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from scripts.local import ROOT

from .clock import Clock
from .nodes import Node, Server, own_port, until

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


class Proxy(Server):
    def __init__(self, folder: Path, *nodes: Node, clock: Clock | None = None):
        folder.mkdir()
        folder.chmod(0o755)
        self.port, self.folder = own_port(), folder
        self.environment = {**os.environ, **(clock.environment if clock else {})}
        (folder / "nginx.conf").write_text(
            f"pid {folder}/pid; daemon off; error_log {folder}/errors;\nevents {{ worker_connections 2048; }}\n"
            f"http {{\n{self._site(nodes)}\n}}\n"
        )

    def _site(self, nodes) -> str:
        """What is served over TLS, over plain HTTP. What it takes from other places of a server stays out."""
        ours = (ROOT / "deploy" / "nginx.conf").read_text()
        plain, secure = ours.split("server {\n    listen 80;", 1)
        secure = secure[secure.index("server {") :]
        plain = re.sub(r"(?m)^    server 127.*\n", "", plain)
        servers = "".join(f"    server 127.0.0.1:{node.port} max_fails=0;\n" for node in nodes)
        plain = plain.replace("    keepalive 32;", f"{servers}    keepalive 32;")
        secure = re.sub(r"(?m)^    (ssl_|listen).*\n", "", secure).replace(
            "server_name pathway.example.org;", f"listen 127.0.0.1:{self.port};\n    server_name pathway.example.org;"
        )
        # Whether a page comes is asked here, not how soon: a machine may have other work to do.
        secure = secure.replace("proxy_read_timeout 30s;", "proxy_read_timeout 120s;")
        secure = secure.replace("/var/log/nginx/", f"{self.folder}/").replace("/srv/pathway/current", str(ROOT))
        return plain + secure

    def start(self) -> "Proxy":
        command = [NGINX, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        self.process = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)
        until(lambda: self.get("/en/about/")[0] == 200, 30, "nginx answers")
        return self

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
