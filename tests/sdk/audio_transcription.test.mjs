// Transcriptions and translations: one recording is bought once, whatever it is called, however it is
// wrapped and in whichever form its text is wanted.
import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { assertHit, assertUpstreamCalls, forgetUpstreamCalls, neverKept, once, sdks, twice, uploading, viaGateway } from './support.mjs';

const path = (name) => fileURLToPath(new URL(`../../samples/audio/${name}`, import.meta.url));

for (const { name, client, OpenAI } of sdks) {
  const file = (recording, as = recording) => OpenAI.toFile(readFileSync(path(recording)), as);
  const transcribe = async (upload, more = {}) =>
    client.audio.transcriptions.create({ model: 'whisper-1', file: await upload, ...more }).withResponse();

  test(`${name}: a recording is transcribed once, under any name, with any tags, as FLAC or as a stream`, uploading, async () => {
    const data = await once(
      () => transcribe(file('greeting.wav')),
      () => transcribe(file('greeting.wav', 'another name.wav')),
      () => transcribe(file('greeting-tagged.wav')),
      () => transcribe(file('greeting.flac')),
      () => transcribe(createReadStream(path('greeting.wav')), { response_format: 'json', temperature: 0 }),
    );
    assert.ok(data.text.length > 10);
    assert.equal(data.usage.type, 'duration');
  });

  test(`${name}: one sample changed is another recording`, uploading, async () => {
    const first = await twice(() => transcribe(file('greeting.flac'), { prompt: 'samples' }));
    const other = await twice(() => transcribe(file('greeting-one-sample-off.flac'), { prompt: 'samples' }));
    assert.notEqual(first.text, other.text);
  });

  test(`${name}: a verbose answer is bought once, and json, text, srt and vtt come with it`, uploading, async () => {
    const ask = (response_format) => transcribe(file('greeting.wav'), { response_format, prompt: 'formats' });
    await forgetUpstreamCalls();
    const { data: verbose } = await ask('verbose_json');
    for (const [format, check] of Object.entries({
      json: (data) => assert.equal(data.text, verbose.text),
      text: (data) => assert.equal(data, `${verbose.text}\n`),
      srt: (data) => assert.match(data, /^1\n00:00:00,000 --> 00:00:\d\d,\d{3}\n/),
      vtt: (data) => assert.match(data, /^WEBVTT\n\n00:00:00\.000 --> 00:00:\d\d\.\d{3}\n/),
    })) {
      const { data, response } = await ask(format);
      check(data);
      assertHit(response);
      if (viaGateway) assert.match(response.headers.get('cache-status'), /detail=derived/);
    }
    await assertUpstreamCalls(1, 5);
  });

  test(`${name}: every format is bought once`, uploading, async () => {
    for (const response_format of ['text', 'srt', 'vtt', 'diarized_json']) {
      await twice(() => transcribe(file('greeting.mp3'), { response_format }));
    }
    const words = { response_format: 'verbose_json', timestamp_granularities: ['word', 'segment'] };
    const data = await twice(() => transcribe(file('greeting.mp3'), words));
    assert.ok(data.words.length > 1 && data.segments.length > 0);
  });

  test(`${name}: a streamed transcript and a whole one are one answer`, uploading, async () => {
    const model = 'gpt-4o-transcribe';
    const streamed = async () => {
      const { data: stream, response } = await transcribe(file('greeting.ogg'), { model, stream: true });
      let text = '';
      let done;
      for await (const event of stream) {
        if (event.type === 'transcript.text.delta') text += event.delta;
        if (event.type === 'transcript.text.done') done = event;
      }
      assert.equal(text, done.text);
      return { data: { text: done.text, usage: done.usage }, response };
    };
    const data = await once(streamed, streamed, () => transcribe(file('greeting.ogg'), { model }));
    assert.equal(data.usage.type, 'tokens');
  });

  test(`${name}: a translation is bought once`, uploading, async () => {
    const ask = async (recording) =>
      client.audio.translations.create({ model: 'whisper-1', file: await file(recording) }).withResponse();
    await once(() => ask('greeting.wav'), () => ask('greeting.wav'), () => ask('greeting.flac'));
  });

  test(`${name}: a text in place of a recording is refused by the provider every time`, uploading, async () => {
    await neverKept(async () => {
      const { error, response } = await transcribe(OpenAI.toFile(Buffer.from('no sound at all'), 'a.wav')).then(
        () => assert.fail('a text was transcribed'),
        (thrown) => ({ error: thrown, response: { headers: thrown.headers } }),
      );
      assert.equal(error.status, 400);
      assert.match(error.message, /Invalid file format/);
      return { data: error.message, response };
    });
  });
}
