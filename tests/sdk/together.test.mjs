// Many at once: identical requests in flight share one upstream call, streams included.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertUpstreamCalls, forgetUpstreamCalls, newClient, sdks, upstreamCalls, viaGateway } from './support.mjs';

const callers = 20;

function request(prompt, more = {}) {
  return { model: 'gpt-4o', messages: [{ role: 'user', content: prompt }], ...more };
}

async function read(client, body) {
  const { data: stream, response } = await client.chat.completions.create({ ...body, stream: true }).withResponse();
  let text = '';
  let id = '';
  for await (const chunk of stream) {
    id = chunk.id;
    text += chunk.choices[0]?.delta?.content ?? '';
  }
  return { id, text, cache: response.headers.get('x-cache') };
}

function assertShared(answers) {
  if (!viaGateway) return;
  assert.equal(new Set(answers.map(({ id }) => id)).size, 1);
  assert.equal(answers.filter(({ cache }) => cache === 'MISS').length, 1);
  for (const { cache } of answers) assert.match(cache, /^(MISS|COALESCED|HIT)$/);
  assert.ok(answers.some(({ cache }) => cache === 'COALESCED'));
}

for (const { name, client, OpenAI } of sdks) {
  test(`${name}: ${callers} identical streams are one call`, async () => {
    await forgetUpstreamCalls();
    const answers = await Promise.all(Array.from({ length: callers }, () => read(client, request('all together'))));
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
    assert.match(answers[0].text, /all together/);
    assertShared(answers);
    await assertUpstreamCalls(1, callers);
  });

  test(`${name}: streams and whole requests in flight share one call`, async () => {
    await forgetUpstreamCalls();
    const body = request('mixed together');
    const whole = async () => {
      const { data, response } = await client.chat.completions.create(body).withResponse();
      return { id: data.id, text: data.choices[0].message.content, cache: response.headers.get('x-cache') };
    };
    const answers = await Promise.all(Array.from({ length: callers }, (_, index) => (index % 2 ? whole() : read(client, body))));
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
    assertShared(answers);
    await assertUpstreamCalls(1, callers);
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
