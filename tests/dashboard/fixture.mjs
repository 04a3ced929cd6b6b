// A control plane of fixed numbers for the page to show. The page itself comes from a real gateway
// (REFRAIN_GATEWAY_URL), with the gateway's own headers; without one, from the source tree.
//
//   node tests/dashboard/fixture.mjs     serves it on http://127.0.0.1:8099/refrain/, to work on the page
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as data from './fixture_data.mjs';

const control = fileURLToPath(new URL('../../src/control/', import.meta.url));
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml' };

async function fromGateway(gateway, path) {
  const answer = await fetch(gateway + path);
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !['content-length', 'connection', 'date', 'keep-alive'].includes(name)));
  return { status: answer.status, headers, body: Buffer.from(await answer.arrayBuffer()) };
}

async function fromTree(path) {
  const source = await readFile(join(control, 'dashboard.cpp'), 'utf8');
  const policy = [.../kContentSecurityPolicy =([^;]|;(?!\n))*;\n/.exec(source)[0].matchAll(/"([^"]*)"/g)].map((part) => part[1]).join('');
  const name = path === '/refrain/' ? 'index.html' : path.slice('/refrain/assets/'.length);
  const file = name === 'chart.js' ? '/usr/share/javascript/chart.js/chart.min.js' : join(control, 'dashboard', name);
  const headers = { 'Content-Type': types[extname(name)], 'Content-Security-Policy': policy, 'Cache-Control': 'no-store' };
  return { status: 200, headers, body: await readFile(file) };
}

const asJson = (value, status = 200) => ({ status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });
const refusal = (status, message) => asJson({ error: { code: 'refrain_fixture', message } }, status);

function matches(entry, wanted) {
  const glob = (pattern, text) => new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
  const said = ['model', 'operation', 'voice', 'tenant'].every((name) => !wanted[name] || glob(wanted[name], entry[name]));
  const tagged = !wanted.tags?.length || wanted.tags.some((tag) => entry.tags.includes(tag));
  return said && tagged && (!wanted.pattern || glob(wanted.pattern, entry.key));
}

async function bodyOf(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return pieces.length > 0 ? JSON.parse(Buffer.concat(pieces)) : {};
}

// `token`: what the data calls ask for; `isEmpty`: a gateway nobody has used yet. The returned calls are
// what the page asked so far: "METHOD path?query".
export async function startFixture({ token = '', isEmpty = false, gateway = process.env.REFRAIN_GATEWAY_URL, port = 0 } = {}) {
  let kept = isEmpty ? [] : data.entries();
  let lastId = isEmpty ? 0 : 30;
  const calls = [];

  function list(query) {
    const wanted = { ...query, tags: query.tag ? [query.tag] : [] };
    const found = kept.filter((entry) => matches(entry, wanted));
    const first = query.cursor ? found.findIndex((entry) => entry.key === query.cursor) + 1 : 0;
    const limit = Number(query.limit);
    const page = found.slice(first, first + limit);
    return asJson({ entries: page, next_cursor: first + limit < found.length ? page.at(-1).key : null });
  }

  function invalidate(order) {
    if (!order.all && !order.older_than && matches({ model: '', operation: '', voice: '', tenant: '', key: '', tags: [] }, order)) {
      return refusal(400, 'nothing is selected: name what to remove');
    }
    const doomed = kept.filter((entry) => matches(entry, order));
    if (!order.dry_run) kept = kept.filter((entry) => !doomed.includes(entry));
    return asJson({ matched: doomed.length });
  }

  function one(method, path) {
    const [key, part] = path.split('/');
    const entry = kept.find((candidate) => candidate.key === key);
    if (!entry) return refusal(404, 'no such entry');
    if (method === 'DELETE') {
      kept = kept.filter((candidate) => candidate !== entry);
      return asJson({ matched: 1 });
    }
    return part === 'body' ? { status: 200, headers: { 'Content-Type': entry.content_type }, body: data.tone() } : asJson(data.details(entry));
  }

  function feed(query) {
    if (!isEmpty && query.after) lastId += 1;
    const first = Math.max(Number(query.after || 0) + 1, lastId - 49);
    return asJson({ requests: Array.from({ length: Math.max(0, lastId - first + 1) }, (_, i) => data.request(first + i)) });
  }

  function answer(method, path, query, order) {
    const filtered = ['tenant', 'tag', 'model', 'operation'].some((name) => query[name]);
    if (path === 'stats') return asJson(data.report({ isEmpty, filtered }));
    if (path === 'stats/series') return asJson(data.series(query.window, query.step, isEmpty));
    if (path === 'cache/status') return asJson({ tiers: data.report({ isEmpty }).cache, entries: kept.length, bytes: 0, hit_rate: 0.72 });
    if (path === 'entries') return list(query);
    if (path.startsWith('entries/')) return one(method, path.slice('entries/'.length));
    if (path === 'invalidate' && method === 'POST') return invalidate(order);
    if (path === 'requests') return feed(query);
    return refusal(404, 'the control plane has no such path');
  }

  async function handle(request) {
    const url = new URL(request.url, 'http://fixture');
    if (url.pathname === '/refrain/' || url.pathname.startsWith('/refrain/assets/')) {
      return gateway ? fromGateway(gateway, url.pathname) : fromTree(url.pathname);
    }
    calls.push(`${request.method} ${request.url}`);
    if (token && request.headers.authorization !== `Bearer ${token}`) return refusal(401, 'send the token');
    return answer(request.method, url.pathname.replace('/refrain/', ''), Object.fromEntries(url.searchParams), await bodyOf(request));
  }

  const server = createServer(async (request, response) => {
    const { status, headers, body } = await handle(request).catch((error) => refusal(500, String(error)));
    response.writeHead(status, headers);
    response.end(body);
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/refrain/`,
    calls,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startFixture({ port: 8099, token: process.env.REFRAIN_ADMIN_TOKEN ?? '' });
  console.log(url);
}
