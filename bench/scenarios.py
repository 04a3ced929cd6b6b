"""What is measured: for each scenario which servers stand, how one of them is loaded, and the bars."""

import dataclasses
import json
import signal
import statistics
import subprocess
import threading
import time
import typing

import books
from servers import ROOT, TOOLS, entries_on_disk, link_to_speech, upstream_calls
from upload import Uploader

CHAT = '/v1/chat/completions'


class Bench:
    """The loads, each returning the figures of one measurement."""

    def __init__(self, farm, seconds, with_gateway):
        self.farm = farm
        self.seconds = seconds
        self.with_gateway = with_gateway
        self.warnings = []
        self._runs = 0

    def warn(self, sentence):
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def wrk(self, server, connections, size, mode, seconds=None, path='/'):
        """Requests of `size` bytes for a while: the raw figures of post.lua."""
        self._runs += 1
        command = self.farm.load_core + [
            'wrk', '-t1', f'-c{connections}', f'-d{seconds or self.seconds}s', '--timeout', '20s',
            '-s', str(ROOT / 'bench' / 'post.lua'), f'http://127.0.0.1:{server.port}',
            '--', str(size), mode, f'run{self._runs}-{time.time_ns()}', path]
        output = subprocess.run(command, capture_output=True, text=True, check=False)
        if output.returncode != 0:
            raise RuntimeError(f'wrk failed: {output.stdout}{output.stderr}')
        return json.loads(output.stdout.strip().splitlines()[-1])

    def requests(self, server, connections, size, mode, path='/'):
        """One measurement with wrk: rate, CPU per request, latency."""
        before = server.cpu_seconds()
        run = self.wrk(server, connections, size, mode, path=path)
        cpu = server.cpu_seconds() - before
        if run['failed']:
            self.warn(f'{server.name}: {run["failed"]} requests failed.')
        return {'rate': run['requests'] / run['seconds'], 'requests': run['requests'],
                'cpu_us': cpu / max(run['requests'], 1) * 1e6,
                'p50': run['p50'] / 1000, 'p99': run['p99'] / 1000}

    def hits(self, server, mock, connections, size, mode='same'):
        """A measurement of hits, and the proof that they were: the upstream hears nothing."""
        self.wrk(server, 8, size, mode, seconds=1)

        def run():
            before = upstream_calls(mock)
            figures = self.requests(server, connections, size, mode)
            passed = upstream_calls(mock) - before
            if passed:
                self.warn(f'{server.name}: {passed} of {figures["requests"]} requests went upstream;'
                          ' they were no hits.')
            return figures
        return run

    def misses(self, server, mock, tls=False):
        """A measurement of misses: the upstream hears of every one."""
        def run():
            before = upstream_calls(mock, tls)
            figures = self.requests(server, 64, 954, 'unique')
            if upstream_calls(mock, tls) - before < figures['requests']:
                self.warn(f'{server.name}: fewer upstream calls than requests; not all were misses.')
            return figures
        return run

    def paced(self, server, mock, rate):
        """Misses at a steady rate, open loop."""
        def run():
            before, cpu = upstream_calls(mock), server.cpu_seconds()
            command = self.farm.load_core + [
                str(TOOLS / 'paced_load'), str(server.port), '--rate', str(rate), '--seconds', str(self.seconds)]
            load = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            load['cpu_us'] = (server.cpu_seconds() - cpu) / load['requests'] * 1e6
            if load['failed']:
                self.warn(f'{server.name}: {load["failed"]} requests failed.')
            if upstream_calls(mock) - before < load['requests']:
                self.warn(f'{server.name}: fewer upstream calls than requests; not all were misses.')
            return load
        return run

    def starts(self, mock, data_dir, entries, how):
        """Ends a gateway on that store, and measures the next one's start."""
        def run():
            self.farm.stop(self.farm.gateway(mock, data=data_dir), how)
            gateway = self.farm.gateway(mock, data=data_dir)
            figures = {'accepts': gateway.start_seconds, 'cpu': gateway.cpu_seconds(),
                       'mib': gateway.resident_bytes() / 2**20}
            if entries_on_disk(gateway) != entries:
                self.warn(f'{gateway.name}: {entries_on_disk(gateway)} entries instead of {entries}.')
            self.farm.stop(gateway)
            return figures
        return run

    def uploads(self, gateway, size):
        """A measurement of one recording sent again and again; every one must be a hit."""
        uploader = Uploader(gateway.port, size)
        uploader.send()

        def run():
            before = gateway.cpu_seconds()
            times = []
            end = time.monotonic() + self.seconds
            while time.monotonic() < end:
                took, outcome = uploader.send()
                times.append(took)
                if outcome != 'HIT':
                    self.warn(f'{gateway.name}: an upload was {outcome or "not answered"}, no hit.')
            cpu = gateway.cpu_seconds() - before
            return {'mbps': size / 1e6 / statistics.median(times), 'ms': statistics.median(times) * 1e3,
                    'cpu_ms': cpu / len(times) * 1e3}
        return run

    def sse_load(self, server, *options):
        command = self.farm.load_core + [str(TOOLS / 'sse_load'), str(server.port), *map(str, options)]
        output = subprocess.run(command, capture_output=True, text=True, check=False)
        if not output.stdout.strip():
            raise RuntimeError(f'sse_load failed: {output.stderr}')
        return json.loads(output.stdout)

    def herd(self, server, mock, whole):
        """Identical cold requests at once, five times over."""
        rounds = 5

        def run():
            before = upstream_calls(mock)
            options = ['--whole', '--target', f'{CHAT}?delay_ms=300'] if whole else \
                ['--target', f'{CHAT}?rate=30&seconds=1&delay_ms=50']
            load = self.sse_load(server, '--herd', 100, '--rounds', rounds, '--timeout', 20, *options)
            if load['complete'] != rounds:
                self.warn(f'{server.name}: {rounds - load["complete"]} of {rounds} herds did not end'
                          ' well.')
            behind = 'done_behind_max' if whole else 'first_behind_max'
            return {'calls': (upstream_calls(mock) - before) / rounds,
                    'first_behind': load['first_behind_p50'], 'done_behind': load['done_behind_p50'],
                    'worst': load[behind], 'total': load['total_p50']}
        return run

    def streams(self, server, count=1000):
        """Many different streams at once: lateness, CPU per event, memory per stream."""
        seconds = max(2, self.seconds)

        def run():
            idle = server.resident_bytes()
            before = server.cpu_seconds()
            memory = []
            # When all streams have just been opened, and mid-way.
            probes = [threading.Timer(at, lambda: memory.append(server.resident_bytes()))
                      for at in (1.1, 1 + seconds / 2)]
            for probe in probes:
                probe.start()
            load = self.sse_load(server, '--streams', count, '--ramp-ms', 1000, '--timeout', seconds + 30,
                                 '--target', f'{CHAT}?rate=30&seconds={seconds}')
            for probe in probes:
                probe.join()
            open_kib, mid_kib = (max(0, bytes - idle) / 1024 / count for bytes in memory)
            if load['completed'] != count:
                self.warn(f'{server.name}: {count - load["completed"]} of {count} streams did not end'
                          ' well.')
            return {'rate': load['events'] / load['seconds'],
                    'cpu_us': (server.cpu_seconds() - before) / max(load['events'], 1) * 1e6,
                    'p50': load['delay_p50'], 'p99': load['delay_p99'], 'first': load['first_p99'],
                    'open_kib': open_kib, 'kib': mid_kib}
        return run


@dataclasses.dataclass
class Bar:
    text: str
    value: typing.Callable
    at_least: float = None
    at_most: float = None

    def holds(self, value):
        if self.at_least is not None:
            return value >= self.at_least
        return value <= self.at_most


@dataclasses.dataclass
class Scenario:
    name: str
    title: str
    kind: str                  # which columns: hits, upload, paced, start, herd, sse or report
    prepare: typing.Callable   # Bench -> {peer: function of one measurement}
    bars: list


def _hits(connections, size, mode='same'):
    def prepare(bench):
        mock = bench.farm.mock()
        floor = bench.farm.raw(request=size if size > 4096 else 0)
        peers = {'raw epoll': lambda: bench.requests(floor, connections, size, mode)}
        nginx = bench.farm.nginx('cache', mock, request_size=size)
        title = 'nginx, same bytes' if mode != 'same' else 'nginx proxy_cache'
        peers[title] = bench.hits(nginx, mock, connections, size)
        if bench.with_gateway:
            gateway = bench.farm.gateway(mock)
            peers['refrain'] = bench.hits(gateway, mock, connections, size, mode)
        return peers
    return prepare


def _speech(kib):
    def prepare(bench):
        mock = bench.farm.mock('--audio-kb', kib)
        floor = bench.farm.raw(answer=kib * 1024)
        nginx = bench.farm.nginx('cache', mock)
        peers = {'raw epoll': lambda: bench.requests(floor, 64, 0, 'speech'),
                 'nginx proxy_cache': bench.hits(nginx, mock, 64, 0, 'speech')}
        if bench.with_gateway:
            peers['refrain'] = bench.hits(bench.farm.gateway(mock), mock, 64, 0, 'speech')
        return peers
    return prepare


def _audio_link(bench):
    mock = bench.farm.mock('--audio-kb', 1024)
    body = '{"model":"tts-1","voice":"alloy","input":"A link.","response_format":"wav"}'
    nginx = bench.farm.nginx('proxy', mock)
    content, path = bytes(1 << 20), '/audio/file.wav'
    peers = {}
    if bench.with_gateway:
        gateway = bench.farm.gateway(mock)
        path, content = link_to_speech(gateway, body)
    bench.farm.serve_file(nginx, path, content)
    peers['nginx, the file'] = lambda: bench.requests(nginx, 16, 0, 'get', path)
    if bench.with_gateway:
        peers['refrain'] = lambda: bench.requests(gateway, 16, 0, 'get', path)
    return peers


def _upload(bench):
    if not bench.with_gateway:
        return {}
    gateway = bench.farm.gateway(bench.farm.demo())
    return {'refrain': bench.uploads(gateway, 25 * 10**6)}


def _misses(tls, mode='memoize'):
    def prepare(bench):
        mock = bench.farm.mock(tls=tls)
        peers = {}
        if not tls:
            peers['upstream alone'] = bench.misses(mock, mock)
            peers['raw epoll'] = bench.misses(bench.farm.raw_forwarder(mock), mock)
        peers['nginx proxy'] = bench.misses(bench.farm.nginx('proxy', mock, tls), mock, tls)
        if mode == 'memoize' and not tls:
            peers['nginx proxy_cache'] = bench.misses(bench.farm.nginx('cache', mock), mock)
        if bench.with_gateway:
            peers['refrain'] = bench.misses(bench.farm.gateway(mock, tls, mode), mock, tls)
        return peers
    return prepare


def _paced(bench):
    mock = bench.farm.mock()
    peers = {'upstream alone': bench.paced(mock, mock, 2000),
             'nginx proxy': bench.paced(bench.farm.nginx('proxy', mock), mock, 2000)}
    if bench.with_gateway:
        peers['refrain'] = bench.paced(bench.farm.gateway(mock), mock, 2000)
    return peers


def _start(bench):
    if not bench.with_gateway:
        return {}
    mock = bench.farm.mock()
    entries = 10**6
    store = bench.farm.filled_store(entries)
    return {'refrain': bench.starts(mock, store, entries, signal.SIGTERM),
            'refrain after kill -9': bench.starts(mock, store, entries, signal.SIGKILL)}


def _herd(whole):
    def prepare(bench):
        mock = bench.farm.mock()
        peers = {'upstream alone': bench.herd(mock, mock, whole)}
        if whole:
            peers['nginx cache_lock'] = bench.herd(bench.farm.nginx('cache', mock), mock, whole)
        if bench.with_gateway:
            peers['refrain'] = bench.herd(bench.farm.gateway(mock), mock, whole)
        return peers
    return prepare


def _streams(count):
    def prepare(bench):
        mock = bench.farm.mock()
        peers = {'upstream alone': bench.streams(mock, count),
                 'nginx, no buffering': bench.streams(bench.farm.nginx('stream', mock), count)}
        if bench.with_gateway:
            peers['refrain'] = bench.streams(bench.farm.gateway(mock), count)
        return peers
    return prepare


def _ratio(medians):
    return medians['refrain']['ratio']


def _cpu_over_floor(medians):
    return medians['refrain']['cpu_us'] / medians['raw epoll']['cpu_us']


HIT_BARS = [Bar('at least 1.8 times nginx', _ratio, at_least=1.8),
            Bar('CPU at most 1.4 times raw epoll', _cpu_over_floor, at_most=1.4)]
HERD_BARS = [Bar('one upstream call', lambda m: m['refrain']['calls'], at_most=1),
             Bar('last follower within 10 ms', lambda m: m['refrain']['worst'], at_most=10)]

SCENARIOS = {scenario.name: scenario for scenario in [
    Scenario('hits', 'Hits, 64 connections, 954 B asked, 2 KB answered', 'hits',
             _hits(64, 954), HIT_BARS),
    Scenario('hits1000', 'Hits, 1,000 connections', 'hits', _hits(1000, 954), HIT_BARS),
    Scenario('hits16k', 'Hits, 16 KB prompt, 64 connections', 'hits', _hits(64, 16000),
             [Bar('at least 10 times nginx', _ratio, at_least=10)]),
    Scenario('hits64k', 'Hits, 64 KB prompt, 64 connections', 'hits', _hits(64, 64000),
             [Bar('at least 12 times nginx', _ratio, at_least=12)]),
    Scenario('varied', 'Hits whose bytes differ every time', 'hits', _hits(64, 954, mode='varied'), []),
    Scenario('speech16k', 'Speech hits by POST, 16 KB of audio, 64 connections', 'hits', _speech(16),
             [Bar('at least 1.8 times nginx', _ratio, at_least=1.8)]),
    Scenario('speech', 'Speech hits by POST, 64 KB of audio, 64 connections', 'hits', _speech(64),
             [Bar('at least 1.8 times nginx', _ratio, at_least=1.8)]),
    Scenario('audio-link', '1 MB of audio by its link, 16 connections', 'hits', _audio_link,
             [Bar('at least nginx serving the file', _ratio, at_least=1.0)]),
    Scenario('upload', 'A WAV of 25 MB uploaded again: read, decoded, hashed, found', 'upload', _upload,
             []),
    Scenario('proxy', 'Mode off: a plain proxy, as nginx is one, 64 connections', 'hits',
             _misses(tls=False, mode='off'), [Bar('at least 1.15 times nginx', _ratio, at_least=1.15)]),
    Scenario('miss', 'Misses, plain upstream, 64 connections', 'hits', _misses(tls=False),
             [Bar('at least 1.15 times nginx', _ratio, at_least=1.15)]),
    Scenario('miss-tls', 'Misses, TLS upstream, 64 connections', 'hits', _misses(tls=True),
             [Bar('at least 1.15 times nginx', _ratio, at_least=1.15)]),
    Scenario('miss-paced', 'Misses at 2,000 a second, open loop', 'paced', _paced,
             [Bar('at most 0.3 ms added at p50', lambda m: m['refrain']['added_p50'], at_most=0.3),
              Bar('at most 1.5 ms added at p99', lambda m: m['refrain']['added_p99'], at_most=1.5)]),
    Scenario('start', 'Start with 1,000,000 entries on disk', 'start', _start,
             [Bar('accepts in less than 1 s', lambda m: m['refrain']['accepts'], at_most=1),
              Bar('the same after kill -9', lambda m: m['refrain after kill -9']['accepts'], at_most=1)]),
    Scenario('herd', '100 identical cold requests, upstream takes 300 ms', 'herd', _herd(whole=True),
             HERD_BARS),
    Scenario('herd-stream', '100 identical cold streams of 1 s', 'herd', _herd(whole=False), HERD_BARS),
    Scenario('sse', '1,000 different streams at once, 30 events/s each', 'sse', _streams(1000),
             [Bar('p99 delay of an event at most 0.5 ms', lambda m: m['refrain']['p99'], at_most=0.5),
              Bar('at most 32 KiB a stream', lambda m: m['refrain']['kib'], at_most=32)]),
    Scenario('sse4000', '4,000 different streams at once, 30 events/s each', 'sse', _streams(4000),
             [Bar("events/s at least nginx's, to 1 %", _ratio, at_least=0.99),
              Bar('p99 delay of an event over that of nginx',
                  lambda m: m['refrain']['p99'] / m['nginx, no buffering']['p99'], at_most=1)]),
    Scenario('accounting', 'Hits with and without accounting, 64 connections', 'hits', books.accounting,
             [Bar('accounting adds at most 3 % of CPU', books.added_cpu, at_most=3)]),
    Scenario('report', 'The report on 1,000,000 entries and 90 days of hours', 'report', books.report,
             [Bar('every question in at most 50 ms', books.slowest, at_most=50)]),
]}
