#!/usr/bin/env python3
"""Side-by-side load: the gateway against nginx and a raw epoll responder (`make bench`).

Every scenario starts its own servers on 127.0.0.1, measures them in turn (A B C A B C ...), and reports the
median of the rounds. bench/README.md says what each figure means; absolute ones do not travel between
machines, ratios do.
"""

import argparse
import json
import os
import resource
import signal
import statistics
import sys
import tempfile

from scenarios import SCENARIOS, Bench
from servers import GATEWAY, TOOLS, Farm

COLUMNS = {
    'hits': [('req/s', 'rate', '{:,.0f}'), ('vs nginx', 'ratio', '{:.2f}'),
             ('CPU us/req', 'cpu_us', '{:.1f}'), ('p50 ms', 'p50', '{:.2f}'),
             ('p99 ms', 'p99', '{:.2f}')],
    'upload': [('MB/s', 'mbps', '{:,.0f}'), ('median ms', 'ms', '{:.0f}'),
               ('CPU ms/upload', 'cpu_ms', '{:.0f}')],
    'report': [('median ms', 'ms', '{:.1f}'), ('worst ms', 'worst', '{:.1f}'),
               ('CPU ms', 'cpu_ms', '{:.1f}'), ('bytes', 'bytes', '{:,.0f}')],
    'herd': [('calls/round', 'calls', '{:.1f}'), ('first behind ms', 'first_behind', '{:.2f}'),
             ('end behind ms', 'done_behind', '{:.2f}'), ('worst ms', 'worst', '{:.2f}'),
             ('total ms', 'total', '{:.0f}')],
    'paced': [('p50 ms', 'p50', '{:.3f}'), ('p99 ms', 'p99', '{:.3f}'), ('max ms', 'max', '{:.1f}'),
              ('added p50 ms', 'added_p50', '{:.3f}'), ('added p99 ms', 'added_p99', '{:.3f}'),
              ('CPU us/req', 'cpu_us', '{:.1f}')],
    'start': [('accepts after s', 'accepts', '{:.3f}'), ('CPU s', 'cpu', '{:.3f}'),
              ('MiB resident', 'mib', '{:.0f}')],
    'sse': [('events/s', 'rate', '{:,.0f}'), ('CPU us/event', 'cpu_us', '{:.1f}'),
            ('delay p50 ms', 'p50', '{:.2f}'), ('delay p99 ms', 'p99', '{:.2f}'),
            ('first p99 ms', 'first', '{:.2f}'), ('KiB/stream open', 'open_kib', '{:.0f}'),
            ('mid-way', 'kib', '{:.0f}')],
}


def median_of(rounds):
    """The median of each figure over the rounds of one peer."""
    return {name: statistics.median(figures[name] for figures in rounds) for name in rounds[0]}


def measure(scenario, arguments):
    """peer -> medians of one scenario."""
    pin = arguments.threads == 1 and (os.cpu_count() or 1) > 1
    with tempfile.TemporaryDirectory(prefix='refrain-bench-') as folder:
        farm = Farm(folder, arguments.threads, pin)
        try:
            bench = Bench(farm, arguments.seconds, with_gateway=GATEWAY.exists())
            peers = scenario.prepare(bench)
            rounds = {name: [] for name in peers}
            for number in range(arguments.rounds):
                for name, run in peers.items():
                    progress(f'{scenario.name}: {name}, round {number + 1} of {arguments.rounds}')
                    rounds[name].append(run())
            for warning in bench.warnings:
                print(f'  ! {scenario.name}: {warning}')
        finally:
            farm.stop_all()
            progress('')
    medians = {name: median_of(figures) for name, figures in rounds.items()}
    base = next((name for name in medians if name.startswith('nginx')), None)
    for figures in medians.values():
        if base and 'rate' in figures:
            figures['ratio'] = figures['rate'] / medians[base]['rate']
        if scenario.kind == 'paced':
            for share in ('p50', 'p99'):
                figures[f'added_{share}'] = figures[share] - medians['upstream alone'][share]
    return medians


def progress(text):
    if sys.stderr.isatty():
        sys.stderr.write(f'\r\033[K{text}')
        sys.stderr.flush()


def show(scenario, medians):
    columns = COLUMNS[scenario.kind]
    print(f'\n{scenario.title}')
    print('  ' + ' ' * 24 + ''.join(f'{title:>17}' for title, _, _ in columns))
    for peer, figures in medians.items():
        cells = [form.format(figures[key]) if key in figures else '-' for _, key, form in columns]
        print(f'  {peer:24}' + ''.join(f'{cell:>17}' for cell in cells))
    for bar in scenario.bars:
        if GATEWAY.exists():
            value = bar.value(medians)
            verdict = 'holds ' if bar.holds(value) else 'MISSES'
            print(f'  {verdict}  {bar.text}: {value:.2f}{of_the_floor(scenario, bar, medians)}')


def of_the_floor(scenario, bar, medians):
    """What the bar would say of the peer that does nothing but move bytes, if that misses it."""
    for name in ('raw epoll', 'upstream alone'):
        if name == 'upstream alone' and scenario.kind != 'sse':
            continue
        if name in medians and all(key in medians[name] for key in medians['refrain']):
            value = bar.value({**medians, 'refrain': medians[name]})
            return '' if bar.holds(value) else f' (out of reach here: {name} has {value:.2f})'
    return ''


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--quick', action='store_true', help='one short round of everything')
    parser.add_argument('--only', metavar='NAME', action='append', choices=list(SCENARIOS),
                        help=f'one of {", ".join(SCENARIOS)}; may be repeated')
    parser.add_argument('--seconds', type=int, help='length of one measurement (5)')
    parser.add_argument('--rounds', type=int, help='measurements per peer (3)')
    parser.add_argument('--threads', type=int, choices=(1, 2), default=2,
                        help='threads of every server; with 1 it has the first core to itself')
    parser.add_argument('--json', metavar='FILE', help='write the medians there, too')
    arguments = parser.parse_args()
    arguments.seconds = arguments.seconds or (2 if arguments.quick else 5)
    arguments.rounds = arguments.rounds or (1 if arguments.quick else 3)
    return arguments


def main():
    arguments = parse_arguments()
    if not (TOOLS / 'mock_upstream').exists():
        sys.exit('The load generators are not built; run: make bench')
    if not GATEWAY.exists():
        print(f'{GATEWAY} is not built: measuring its peers alone.')
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f'{arguments.threads} server threads, {arguments.rounds} rounds of'
          f' {arguments.seconds} s, {os.cpu_count()} cores')
    results = {}
    for name in arguments.only or SCENARIOS:
        scenario = SCENARIOS[name]
        results[name] = measure(scenario, arguments)
        show(scenario, results[name])
    if arguments.json:
        with open(arguments.json, 'w', encoding='utf-8') as file:
            json.dump({'threads': arguments.threads, 'rounds': arguments.rounds,
                       'seconds': arguments.seconds, 'results': results}, file, indent=2)


if __name__ == '__main__':
    main()
