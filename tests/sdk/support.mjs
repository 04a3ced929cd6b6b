// What every SDK test shares: clients for each SDK version, the demo provider's call counter, and
// twice(), the question that a memoizing gateway has to answer.
//
// run.sh sets the environment. With REFRAIN_SDK_DIRECT=1 there is no gateway in between: the tests then
// check only that the SDK and the demo provider understand each other.
import assert from 'node:assert/strict';
import OpenAI7 from 'openai';
import OpenAI6 from 'openai6';

// For tests that upload: the SDK refuses to where File is no global, as in Debian 12's Node 18.
export const uploading = { skip: globalThis.File === undefined && 'the SDK uploads from Node 20 on' };

const gateway = required('REFRAIN_GATEWAY_URL');
const provider = required('REFRAIN_DEMO_URL');
export const viaGateway = process.env.REFRAIN_SDK_DIRECT !== '1';
export const gatewayUrl = gateway;

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; start these tests with tests/sdk/run.sh`);
  return value;
}

const versions = [
  { name: 'openai 7', OpenAI: OpenAI7 },
  { name: 'openai 6', OpenAI: OpenAI6 },
];

// Each version with a client of its own key, so that neither finds the other's answers.
export const sdks = versions.map(({ name, OpenAI }) => ({
  name,
  OpenAI,
  client: newClient(OpenAI, { apiKey: `sk-test-${name.replace(' ', '-')}` }),
}));

export function newClient(OpenAI, options = {}) {
  return new OpenAI({ baseURL: `${gateway}/v1`, apiKey: 'sk-test', maxRetries: 0, ...options });
}

export async function upstreamCalls(path) {
  const report = await (await fetch(`${provider}/_demo/calls`)).json();
  return path ? (report.by_path[path] ?? 0) : report.total;
}

export async function forgetUpstreamCalls() {
  await fetch(`${provider}/_demo/calls`, { method: 'DELETE' });
}

// Whether `response` came from the cache, and shows it as it should.
export function assertHit(response) {
  if (!viaGateway) return;
  assert.equal(response.headers.get('x-cache'), 'HIT');
  assert.match(response.headers.get('cache-status'), /^refrain; hit/);
  assert.match(response.headers.get('age'), /^\d+$/);
  for (const name of ['set-cookie', 'x-ratelimit-remaining-tokens', 'openai-processing-ms', 'cf-ray']) {
    assert.equal(response.headers.get(name), null, `a hit must not repeat ${name}`);
  }
}

export function assertCache(response, expected) {
  if (!viaGateway) return;
  assert.equal(response.headers.get('x-cache'), expected, response.headers.get('cache-status'));
}

export async function assertUpstreamCalls(viaGatewayCount, directCount) {
  assert.equal(await upstreamCalls(), viaGateway ? viaGatewayCount : directCount);
}

// Asks the same thing in several ways, each a function that resolves to {data, response}. Only the first
// may reach the provider; the rest must be hits with deeply equal data. Resolves to the data.
export async function once(...ways) {
  await forgetUpstreamCalls();
  const first = await ways[0]();
  assertCache(first.response, 'MISS');
  for (const way of ways.slice(1)) {
    const again = await way();
    assertHit(again.response);
    if (viaGateway) assert.deepEqual(again.data, first.data);
  }
  await assertUpstreamCalls(1, ways.length);
  return first.data;
}

export function twice(way) {
  return once(way, way);
}

// For what must not be memoized: every time is a call of its own.
export async function neverKept(way, expected = 'BYPASS') {
  await forgetUpstreamCalls();
  const first = await way();
  assertCache(first.response, expected);
  const second = await way();
  assertCache(second.response, expected);
  await assertUpstreamCalls(2, 2);
  return [first.data, second.data];
}

// The same for SDKs that show no headers: the data of each way, and how often the provider was asked.
export async function askedOnce(...ways) {
  await forgetUpstreamCalls();
  const first = await ways[0]();
  for (const way of ways.slice(1)) {
    const again = await way();
    if (viaGateway) assert.deepEqual(again, first);
  }
  await assertUpstreamCalls(1, ways.length);
  return first;
}

// What is never kept reaches the provider each time.
askedOnce.times = async (count, way) => {
  await forgetUpstreamCalls();
  for (let i = 0; i < count; i += 1) await way();
  await assertUpstreamCalls(count, count);
};
