// Speech: audio, events, and links to it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertCache, assertHit, assertUpstreamCalls, forgetUpstreamCalls, gatewayUrl, once, sdks, twice, viaGateway } from './support.mjs';

// How each format begins.
const beginnings = {
  mp3: (bytes) => bytes.subarray(0, 3).toString() === 'ID3' || bytes[0] === 0xff,
  opus: (bytes) => bytes.subarray(0, 4).toString() === 'OggS',
  aac: (bytes) => bytes[0] === 0xff && (bytes[1] & 0xf6) === 0xf0,
  flac: (bytes) => bytes.subarray(0, 4).toString() === 'fLaC',
  wav: (bytes) => bytes.subarray(0, 4).toString() === 'RIFF',
  pcm: (bytes) => bytes.length % 2 === 0,
};

for (const { name, client } of sdks) {
  const say = async (body, options) => {
    const response = await client.audio.speech.create(
      { model: 'gpt-4o-mini-tts', voice: 'alloy', ...body },
      options,
    );
    return { data: Buffer.from(await response.arrayBuffer()), response };
  };

  for (const [format, begins] of Object.entries(beginnings)) {
    test(`${name}: ${format} speech is bought once, and comes back byte for byte`, async () => {
      const body = { input: `A greeting in ${format}.`, response_format: format };
      const bytes = await once(
        () => say(body),
        () => say(body),
        () => say({ ...body, input: `  ${body.input}\n`, speed: 1 }),
      );
      assert.ok(begins(bytes), `this is no ${format}`);
      assert.ok(bytes.length > 1000);
    });
  }

  test(`${name}: voice, speed and instructions are other speech`, async () => {
    const input = 'The same words.';
    const { data: plain } = await say({ input });
    for (const other of [{ voice: 'nova' }, { speed: 2 }, { instructions: 'Whisper.' }]) {
      const { data, response } = await say({ input, ...other });
      assertCache(response, 'MISS');
      assert.notDeepEqual(data, plain);
    }
  });

  test(`${name}: speech as events is replayed, and answers as audio`, async () => {
    const body = { input: 'Some events.', response_format: 'wav' };
    const events = (await twice(() => say({ ...body, stream_format: 'sse' }))).toString();
    const parsed = events
      .split('\n\n')
      .filter(Boolean)
      .map((event) => JSON.parse(event.replace(/^data: /, '')));
    const done = parsed.at(-1);
    assert.equal(done.type, 'speech.audio.done');
    assert.ok(done.usage.output_tokens > 0);
    const joined = Buffer.concat(parsed.slice(0, -1).map((event) => Buffer.from(event.audio, 'base64')));
    const { data, response } = await say(body);
    assertHit(response);
    assert.deepEqual(data, joined);
  });

  test(`${name}: asked for a link, the gateway hands out one that seeks`, { skip: !viaGateway }, async () => {
    const body = { input: 'A link, please.', response_format: 'mp3' };
    const link = async () => {
      const { data, response } = await say(body, { headers: { 'X-Refrain-Deliver': 'url' } });
      return { data: JSON.parse(data), response };
    };
    await forgetUpstreamCalls();
    const { data: first, response: missed } = await link();
    const { data: again, response: hit } = await link();
    assertCache(missed, 'MISS');
    assertCache(hit, 'HIT');
    assert.equal(first.cache, 'miss');
    assert.equal(again.cache, 'hit');
    assert.equal(again.url, first.url);
    assert.ok(first.url.startsWith(`${gatewayUrl}/audio/${first.digest}.mp3`));
    assert.equal(first.content_type, 'audio/mpeg');
    assert.ok(first.duration_seconds > 0.5);

    const whole = await fetch(first.url, { headers: { Origin: 'https://other.example' } });
    const bytes = Buffer.from(await whole.arrayBuffer());
    assert.equal(bytes.length, first.bytes);
    assert.equal(whole.headers.get('access-control-allow-origin'), '*');
    assert.equal(whole.headers.get('content-type'), 'audio/mpeg');
    const part = await fetch(first.url, { headers: { Range: 'bytes=100-199' } });
    assert.equal(part.status, 206);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(100, 200));
    const unchanged = await fetch(first.url, { headers: { 'If-None-Match': whole.headers.get('etag') } });
    assert.equal(unchanged.status, 304);

    const { data: inline } = await say(body);
    assert.deepEqual(inline, bytes);
    await assertUpstreamCalls(1, 1);
  });

  test(`${name}: a refused voice is the provider's own error`, async () => {
    await assert.rejects(say({ input: 'x', speed: 9 }), (error) => {
      assert.equal(error.status, 400);
      assert.match(error.message, /speed/);
      return true;
    });
  });
}
