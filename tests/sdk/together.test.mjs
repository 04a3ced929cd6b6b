// Many at once: identical requests in flight share one upstream call, streams included.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertUpstreamCalls, forgetUpstreamCalls, newClient, sdks, upstreamCalls, viaGateway } from './support.mjs';

const callers = 20;

function request(prompt, more = {}) {
  return { model: 'gpt-4o', messages: [{ role: 'user', content: prompt }], ...more };
}

async function read(client, body, options) {
  const { data: stream, response } = await client.chat.completions.create({ ...body, stream: true }, options).withResponse();
  let text = '';
  let id = '';
  for await (const chunk of stream) {
    id = chunk.id;
    text += chunk.choices[0]?.delta?.content ?? '';
  }
  return { id, text, cache: response.headers.get('x-cache') };
}

async function readWhole(client, body, options) {
  const { data, response } = await client.chat.completions.create(body, options).withResponse();
  return { id: data.id, text: data.choices[0].message.content, cache: response.headers.get('x-cache') };
}

// All callers ask the same, each by the function that `ask` gives for its number, and share one call.
async function askTogether(prompt, ask) {
  await forgetUpstreamCalls();
  const answers = await Promise.all(Array.from({ length: callers }, (_, index) => ask(index)(request(prompt))));
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  assert.match(answers[0].text, new RegExp(prompt));
  if (viaGateway) {
    assert.equal(new Set(answers.map(({ id }) => id)).size, 1);
    assert.equal(answers.filter(({ cache }) => cache === 'MISS').length, 1);
    for (const { cache } of answers) assert.match(cache, /^(MISS|COALESCED|HIT)$/);
  }
  await assertUpstreamCalls(1, callers);
  return answers;
}

// On a slow machine the first answer may be whole before the second caller has asked: then they ask
// something else, of a provider that takes seconds to say it.
async function assertShared(prompt, ask) {
  const inFlight = (answers) => answers.some(({ cache }) => cache === 'COALESCED');
  const answers = await askTogether(prompt, ask);
  if (!viaGateway || inFlight(answers)) return;
  const slow = { headers: { 'X-Demo-Fault': 'slow' } };
  assert.ok(inFlight(await askTogether(`${prompt}, slowly`, (index) => (body) => ask(index)(body, slow))));
}

for (const { name, client, OpenAI } of sdks) {
  test(`${name}: ${callers} identical streams are one call`, async () => {
    await assertShared('all together', () => (body, options) => read(client, body, options));
  });

  test(`${name}: streams and whole requests in flight share one call`, async () => {
    await assertShared('mixed together', (index) => (body, options) => (index % 2 ? readWhole : read)(client, body, options));
  });

  test(`${name}: an answer whose first caller left is finished and kept`, async () => {
    await forgetUpstreamCalls();
    const body = request('left early');
    const { data: stream } = await client.chat.completions.create({ ...body, stream: true }).withResponse();
    for await (const _ of stream) break; // ends the connection
    const { text, cache } = await read(client, body);
    assert.match(text, /left early/);
    if (viaGateway) assert.match(cache, /^(COALESCED|HIT)$/);
    await assertUpstreamCalls(1, 2);
  });

  test(`${name}: callers with different keys do not share`, async () => {
    await forgetUpstreamCalls();
    const clients = ['sk-one', 'sk-two'].map((apiKey) => newClient(OpenAI, { apiKey: `${apiKey}-${name.replace(' ', '-')}` }));
    const answers = await Promise.all(clients.map((each) => read(each, request('apart'))));
    assert.notEqual(answers[0].id, answers[1].id);
    assert.equal(await upstreamCalls(), 2);
  });
}
