"""What keeping books costs: accounting on the path of a hit, and the report over a long history."""

import http.client
import json
import statistics
import subprocess
import time

from servers import RELEASE

ENTRIES = 1_000_000
CELLS_PER_HOUR = 180  # in 90 days of hours 388,800: nearly all that may be kept by the hour
QUESTIONS = {
    'stats': '/refrain/stats',
    'stats, the last day': '/refrain/stats?since=24h',
    'stats of a model': '/refrain/stats?model=model-3',
    'stats of a tag': '/refrain/stats?tag=tag-3',
    'stats, all filters': '/refrain/stats?since=80d&model=model-3&operation=responses&tag=tag-1&tenant=team-1',
    'series, a day by hour': '/refrain/stats/series?window=24h&step=1h',
    'series, 90 days by hour': '/refrain/stats/series?window=90d&step=1h',
    'series of a tag by day': '/refrain/stats/series?window=90d&step=24h&tag=tag-3',
}


def accounting(bench):
    """The gateway, and one that keeps no books, in turn with the same hits."""
    if not bench.with_gateway:
        return {}
    mock = bench.farm.mock()
    without = bench.farm.gateway(mock, program=RELEASE / 'refrain-without-books')
    peers = {'without accounting': bench.hits(without, mock, 64, 954)}
    peers['refrain'] = bench.hits(bench.farm.gateway(mock), mock, 64, 954)
    return peers


def added_cpu(medians):
    """What accounting adds to the CPU of a hit, in percent."""
    return 100 * (medians['refrain']['cpu_us'] / medians['without accounting']['cpu_us'] - 1)


def report(bench):
    """Each question is a peer: how long a gateway with a long history takes to answer it."""
    if not bench.with_gateway:
        return {}
    data = bench.farm.folder / 'history'
    subprocess.run([RELEASE / 'refrain-history', data, str(ENTRIES), str(CELLS_PER_HOUR)], check=True)
    gateway = bench.farm.gateway(bench.farm.mock(), data=data)
    known = json.loads(_ask(gateway, '/refrain/stats')[2])
    if known['totals']['requests'] == 0 or known['cache']['disk']['entries'] != ENTRIES:
        raise RuntimeError('the gateway does not know the history')
    return {name: _asker(bench, gateway, path) for name, path in QUESTIONS.items()}


def slowest(medians):
    """Of the medians of all questions."""
    return max(figures['ms'] for figures in medians.values())


def _ask(gateway, path, connection=None):
    connection = connection or http.client.HTTPConnection('127.0.0.1', gateway.port, timeout=30)
    began = time.monotonic()
    connection.request('GET', path)
    answer = connection.getresponse()
    body = answer.read()
    return (time.monotonic() - began) * 1000, answer.status, body


def _asker(bench, gateway, path):
    def run():
        connection = http.client.HTTPConnection('127.0.0.1', gateway.port, timeout=30)
        before = gateway.cpu_seconds()
        answers = []
        end = time.monotonic() + bench.seconds
        while time.monotonic() < end:
            answers.append(_ask(gateway, path, connection))
        if any(status != 200 for _, status, _ in answers):
            bench.warn(f'{path} was not answered with 200.')
        times = [took for took, _, _ in answers]
        return {'ms': statistics.median(times), 'worst': max(times), 'bytes': len(answers[-1][2]),
                'cpu_ms': (gateway.cpu_seconds() - before) / len(times) * 1000}
    return run
