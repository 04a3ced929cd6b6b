"""The processes a benchmark runs against: started on free ports of 127.0.0.1, measured, stopped by pid."""

import dataclasses
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = ROOT / 'build' / 'bench'
RELEASE = ROOT / 'build' / 'release'
GATEWAY = RELEASE / 'refrain'
DEMO = RELEASE / 'refrain-demo-provider'
FILLER = RELEASE / 'refrain-store-filler'
TICK = os.sysconf('SC_CLK_TCK')

# One nginx for each job a scenario gives it. A request body is in memory, and so usable as a key, where it
# fits client_body_buffer_size; the key is kept in front of the answer, where it fits proxy_buffer_size and
# the 65,535 bytes nginx can count there.
NGINX = '''
{user}
worker_processes {workers};
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 16384; }}
http {{
    access_log off;
    sendfile on;
    tcp_nodelay on;
    keepalive_timeout 3600;
    keepalive_requests 1000000000;
    client_body_buffer_size 256k;
    client_max_body_size 16m;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_cache_path {folder}/cache levels=1:2 keys_zone=answers:64m max_size=4g inactive=1h;
    open_file_cache max=10000;
    upstream provider {{
        server 127.0.0.1:{upstream};
        keepalive 2048;
        keepalive_requests 1000000000;
        keepalive_timeout 3600;
    }}
    server {{
        listen 127.0.0.1:{port} reuseport backlog=4096;
        location /audio/ {{ root {folder}; }}
        location / {{
            proxy_pass {scheme}://provider;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host 127.0.0.1;
            {job}
        }}
    }}
}}
'''
NGINX_JOBS = {
    'cache': '''
            proxy_cache answers;
            proxy_cache_methods POST;
            proxy_cache_key "$request_uri$http_authorization$request_body";
            proxy_cache_valid 200 1h;
            proxy_cache_lock on;
            proxy_buffer_size {buffer}k;
            proxy_buffers 8 {buffer}k;
            proxy_busy_buffers_size {busy}k;''',
    'proxy': '''
            proxy_ssl_verify on;
            proxy_ssl_trusted_certificate {certificate};
            proxy_ssl_name 127.0.0.1;''',
    'stream': 'proxy_buffering off;',
}


@dataclasses.dataclass
class Server:
    """A running process and its port."""

    name: str
    process: subprocess.Popen
    port: int
    start_seconds: float = 0  # until it accepted a connection

    def pids(self):
        """The process and its children, nginx's workers for one."""
        pid = self.process.pid
        found = [pid]
        for task in pathlib.Path(f'/proc/{pid}/task').iterdir():
            found += [int(child) for child in (task / 'children').read_text().split()]
        return found

    def cpu_seconds(self):
        ticks = 0
        for pid in self.pids():
            # After the name in parentheses: state, ppid, ... utime and stime are fields 14 and 15.
            fields = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICK

    def resident_bytes(self):
        pages = 0
        for pid in self.pids():
            pages += int(pathlib.Path(f'/proc/{pid}/statm').read_text().split()[1])
        return pages * os.sysconf('SC_PAGE_SIZE')


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Farm:
    """Starts servers in a folder of its own, and stops what it started."""

    def __init__(self, folder, threads, pin):
        self.folder = pathlib.Path(folder)
        self.threads = threads
        # With one server thread: the server alone on the first core, load and provider on the second.
        self.server_core = ['taskset', '-c', '0'] if pin else []
        self.load_core = ['taskset', '-c', '1'] if pin else []
        self.running = []
        self.certificate = self.folder / 'certificate.pem'

    def mock(self, *options, tls=False):
        port = free_port()
        if tls:
            options += ('--tls', self._make_certificate(), self.folder / 'key.pem')
        threads = 1 if self.server_core else self.threads
        command = [TOOLS / 'mock_upstream', port, '--threads', threads, *options]
        return self._start('mock', self.load_core, command, port)

    def demo(self):
        port = free_port()
        return self._start('demo', self.load_core, [DEMO, '--listen', f'127.0.0.1:{port}'], port)

    def raw(self, request=0, answer=2048):
        """Answers every `request` bytes (0: every read) with so many, unparsed."""
        port = free_port()
        return self._start('raw epoll', self.server_core,
                           [TOOLS / 'raw_epoll_responder', port, self.threads,
                            '--request', request, '--answer', answer], port)

    def raw_forwarder(self, upstream):
        """Passes bytes to and fro, unparsed."""
        port = free_port()
        return self._start('raw epoll', self.server_core,
                           [TOOLS / 'raw_epoll_forwarder', port, upstream.port, self.threads], port)

    def nginx(self, job, upstream, tls=False, request_size=954):
        """`job` is "cache", "proxy" or "stream"; the cache is laid out for requests of that size."""
        port = free_port()
        folder = self.folder / f'nginx-{port}'
        folder.mkdir()
        buffer = 8 if request_size < 4096 else 2 * request_size // 1024
        text = NGINX_JOBS[job].format(
            certificate=self.certificate, buffer=buffer, busy=2 * buffer) if tls or job != 'proxy' else ''
        config = folder / 'nginx.conf'
        config.write_text(NGINX.format(
            user='user root;' if os.getuid() == 0 else '', workers=self.threads, folder=folder,
            port=port, upstream=upstream.port, scheme='https' if tls else 'http', job=text))
        nginx = shutil.which('nginx') or '/usr/sbin/nginx'
        command = [nginx, '-p', folder, '-c', config, '-g', 'daemon off;']
        return self._start('nginx', self.server_core, command, port)

    def serve_file(self, nginx, path, content):
        """Puts a file where that nginx serves it."""
        file = self.folder / f'nginx-{nginx.port}' / path.lstrip('/')
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)

    def gateway(self, upstream, tls=False, mode='memoize', program=GATEWAY, data=None):
        port = free_port()
        scheme = 'https' if tls else 'http'
        environment = dict(os.environ)
        environment['REFRAIN_UPSTREAMS_OPENAI_BASE_URL'] = f'{scheme}://127.0.0.1:{upstream.port}'
        environment['REFRAIN_SERVER_THREADS'] = str(self.threads)
        environment['REFRAIN_MODE'] = mode
        if tls:
            environment['SSL_CERT_FILE'] = str(self.certificate)
        command = [program, 'serve', '--listen', f'127.0.0.1:{port}',
                   '--data-dir', data or self.folder / f'data-{port}', '--log-level', 'error']
        return self._start('refrain', self.server_core, command, port, environment)

    def filled_store(self, entries):
        """A data directory with that many answers."""
        folder = self.folder / 'filled'
        subprocess.run([FILLER, folder, str(entries)], check=True, stdout=subprocess.DEVNULL)
        return folder

    def stop(self, server, how=signal.SIGTERM):
        server.process.send_signal(how)
        server.process.wait(60)
        self.running.remove(server)

    def stop_all(self):
        for server in reversed(self.running):
            server.process.send_signal(signal.SIGTERM)
        for server in reversed(self.running):
            try:
                server.process.wait(10)
            except subprocess.TimeoutExpired:
                server.process.kill()
                server.process.wait()
        self.running.clear()

    def _start(self, name, core, command, port, environment=None):
        began = time.monotonic()
        log = open(self.folder / f'{name.split()[0]}-{port}.log', 'wb')
        with log:
            process = subprocess.Popen(core + [str(word) for word in command], env=environment,
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        server = Server(name, process, port)
        self.running.append(server)
        while time.monotonic() < began + 30 and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(('127.0.0.1', port)) == 0:
                    server.start_seconds = time.monotonic() - began
                    return server
            time.sleep(0.002)
        output = pathlib.Path(log.name).read_text(errors='replace')
        raise RuntimeError(f'{name} did not start: {" ".join(map(str, command))}\n{output}')

    def _make_certificate(self):
        if not self.certificate.exists():
            subprocess.run(
                ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2',
                 '-keyout', self.folder / 'key.pem', '-out', self.certificate,
                 '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
                check=True, capture_output=True)
        return self.certificate


def link_to_speech(gateway, body):
    """Has the gateway buy that speech; the path of the link to it, and its bytes."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(
        f'http://127.0.0.1:{gateway.port}/v1/audio/speech', body.encode(),
        {'Content-Type': 'application/json', 'Authorization': 'Bearer sk-bench',
         'X-Refrain-Deliver': 'url'})
    with opener.open(request, timeout=30) as answer:
        url = json.load(answer)['url']
    with opener.open(url, timeout=30) as answer:
        return urllib.parse.urlsplit(url).path, answer.read()


def entries_on_disk(gateway):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f'http://127.0.0.1:{gateway.port}/refrain/stats', timeout=10) as answer:
        return json.load(answer)['cache']['disk']['entries']


def upstream_calls(mock, tls=False):
    """How many requests have reached the mock upstream."""
    import ssl
    context = ssl._create_unverified_context() if tls else None  # it is our own, on loopback
    url = f'{"https" if tls else "http"}://127.0.0.1:{mock.port}/_mock/calls'
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        *([urllib.request.HTTPSHandler(context=context)] if tls else []))
    with opener.open(url, timeout=10) as answer:
        return int(answer.read())
