// Google Cloud's clients for speech, switched from gRPC to REST: each question is bought once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import tts6 from '@google-cloud/text-to-speech';
import tts7 from 'tts7';
import speech7 from '@google-cloud/speech';
import speech8 from 'speech8';
import { askedOnce, gatewayUrl, viaGateway } from './support.mjs';

const { hostname, port } = new URL(gatewayUrl);
const overRest = (apiKey) => ({ fallback: true, protocol: 'http', apiEndpoint: hostname, port: Number(port), apiKey });

const said = (text) => ({
  input: { text },
  voice: { languageCode: 'en-US', name: 'en-US-Neural2-A', ssmlGender: 'MALE' },
  audioConfig: { audioEncoding: 'LINEAR16' },
});

for (const { name, tts } of [
  { name: 'text-to-speech 6', tts: tts6 },
  { name: 'text-to-speech 7', tts: tts7 },
]) {
  test(`@google-cloud/${name}: speech is bought once`, async () => {
    const client = new tts.TextToSpeechClient(overRest(`key-${name}`));
    const speak = async () => {
      const [response] = await client.synthesizeSpeech(said('Hello from the cloud'));
      return Buffer.from(response.audioContent).toString('base64');
    };
    const sound = Buffer.from(await askedOnce(speak, speak), 'base64');
    assert.equal(sound.subarray(0, 4).toString(), 'RIFF');

    const voices = async () => (await client.listVoices({}))[0].voices.map((voice) => voice.name);
    assert.ok((await askedOnce(voices, voices)).length > 0);
    await client.close();
  });
}

for (const { name, speech } of [
  { name: 'speech 7', speech: speech7 },
  { name: 'speech 8', speech: speech8 },
]) {
  test(`@google-cloud/${name}: a recognition is bought once`, async () => {
    const client = new speech.SpeechClient(overRest(`key-${name}`));
    const content = Buffer.alloc(32_000, 7).toString('base64');
    const hear = async () => {
      const [response] = await client.recognize({
        config: { encoding: 'LINEAR16', sampleRateHertz: 16_000, languageCode: 'en-US' },
        audio: { content },
      });
      return response.results[0].alternatives[0].transcript;
    };
    assert.ok((await askedOnce(hear, hear)).length > 0);

    const stored = { config: { languageCode: 'en-US' }, audio: { uri: 'gs://bucket/sound.flac' } };
    await askedOnce.times(2, async () => assert.rejects(client.recognize(stored)));
    await client.close();
  });
}

test('a curl body with names finds what a client with numbers has bought', { skip: !viaGateway }, async () => {
  const client = new tts7.TextToSpeechClient(overRest('key-both'));
  await client.synthesizeSpeech(said('one key for both'));
  const response = await fetch(`${gatewayUrl}/v1/text:synthesize`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-goog-api-key': 'key-both' },
    body: JSON.stringify(said('one key for both'), null, 2),
  });
  assert.equal(response.headers.get('x-cache'), 'HIT');
  await client.close();
});
