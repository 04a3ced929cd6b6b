// The Responses API: whole, streamed, with reasoning, tools, echoes and stored state.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertCache, assertUpstreamCalls, forgetUpstreamCalls, neverKept, once, sdks, twice, viaGateway } from './support.mjs';

const whole = (client, body) => () => client.responses.create(body).withResponse();

const streamed = (client, body) => async () => {
  const { data: stream, response } = await client.responses.create({ ...body, stream: true }).withResponse();
  const events = [];
  for await (const event of stream) events.push(event);
  events.forEach((event, index) => assert.equal(event.sequence_number, index));
  assert.equal(events[0].type, 'response.created');
  assert.equal(events[0].response.status, 'in_progress');
  const { response: data, type } = events.at(-1);
  assert.match(type, /^response\.(completed|incomplete)$/);
  const spoken = events.filter((event) => event.type === 'response.output_text.delta').map((event) => event.delta);
  assert.equal(spoken.join(''), textOf(data));
  return { data, events, response };
};

// `output_text` is the SDK's own addition to whole responses.
const viewed = (way) => async () => {
  const { data, response } = await way();
  const { output_text, ...rest } = data;
  return { data: rest, response };
};

function textOf(response) {
  return response.output
    .flatMap((item) => item.content ?? [])
    .map((part) => part.text ?? '')
    .join('');
}

const tool = {
  type: 'function',
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  strict: true,
};

for (const { name, client } of sdks) {
  test(`${name}: a response is bought once`, async () => {
    const data = await twice(whole(client, { model: 'gpt-4o', input: 'responses, whole' }));
    assert.match(data.output_text, /responses, whole/);
    assert.equal(data.status, 'completed');
  });

  test(`${name}: a response stream is bought once`, async () => {
    await twice(streamed(client, { model: 'gpt-4o', input: 'responses, streamed' }));
  });

  test(`${name}: streams and whole responses answer for each other`, async () => {
    const one = { model: 'gpt-4o', input: 'stream, then whole', instructions: 'Be brief.' };
    await once(streamed(client, one), viewed(whole(client, one)), streamed(client, one));
    const other = { model: 'gpt-4o', input: 'whole, then stream' };
    await once(viewed(whole(client, other)), streamed(client, other), viewed(whole(client, other)));
  });

  test(`${name}: reasoning items keep their ids and contents`, async () => {
    const body = {
      model: 'o3',
      input: 'think first',
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      store: false,
    };
    const data = await once(viewed(whole(client, body)), streamed(client, body));
    assert.equal(data.output[0].type, 'reasoning');
    assert.equal(typeof data.output[0].encrypted_content, 'string');
    assert.equal(data.output[0].summary[0].type, 'summary_text');
    assert.ok(data.usage.output_tokens_details.reasoning_tokens > 0);
  });

  test(`${name}: function calls can be answered, and the answer is kept as well`, async () => {
    const body = { model: 'gpt-4o', input: 'the weather?', tools: [tool], store: false };
    const data = await once(viewed(whole(client, body)), streamed(client, body));
    const [call] = data.output;
    assert.equal(call.type, 'function_call');
    assert.ok('city' in JSON.parse(call.arguments));

    const answer = await twice(
      whole(client, {
        ...body,
        input: [{ role: 'user', content: 'the weather?' }, call, { type: 'function_call_output', call_id: call.call_id, output: 'sunny' }],
      }),
    );
    assert.equal(answer.output[0].type, 'message');
  });

  test(`${name}: structured output and refusals survive`, async () => {
    const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'], additionalProperties: false };
    const body = {
      model: 'gpt-4o',
      input: 'structured',
      text: { format: { type: 'json_schema', name: 'answer', schema, strict: true } },
    };
    const data = await twice(() => client.responses.parse(body).withResponse());
    assert.equal(typeof data.output_parsed.ok, 'boolean');

    const refused = { model: 'gpt-4o', input: 'refuse this' };
    const refusal = await once(viewed(whole(client, refused)), streamed(client, refused));
    assert.equal(refusal.output[0].content[0].type, 'refusal');
  });

  test(`${name}: each caller gets the echo of their own request`, async () => {
    const body = { model: 'gpt-4o', input: 'echoes', store: false };
    await forgetUpstreamCalls();
    const mine = await client.responses.create({ ...body, metadata: { who: 'me' }, user: 'me' });
    const { data: yours, response } = await client.responses
      .create({ ...body, metadata: { who: 'you' }, user: 'you' })
      .withResponse();
    assert.deepEqual(mine.metadata, { who: 'me' });
    assert.deepEqual(yours.metadata, { who: 'you' });
    assert.equal(yours.user, 'you');
    assert.equal(textOf(yours), textOf(mine));
    assertCache(response, 'HIT');
    await assertUpstreamCalls(1, 2);
  });

  test(`${name}: a conversation by previous_response_id hits turn after turn`, async () => {
    const first = { model: 'gpt-4o', input: 'turn one' };
    const { id } = await twice(whole(client, first));
    const second = { model: 'gpt-4o', input: 'turn two', previous_response_id: id };
    const data = await twice(whole(client, second));
    assert.equal(data.previous_response_id, id);
  });

  test(`${name}: a deleted response is not served again`, async () => {
    const body = { model: 'gpt-4o', input: 'delete me' };
    const { id } = await twice(whole(client, body));
    const read = await client.responses.retrieve(id);
    assert.equal(read.id, id);
    await client.responses.delete(id);
    await forgetUpstreamCalls();
    const { data, response } = await whole(client, body)();
    assertCache(response, 'MISS');
    assert.notEqual(data.id, id);
    await assertUpstreamCalls(1, 1);
  });

  test(`${name}: explicit store and background are passed on each time`, async () => {
    const [first, second] = await neverKept(whole(client, { model: 'gpt-4o', input: 'store me', store: true }));
    assert.notEqual(first.id, second.id);
    const [queued] = await neverKept(whole(client, { model: 'gpt-4o', input: 'later', background: true }));
    assert.equal(queued.status, 'queued');
    assert.equal((await client.responses.retrieve(queued.id)).status, 'completed');
  });

  test(`${name}: the SDK's stream helper rebuilds the response`, async () => {
    const body = { model: 'gpt-4o', input: 'response stream helper' };
    const first = await client.responses.stream(body).finalResponse();
    const second = await client.responses.stream(body).finalResponse();
    assert.match(first.output_text, /response stream helper/);
    if (viaGateway) assert.deepEqual(second, first);
  });
}
