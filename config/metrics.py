"""Numbers for whoever watches over the site, as Prometheus reads them: of this process, since it started.

A request is counted by the name of its view, never by its address, and by its status; nothing a reader sent is in it.
"""

import hmac
import threading
import time
from bisect import bisect_left
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evidence import holding

from .shedding import READERS, STAFF

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; how long requests took is counted by the first of these that is not less."""

_lock = threading.Lock()
_requests: Counter[tuple[str, int]] = Counter()
_took: Counter[int] = Counter()
_seconds = 0.0


class Counting:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        global _seconds
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        view = request.resolver_match.view_name if request.resolver_match else ""
        with _lock:
            _requests[view or "none", response.status_code] += 1
            _took[bisect_left(BUCKETS, seconds)] += 1
            _seconds += seconds
        return response


@require_safe
@never_cache
def metrics(request):
    """Only for who has the token. Without one in the settings there is no such page."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    return HttpResponse("\n".join(lines()) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def lines() -> list[str]:
    with _lock:
        requests, took, seconds = sorted(_requests.items()), dict(_took), _seconds
    found = ["# TYPE pathway_requests_total counter"]
    found += [f'pathway_requests_total{{view="{view}",status="{status}"}} {count}' for (view, status), count in requests]
    found.append("# TYPE pathway_request_seconds histogram")
    total = 0
    for place, most in enumerate([*map(str, BUCKETS), "+Inf"]):
        total += took.get(place, 0)
        found.append(f'pathway_request_seconds_bucket{{le="{most}"}} {total}')
    found += [f"pathway_request_seconds_sum {seconds:.6f}", f"pathway_request_seconds_count {total}"]
    found.append("# TYPE pathway_refused_total counter")
    found += [f'pathway_refused_total{{room="{room.name}"}} {room.refused}' for room in (READERS, STAFF)]
    release = holding.held()
    gauges = {
        "pathway_release_number": release.number if release else 0,
        "pathway_release_published_timestamp_seconds": int(release.published_at.timestamp()) if release else 0,
        "pathway_release_from_file": int(holding.is_from_file()),
        "pathway_release_file_failed": int(bool(holding.file_problem())),
        "pathway_clock_wrong": int(holding.clock_is_wrong()),
        "pathway_degraded": int(bool(holding.problem())),
        "process_resident_memory_bytes": resident_bytes(),
    }
    for name, value in gauges.items():
        found += [f"# TYPE {name} gauge", f"{name} {value}"]
    return found


def resident_bytes() -> int:
    """Memory of this process; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))
