// The smaller operations: embeddings, completions, moderations, images, models, files.
import assert from 'node:assert/strict';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertHit, neverKept, once, sdks, twice, uploading } from './support.mjs';

for (const { name, client, OpenAI } of sdks) {
  test(`${name}: embeddings are bought once, in the SDK's base64 as in plain numbers`, async () => {
    const body = { model: 'text-embedding-3-small', input: ['one', 'two'] };
    const packed = await twice(() => client.embeddings.create(body).withResponse());
    const numbers = (await client.embeddings.create({ ...body, encoding_format: 'float' })).data;
    assert.equal(packed.data[0].embedding.length, 1536);
    packed.data.forEach(({ embedding }, index) => {
      assert.deepEqual(Float32Array.from(embedding), Float32Array.from(numbers[index].embedding));
    });
    await twice(() => client.embeddings.create({ ...body, input: 'alone', encoding_format: 'float', dimensions: 8 }).withResponse());
  });

  test(`${name}: legacy completions, whole and streamed`, async () => {
    const body = { model: 'gpt-3.5-turbo-instruct', prompt: 'Once upon a time', max_tokens: 12 };
    const whole = async () => {
      const { data, response } = await client.completions.create(body).withResponse();
      return { data: { id: data.id, text: data.choices[0].text, reason: data.choices[0].finish_reason }, response };
    };
    const streamed = async () => {
      const { data: stream, response } = await client.completions.create({ ...body, stream: true }).withResponse();
      const data = { id: '', text: '', reason: null };
      for await (const chunk of stream) {
        data.id = chunk.id;
        data.text += chunk.choices[0].text;
        data.reason = chunk.choices[0].finish_reason ?? data.reason;
      }
      return { data, response };
    };
    const data = await once(whole, streamed, whole);
    assert.equal(data.reason, 'length');
    assert.ok(data.text.length > 10);
  });

  test(`${name}: moderations`, async () => {
    const data = await twice(() => client.moderations.create({ input: ['be kind', 'kill it'], model: 'omni-moderation-latest' }).withResponse());
    assert.deepEqual(data.results.map((result) => result.flagged), [false, true]);
  });

  test(`${name}: images that come inline are kept, links that expire are not`, async () => {
    const data = await twice(() => client.images.generate({ model: 'gpt-image-1', prompt: 'a red square' }).withResponse());
    assert.equal(Buffer.from(data.data[0].b64_json, 'base64').subarray(1, 4).toString(), 'PNG');
    const [linked] = await neverKept(() => client.images.generate({ model: 'dall-e-3', prompt: 'a link' }).withResponse());
    assert.match(linked.data[0].url, /^http/);
  });

  test(`${name}: the list of models`, async () => {
    const data = await twice(async () => {
      const { data: page, response } = await client.models.list().withResponse();
      return { data: page.data, response };
    });
    assert.ok(data.some((model) => model.id === 'gpt-4o'));
  });

  test(`${name}: uploads pass through, from memory and as a stream`, uploading, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'refrain-sdk-'));
    try {
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
      const path = join(directory, 'data.bin');
      writeFileSync(path, bytes);
      for (const file of [() => OpenAI.toFile(bytes, 'data.bin'), () => createReadStream(path)]) {
        const [first, second] = await neverKept(async () =>
          client.files.create({ file: await file(), purpose: 'user_data' }).withResponse(),
        );
        assert.equal(first.bytes, bytes.length);
        assert.equal(first.filename, 'data.bin');
        assert.notEqual(first.id, second.id);
        const content = await client.files.content(first.id);
        assert.ok(Buffer.from(await content.arrayBuffer()).equals(bytes));
      }
      const listed = [];
      for await (const file of client.files.list()) listed.push(file.id);
      assert.ok(listed.length >= 4);
      assert.equal((await client.files.delete(listed[0])).deleted, true);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test(`${name}: a hit tells its request id apart from the first answer's`, async () => {
    const ask = () => client.embeddings.create({ model: 'text-embedding-3-small', input: 'request ids', dimensions: 2 }).withResponse();
    const first = await ask();
    const second = await ask();
    assertHit(second.response);
    assert.notEqual(second.response.headers.get('x-request-id'), first.response.headers.get('x-request-id'));
  });
}
