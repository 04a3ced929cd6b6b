// Gemini through Google's own SDKs, and through OpenAI's: each question is bought once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GoogleGenerativeAI } from '@google/generative-ai';
import * as genai3 from '@google/genai';
import * as genai2 from 'genai2';
import { askedOnce, gatewayUrl, newClient, once, sdks, viaGateway } from './support.mjs';

const model = 'gemini-2.5-flash';

const weather = {
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: {
    type: 'OBJECT',
    properties: { city: { type: 'STRING' }, unit: { type: 'STRING', enum: ['c', 'f'] } },
    required: ['city', 'unit'],
  },
};

const versions = [
  { name: '@google/genai 3', GoogleGenAI: genai3.GoogleGenAI },
  { name: '@google/genai 2', GoogleGenAI: genai2.GoogleGenAI },
].map(({ name, GoogleGenAI }) => ({
  name,
  ai: new GoogleGenAI({ apiKey: `key-${name.replaceAll(/\W/g, '-')}`, httpOptions: { baseUrl: gatewayUrl } }),
}));

async function joined(stream) {
  let text = '';
  let last;
  for await (const chunk of stream) {
    text += chunk.text ?? '';
    last = chunk;
  }
  return { text, finishReason: last.candidates[0].finishReason, id: last.responseId, total: last.usageMetadata.totalTokenCount };
}

const view = (response) => ({
  text: response.text,
  finishReason: response.candidates[0].finishReason,
  id: response.responseId,
  total: response.usageMetadata.totalTokenCount,
});

for (const { name, ai } of versions) {
  const ask = (prompt, config) => ({ model, contents: prompt, config });

  test(`${name}: an answer is bought once, whole or streamed`, async () => {
    const request = ask('gemini, whole then streamed', { temperature: 0, systemInstruction: 'be brief' });
    const data = await askedOnce(
      async () => view(await ai.models.generateContent(request)),
      async () => view(await ai.models.generateContent(request)),
      async () => joined(await ai.models.generateContentStream(request)),
    );
    assert.match(data.text, /gemini, whole/);
    assert.equal(data.finishReason, 'STOP');
  });

  test(`${name}: a stream answers a whole request`, async () => {
    const request = ask('gemini, streamed then whole');
    const data = await askedOnce(
      async () => joined(await ai.models.generateContentStream(request)),
      async () => joined(await ai.models.generateContentStream(request)),
      async () => view(await ai.models.generateContent(request)),
    );
    assert.match(data.text, /gemini, streamed/);
  });

  test(`${name}: function calls and structured output survive`, async () => {
    const tools = ask('weather', { tools: [{ functionDeclarations: [weather] }] });
    const calls = await askedOnce(
      async () => (await ai.models.generateContent(tools)).functionCalls,
      async () => (await ai.models.generateContent(tools)).functionCalls,
    );
    assert.equal(calls[0].name, 'get_weather');
    const person = ask('a person', {
      responseMimeType: 'application/json',
      responseSchema: { type: 'OBJECT', properties: { name: { type: 'STRING' } }, required: ['name'] },
    });
    const text = await askedOnce(
      async () => (await ai.models.generateContent(person)).text,
      async () => (await ai.models.generateContent(person)).text,
    );
    assert.equal(typeof JSON.parse(text).name, 'string');
  });

  test(`${name}: embeddings and token counts are bought once`, async () => {
    const embed = { model: 'gemini-embedding-001', contents: ['one', 'two'], config: { outputDimensionality: 16 } };
    const vectors = await askedOnce(
      async () => (await ai.models.embedContent(embed)).embeddings.map((one) => one.values),
      async () => (await ai.models.embedContent(embed)).embeddings.map((one) => one.values),
    );
    assert.deepEqual(vectors.map((one) => one.length), [16, 16]);
    const count = ask('count these tokens');
    const total = await askedOnce(
      async () => (await ai.models.countTokens(count)).totalTokens,
      async () => (await ai.models.countTokens(count)).totalTokens,
    );
    assert.ok(total > 0);
  });

  test(`${name}: speech is bought once`, async () => {
    const request = {
      model: 'gemini-2.5-flash-preview-tts',
      contents: 'Say: hello',
      config: { responseModalities: ['AUDIO'], speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } } },
    };
    const sound = async () => (await ai.models.generateContent(request)).candidates[0].content.parts[0].inlineData;
    const data = await askedOnce(sound, sound);
    assert.match(data.mimeType, /^audio\/L16/);
    assert.ok(Buffer.from(data.data, 'base64').length > 1000);
  });

  test(`${name}: a web search is never kept, and an unknown model is Google's error`, async () => {
    const search = ask('the news', { tools: [{ googleSearch: {} }] });
    await askedOnce.times(2, async () => void (await ai.models.generateContent(search)));
    await assert.rejects(ai.models.generateContent({ ...search, model: 'gemini-missing' }), (error) => error.status === 404);
  });
}

test('@google/generative-ai: answers, streams, embeddings and counts are bought once', async () => {
  const ai = new GoogleGenerativeAI('key-generative-ai');
  const gemini = ai.getGenerativeModel({ model }, { baseUrl: gatewayUrl });
  const whole = async () => {
    const { response } = await gemini.generateContent('generative-ai, whole');
    return response.text();
  };
  const streamed = async () => {
    const { stream, response } = await gemini.generateContentStream('generative-ai, whole');
    for await (const chunk of stream) chunk.text();
    return (await response).text();
  };
  assert.match(await askedOnce(whole, whole, streamed), /generative-ai, whole/);
  const counted = async () => (await gemini.countTokens('count this')).totalTokens;
  await askedOnce(counted, counted);
  const embedder = ai.getGenerativeModel({ model: 'gemini-embedding-001' }, { baseUrl: gatewayUrl });
  const embedded = async () => (await embedder.embedContent('embed this')).embedding.values;
  assert.equal((await askedOnce(embedded, embedded)).length, 768);
});

for (const { name, OpenAI } of sdks) {
  test(`${name}: a gemini model is asked at Google's endpoint for OpenAI's format`, async () => {
    const body = { model, messages: [{ role: 'user', content: `gemini by ${name}` }] };
    const plain = newClient(OpenAI, { apiKey: `gemini-key-${name}` });
    const compatible = newClient(OpenAI, { apiKey: `gemini-key-${name}`, baseURL: `${gatewayUrl}/v1beta/openai` });
    const way = (client) => () => client.chat.completions.create(body).withResponse();
    const data = await once(way(plain), way(plain), way(compatible));
    assert.match(data.choices[0].message.content, /gemini by/);
  });
}

test('the same question in curl’s words and in the SDK’s is one', { skip: !viaGateway }, async () => {
  const url = `${gatewayUrl}/v1beta/models/${model}%3AgenerateContent?key=key-curl`;
  const post = async (target, body) => {
    const response = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return { data: await response.json(), response };
  };
  const contents = [{ role: 'user', parts: [{ text: 'in other words' }] }];
  const first = await post(url, { contents, generationConfig: { maxOutputTokens: 500 } });
  const second = await post(url, { generation_config: { max_output_tokens: '500', stop_sequences: [] }, contents, cachedContent: null });
  assert.equal(first.response.headers.get('x-cache'), 'MISS');
  assert.equal(second.response.headers.get('x-cache'), 'HIT');
  assert.deepEqual(second.data, first.data);
});
