"""Twice what one process can serve: what is refused is refused quickly. Then some minutes: memory stays flat."""

import os
import statistics
import threading
import time
from collections import defaultdict

from .nodes import ANSWERS, Readers, somewhere

MINUTES = float(os.environ.get("PATHWAY_SOAK_MINUTES", "3"))


def test_at_twice_the_rate_the_rest_is_refused_at_once(database, node_of, fault, capsys):
    node = node_of(database.url())
    readers = Readers(node)
    with readers.reading(threads=6):
        began, before = time.monotonic(), readers.count
        time.sleep(8)
        rate = (readers.count - before) / (time.monotonic() - began)
    fault.unnoticed_by(readers)
    fault.happens()
    answers = at_rate(node, 2 * rate, seconds=15)
    served, refused = answers[200], answers[503]
    others = sum(len(took) for status, took in answers.items() if status not in (200, 503))
    fault.counts.update(requests=sum(map(len, answers.values())), refused=len(refused), failures=others)
    with capsys.disabled():
        print(
            f"\none process serves {rate:.0f} a second; at {2 * rate:.0f}: {len(served)} served, median "
            f"{statistics.median(served):.3f} s, longest {max(served):.3f} s; {len(refused)} refused, median "
            f"{statistics.median(refused):.3f} s"
        )
    assert set(answers) == {200, 503}
    assert len(refused) > len(served) / 10
    # Nobody waits for more than the turns of those who were let in before: 10 places at the rate above, and some slack.
    assert statistics.median(served) < 3 * 10 / rate
    assert statistics.median(refused) < statistics.median(served)
    assert node.get("/en/plan/")[0] == 200


def at_rate(node, rate, *, seconds):
    """Status → seconds each answer took. Requests are sent when their time has come, whatever became of those before."""
    answers, lock, threads = defaultdict(list), threading.Lock(), []

    def ask():
        try:
            status, _text, took = node.ask("POST", "/en/plan/", ANSWERS, place=somewhere())
        except OSError as error:
            status, took = repr(error), 0.0
        with lock:
            answers[status].append(took)

    began = time.monotonic()
    for number in range(int(rate * seconds)):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        threads.append(threading.Thread(target=ask))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return answers


def test_memory_stays_flat(database, node_of, fault, capsys):
    node = node_of(database.url())
    readers = Readers(node)
    samples = []
    with readers.reading(threads=3):
        readers.go_on(150)
        fault.happens()
        for _ in range(6):
            time.sleep(MINUTES * 10)
            samples.append(node.numbers()["process_resident_memory_bytes"] / 2**20)
    fault.unnoticed_by(readers)
    with capsys.disabled():
        print(f"\n{readers.count} pages in {MINUTES:g} minutes; megabytes held: {', '.join(f'{m:.0f}' for m in samples)}")
    assert samples[-1] < 1.1 * samples[0]
