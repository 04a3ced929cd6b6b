// What goes wrong: refused keys, unknown models, limits, broken streams. Nothing of it is kept.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertCache, assertUpstreamCalls, forgetUpstreamCalls, gatewayUrl, newClient, sdks, twice, viaGateway } from './support.mjs';

function request(prompt, more = {}) {
  return { model: 'gpt-4o', messages: [{ role: 'user', content: prompt }], ...more };
}

for (const { name, client, OpenAI } of sdks) {
  test(`${name}: an unknown model is a 404 each time it is asked`, async () => {
    await forgetUpstreamCalls();
    for (let i = 0; i < 2; i += 1) {
      await assert.rejects(client.chat.completions.create(request('x', { model: 'gpt-missing' })), (error) => {
        assert.ok(error instanceof OpenAI.NotFoundError);
        assert.equal(error.code, 'model_not_found');
        return true;
      });
    }
    await assertUpstreamCalls(2, 2);
  });

  test(`${name}: a key that the provider refuses gets no one else's answer`, async () => {
    const body = request(`${name} secrets`);
    await twice(() => client.chat.completions.create(body).withResponse());
    const stranger = newClient(OpenAI, { apiKey: 'sk-invalid' });
    await assert.rejects(stranger.chat.completions.create(body), (error) => {
      assert.ok(error instanceof OpenAI.AuthenticationError);
      return true;
    });
    const bare = await fetch(`${gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(bare.status, 401);
    assert.equal(typeof (await bare.json()).error.message, 'string');
  });

  test(`${name}: a request that makes no sense is the provider's to refuse`, async () => {
    await assert.rejects(client.chat.completions.create({ model: 'gpt-4o' }), (error) => {
      assert.ok(error instanceof OpenAI.BadRequestError);
      assert.equal(error.param, 'messages');
      return true;
    });
  });

  test(`${name}: one 429 is retried, and then the answer is kept`, async () => {
    const patient = newClient(OpenAI, { maxRetries: 2, apiKey: 'sk-patient' });
    const body = request(`${name}, 429 once`);
    const headers = { baggage: 'demo-fault=429*1' };
    const { data } = await patient.chat.completions.create(body, { headers }).withResponse();
    assert.equal(data.choices[0].finish_reason, 'stop');
    await assertKept(() => patient.chat.completions.create(body).withResponse(), data);
  });

  test(`${name}: limits that last surface with their Retry-After`, async () => {
    const headers = { baggage: 'demo-fault=429' };
    await assert.rejects(client.chat.completions.create(request(`${name}, 429 always`), { headers }), (error) => {
      assert.ok(error instanceof OpenAI.RateLimitError);
      assert.equal(error.code, 'rate_limit_exceeded');
      assert.equal(error.headers.get('retry-after'), '1');
      return true;
    });
  });

  test(`${name}: a 500 is not kept`, async () => {
    const body = request(`${name}, 500`);
    await assert.rejects(client.chat.completions.create(body, { headers: { baggage: 'demo-fault=500' } }), (error) => error.status >= 500);
    const { data, response } = await client.chat.completions.create(body).withResponse();
    assertCache(response, 'MISS');
    await assertKept(() => client.chat.completions.create(body).withResponse(), data);
  });

  for (const fault of ['reset', 'truncated', 'garbage']) {
    test(`${name}: an answer spoiled by ${fault} is not kept`, async () => {
      const body = request(`${name}, ${fault}`);
      const spoiled = await client.chat.completions
        .create(body, { headers: { baggage: `demo-fault=${fault}` } })
        .then((data) => ({ data }), (error) => ({ error }));
      if (fault !== 'garbage') assert.ok(spoiled.error, 'half an answer must not look like one');
      const { data, response } = await client.chat.completions.create(body).withResponse();
      assertCache(response, 'MISS');
      assert.equal(data.choices[0].finish_reason, 'stop');
    });
  }

  for (const fault of ['reset', 'truncated']) {
    test(`${name}: a stream that breaks by ${fault} breaks for the caller and is not kept`, async () => {
      const body = request(`${name}, streaming ${fault}`, { stream: true });
      await assert.rejects(async () => {
        for await (const _ of await client.chat.completions.create(body, { headers: { baggage: `demo-fault=${fault}` } }));
      });
      const { data: stream, response } = await client.chat.completions.create(body).withResponse();
      assertCache(response, 'MISS');
      let reason = null;
      for await (const chunk of stream) reason = chunk.choices[0].finish_reason ?? reason;
      assert.equal(reason, 'stop');
    });
  }

  test(`${name}: a compressed answer is understood, first and later`, async () => {
    const body = request(`${name}, gzip`);
    const first = await client.chat.completions.create(body, { headers: { baggage: 'demo-fault=gzip' } });
    assert.equal(first.choices[0].finish_reason, 'stop');
    await assertKept(() => client.chat.completions.create(body).withResponse(), first);
  });
}

async function assertKept(way, data) {
  if (!viaGateway) return;
  const again = await way();
  assertCache(again.response, 'HIT');
  assert.deepEqual(again.data, data);
}
