// What a stored answer says, in plain words, where its shape is one we know; null elsewhere.

const text = (value) => (typeof value === 'string' ? value : '');
const list = (value) => (Array.isArray(value) ? value : []);

const readers = [
  // Chat and completions: whole answers, and the deltas of a stream.
  (json) => list(json.choices).map((choice) =>
    text(choice.message?.content) || text(choice.delta?.content) || text(choice.text)).join('\n'),
  // Responses.
  (json) => list(json.output).flatMap((item) => list(item.content)).map((part) => text(part.text)).join('\n'),
  // The text events of a stream, Responses' and transcriptions'; their last one repeats the whole.
  (json) => (text(json.type).endsWith('text.delta') ? text(json.delta) : ''),
  // Gemini.
  (json) => list(json.candidates).flatMap((one) => list(one.content?.parts)).map((part) => text(part.text)).join(''),
  // Transcriptions, OpenAI's and Google's.
  (json) => (json.type === undefined ? text(json.text) : ''),
  (json) => list(json.results).flatMap((one) => list(one.alternatives).slice(0, 1)).map((one) => text(one.transcript)).join('\n'),
];

function parsed(source) {
  try {
    const json = JSON.parse(source);
    return json !== null && typeof json === 'object' ? json : null;
  } catch {
    return null;
  }
}

function read(json) {
  for (const reader of readers) {
    const found = reader(json);
    if (found) return found;
  }
  return '';
}

const events = (body) => body.split(/\r?\n/).filter((line) => line.startsWith('data:'))
  .map((line) => parsed(line.slice(5))).filter((json) => json !== null);

// `body`: the text of a body, perhaps cut off.
export function readable(body) {
  const json = parsed(body);
  if (json) return read(json) || null;
  return events(body).map(read).join('') || null;
}

// JSON with line breaks; anything else as it is.
export function laidOut(body) {
  const json = parsed(body);
  return json ? JSON.stringify(json, null, 2) : body;
}
