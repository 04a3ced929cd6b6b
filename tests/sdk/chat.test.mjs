// Chat completions: whole, streamed, and one answering for the other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertCache, forgetUpstreamCalls, assertUpstreamCalls, neverKept, once, sdks, twice, viaGateway } from './support.mjs';

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['c', 'f'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    },
    strict: true,
  },
};

function request(prompt, more = {}) {
  return { model: 'gpt-4o', messages: [{ role: 'user', content: prompt }], ...more };
}

const whole = (client, body, options) => () => client.chat.completions.create(body, options).withResponse();

// The completion that a stream adds up to, as the SDK's own accumulator sees it.
const streamed = (client, body) => async () => {
  const { data: stream, response } = await client.chat.completions
    .create({ ...body, stream: true, stream_options: { include_usage: true } })
    .withResponse();
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return { data: added(chunks), chunks, response };
};

function added(chunks) {
  const result = { id: chunks[0].id, model: chunks[0].model, created: chunks[0].created, choices: [], usage: undefined };
  for (const chunk of chunks) {
    if (chunk.usage) result.usage = chunk.usage;
    for (const { index, delta, finish_reason, logprobs } of chunk.choices) {
      const choice = (result.choices[index] ??= { content: null, refusal: null, calls: [], logprobs: [], finish_reason: null });
      if (typeof delta.content === 'string') choice.content = (choice.content ?? '') + delta.content;
      if (typeof delta.refusal === 'string') choice.refusal = (choice.refusal ?? '') + delta.refusal;
      for (const call of delta.tool_calls ?? []) {
        const known = (choice.calls[call.index] ??= { id: call.id, name: call.function.name, arguments: '' });
        known.arguments += call.function.arguments ?? '';
      }
      choice.logprobs.push(...(logprobs?.content ?? []));
      choice.finish_reason = finish_reason ?? choice.finish_reason;
    }
  }
  return result;
}

// The same view of a whole completion.
function view(completion) {
  return {
    id: completion.id,
    model: completion.model,
    created: completion.created,
    choices: completion.choices.map(({ message, finish_reason, logprobs }) => ({
      content: message.content,
      refusal: message.refusal,
      calls: (message.tool_calls ?? []).map((call) => ({
        id: call.id,
        name: call.function.name,
        arguments: call.function.arguments,
      })),
      logprobs: logprobs?.content ?? [],
      finish_reason,
    })),
    usage: completion.usage,
  };
}

const viewed = (way) => async () => {
  const { data, response } = await way();
  return { data: view(data), response };
};

for (const { name, client } of sdks) {
  test(`${name}: a chat completion is bought once`, async () => {
    const data = await twice(whole(client, request('chat, whole')));
    assert.equal(data.object, 'chat.completion');
    assert.match(data.choices[0].message.content, /chat, whole/);
    assert.equal(data.usage.total_tokens, data.usage.prompt_tokens + data.usage.completion_tokens);
  });

  test(`${name}: a chat stream is bought once`, async () => {
    const data = await twice(streamed(client, request('chat, streamed')));
    assert.match(data.choices[0].content, /chat, streamed/);
    assert.equal(data.choices[0].finish_reason, 'stop');
    assert.ok(data.usage.total_tokens > 0);
  });

  test(`${name}: a stream answers a whole request`, async () => {
    const body = request('stream, then whole');
    await once(streamed(client, body), viewed(whole(client, body)));
  });

  test(`${name}: a whole answer answers a stream`, async () => {
    const body = request('whole, then stream 🌦️', { n: 2 });
    const data = await once(viewed(whole(client, body)), streamed(client, body));
    assert.equal(data.choices.length, 2);
  });

  test(`${name}: usage in a stream is there when asked for, and only then`, async () => {
    const body = request('usage in streams');
    const plain = async () => {
      const { data: stream, response } = await client.chat.completions.create({ ...body, stream: true }).withResponse();
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      assert.ok(chunks.every((chunk) => !('usage' in chunk)), 'not asked for');
      assert.ok(chunks.every((chunk) => chunk.choices.length > 0), 'no extra chunk');
      const { usage, ...data } = added(chunks);
      return { data, response };
    };
    const asked = async () => {
      const { data: all, chunks, response } = await streamed(client, body)();
      assert.ok(chunks.slice(0, -1).every((chunk) => chunk.usage === null), 'null on every chunk');
      assert.deepEqual(chunks.at(-1).choices, []);
      const { usage, ...data } = all;
      assert.ok(usage.completion_tokens > 0);
      return { data, response };
    };
    await once(plain, asked, plain);
  });

  test(`${name}: the SDK's stream helper rebuilds the completion`, async () => {
    const body = request('stream helper', { tools: [weather] });
    const helped = async () => {
      const runner = client.chat.completions.stream(body);
      const completion = await runner.finalChatCompletion();
      return completion.choices[0].message.tool_calls[0];
    };
    const first = await helped();
    const second = await helped();
    assert.equal(first.function.name, 'get_weather');
    if (viaGateway) assert.deepEqual(second, first);
  });

  test(`${name}: tool calls keep their ids, so the next turn is found too`, async () => {
    const body = request('weather in two words', { tools: [weather] });
    const first = await once(viewed(whole(client, body)), streamed(client, body), viewed(whole(client, body)));
    const [call] = first.choices[0].calls;
    assert.equal(first.choices[0].finish_reason, 'tool_calls');
    assert.ok('city' in JSON.parse(call.arguments));

    const turn = {
      ...body,
      messages: [
        ...body.messages,
        { role: 'assistant', content: null, tool_calls: [{ id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } }] },
        { role: 'tool', tool_call_id: call.id, content: '{"sky":"clear"}' },
      ],
    };
    const answer = await twice(whole(client, turn));
    assert.equal(answer.choices[0].finish_reason, 'stop');
  });

  test(`${name}: structured output is parsed from a hit as from a miss`, async () => {
    const body = request('a person', {
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'person',
          strict: true,
          schema: {
            type: 'object',
            properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 1, maximum: 99 } },
            required: ['name', 'age'],
            additionalProperties: false,
          },
        },
      },
    });
    const data = await twice(() => client.chat.completions.parse(body).withResponse());
    assert.equal(typeof data.choices[0].message.parsed.name, 'string');
    assert.ok(Number.isInteger(data.choices[0].message.parsed.age));
  });

  test(`${name}: log probabilities and refusals survive`, async () => {
    const body = request('log probabilities', { logprobs: true, top_logprobs: 2 });
    const data = await once(viewed(whole(client, body)), streamed(client, body));
    assert.ok(data.choices[0].logprobs.length > 3);

    const refusal = await once(viewed(whole(client, request('refuse this'))), streamed(client, request('refuse this')));
    assert.match(refusal.choices[0].refusal, /sorry/);
    assert.equal(refusal.choices[0].content, null);
  });

  test(`${name}: who asks does not matter, what is asked does`, async () => {
    const body = request('user field');
    await once(whole(client, { ...body, user: 'alice' }), whole(client, { ...body, user: 'bob' }), whole(client, body));
    const { response } = await whole(client, { ...body, temperature: 0.2 })();
    assertCache(response, 'MISS');
  });

  test(`${name}: a filtered answer and an explicit store are not kept`, async () => {
    await neverKept(whole(client, request('store me', { store: true })));
    await forgetUpstreamCalls();
    for (let i = 0; i < 2; i += 1) {
      const { data } = await whole(client, request('filter me'))();
      assert.equal(data.choices[0].finish_reason, 'content_filter');
    }
    await assertUpstreamCalls(2, 2);
  });

  test(`${name}: the caller's Cache-Control is obeyed`, async () => {
    const body = request('cache control');
    await twice(whole(client, body));
    await forgetUpstreamCalls();
    await whole(client, body, { headers: { 'Cache-Control': 'no-cache' } })();
    await assertUpstreamCalls(1, 1);
    if (!viaGateway) return;
    const uncached = whole(client, request('never asked before'), { headers: { 'Cache-Control': 'only-if-cached' } });
    await assert.rejects(uncached(), (error) => error.status === 504 && /^refrain_/.test(error.code));
  });
}
