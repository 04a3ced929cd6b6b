// What the fixture's control plane tells: made-up but steady numbers, and strings that would do harm on
// a page that took them for markup.
import { createHash } from 'node:crypto';

export const hostile = {
  model: '<img src=x onerror="window.harmed=1">',
  tag: '"><svg onload=window.harmed=1>',
  voice: "';window.harmed=1;//",
  prompt: '</script><script>window.harmed=1</script><img src=x onerror=window.harmed=1>',
};

const models = ['gpt-4o-mini', 'gpt-4.1', 'gemini-2.5-flash', 'tts-1-hd', 'whisper-1', 'text-embedding-3-small', hostile.model];
const operations = ['chat', 'responses', 'generate', 'speech', 'transcription', 'embeddings', 'chat'];
const voices = ['alloy', 'nova', 'en-US-Chirp3-HD-Aoede', hostile.voice];
const tags = ['checkout', 'help-center', 'nightly-eval', hostile.tag];

const usd = (number) => number.toFixed(12);

// A row of the report: so many requests, worth so many dollars, of which a share were hits.
function sum(requests, dollars, hitRate = 0.72) {
  const hits = Math.round(requests * hitRate);
  const coalesced = Math.round(requests * 0.06);
  return {
    requests, hits, coalesced, misses: requests - hits - coalesced, stale: 0, bypassed: 0, errors: 0, hit_rate: requests > 0 ? hitRate + 0.06 : 0,
    spent_usd: usd(dollars * (1 - hitRate - 0.06)), saved_usd: usd(dollars * hitRate), coalesced_usd: usd(dollars * 0.06),
    discounted_usd: usd(dollars * 0.03), unpriced: 0,
    saved: { input_tokens: hits * 812, output_tokens: hits * 240, characters: hits * 31, audio_seconds: hits * 1.7, latency_seconds: hits * 1.31 },
  };
}

// Each name's share halves, roughly; together they are the whole.
function rows(names, requests, dollars) {
  const weights = names.map((_, i) => 0.62 ** i);
  const whole = weights.reduce((a, b) => a + b, 0);
  return names.map((name, i) =>
    ({ name, ...sum(Math.round((requests * weights[i]) / whole), (dollars * weights[i]) / whole, 0.78 - i * 0.05) }));
}

const tiers = {
  memory: { entries: 18_402, bytes: 291_503_104, capacity_bytes: 536_870_912, evictions: 112, errors: 0 },
  disk: { entries: 96_120, bytes: 2_904_555_520, capacity_bytes: 10_737_418_240, evictions: 0, errors: 0, configured: true, in_service: true, writes_dropped: 0, queued_bytes: 0 },
  redis: { configured: true, connected: true },
};

const empty = { ...sum(0, 0, 0), saved: {} };

export function report({ isEmpty = false, filtered = false } = {}) {
  const since = new Date(Date.now() - 86_400_000).toISOString();
  const rest = { since, currency: 'USD', cache: tiers, ledger: { in_service: true, trouble: '' } };
  if (isEmpty) return { ...rest, totals: empty, by_operation: [], by_model: [], by_provider: [], by_tenant: [], by_tag: [], by_voice: [], latency_ms: {}, unpriced: [] };
  const scale = filtered ? 0.1 : 1;
  return {
    ...rest,
    totals: { ...sum(48_210 * scale, 1_604.5 * scale), would_hits: 0, would_save_usd: '0' },
    by_operation: rows([...new Set(operations)], 48_210 * scale, 1604.5 * scale),
    by_model: rows(models, 48_210 * scale, 1604.5 * scale), by_provider: rows(['openai', 'google'], 48_210 * scale, 1604.5 * scale),
    by_tenant: rows(['acme', 'globex'], 20_000, 500), by_tag: rows(tags, 20_000 * scale, 500 * scale),
    by_voice: [...rows(voices, 9_000 * scale, 310 * scale), { name: 'my-own-voice', ...sum(12, 0), unpriced: 12 }],
    latency_ms: { hit: { p50: 0.41, p90: 0.9, p99: 2.2 }, miss: { p50: 842, p90: 2210, p99: 6400 } },
    unpriced: [{ model: 'my-fine-tune', requests: 12 }],
  };
}

export function series(window, step, isEmpty) {
  const hours = { d: 24, h: 1 };
  const size = (text) => Number.parseInt(text, 10) * hours[text.at(-1)] * 3_600_000;
  const points = [];
  const first = Math.floor((Date.now() - size(window)) / size(step)) * size(step);
  for (let from = first, i = 0; from <= Date.now(); from += size(step), i += 1) {
    const swing = isEmpty ? 0 : 1 + 0.75 * Math.sin(i / 3.2) + 0.3 * Math.sin(i * 1.9);
    points.push({ from: new Date(from).toISOString(), ...sum(Math.round(1900 * swing), 62 * swing, 0.6 + 0.15 * Math.sin(i / 5)) });
  }
  return { step_seconds: size(step) / 1000, currency: 'USD', points };
}

const key = (i) => createHash('sha256').update(`entry ${i}`).digest('hex');

export function entries() {
  return Array.from({ length: 120 }, (_, i) => {
    const kind = i % models.length;
    const speech = operations[kind] === 'speech';
    return {
      key: key(i), operation: operations[kind], provider: kind === 2 ? 'google' : 'openai', model: models[kind],
      voice: speech ? voices[i % voices.length] : '', tenant: i % 3 ? 'acme' : '', tags: i % 2 ? [tags[i % tags.length]] : [],
      created: new Date(Date.now() - (i + 1) * 1_700_000).toISOString(), expires: i % 5 ? new Date(Date.now() + 6 * 86_400_000).toISOString() : null,
      content_type: speech ? 'audio/wav' : 'application/json', bytes: speech ? 16_044 : 1200 + i * 37, latency_ms: 640 + i * 11,
      usage: { input_tokens: 412, output_tokens: 96 }, cost_usd: i % 11 === 10 ? null : usd(0.00012 * (i + 1)), audio: speech,
    };
  });
}

export function details(entry) {
  const answer = { id: 'chatcmpl-1', object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: `Paris is the capital of France. ${hostile.prompt}` }, finish_reason: 'stop' }] };
  return {
    ...entry, status: 200, form: entry.audio ? 'whole' : 'stream', body_digest: entry.key, names: [],
    text: entry.audio ? null : JSON.stringify(answer),
    request: JSON.stringify({ messages: [{ content: `What is the capital of France? ${hostile.prompt}`, role: 'user' }], model: entry.model }),
  };
}

const outcomes = ['HIT', 'HIT', 'MISS', 'HIT', 'COALESCED', 'HIT', 'BYPASS', 'HIT'];

export function request(id) {
  const outcome = outcomes[id % outcomes.length];
  const failed = id % 17 === 16;
  return {
    id, time: new Date().toISOString(), operation: operations[id % operations.length], model: models[id % models.length],
    outcome: failed ? 'MISS' : outcome, status: failed ? 502 : 200, latency_ms: outcome === 'HIT' ? 0.4 + (id % 5) / 10 : 700 + id * 13 % 900,
    saved_usd: !failed && (outcome === 'HIT' || outcome === 'COALESCED') ? '0.000312' : '0', cost_usd: !failed && outcome === 'MISS' ? '0.00041' : '0',
  };
}

// Half a second of a 440 Hz tone: 16 bits, mono, 16 kHz.
export function tone() {
  const samples = 8000;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(16_000, 24);
  wav.writeUInt32LE(32_000, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i += 1) wav.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * 440 * i) / 16_000)), 44 + i * 2);
  return wav;
}
