// The control plane, as this page asks it. Paths are relative to the page.
import { askForToken, token } from './token.js';

// An answer that is none: its HTTP status (0: nobody answered) and a sentence.
export class Refusal extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

function address(path, question) {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(question)) {
    if (value !== '' && value !== null && value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

async function sentence(response) {
  try {
    const message = (await response.json())?.error?.message;
    if (typeof message === 'string' && message) return message;
  } catch {
    // no JSON: the status has to do
  }
  return `the gateway answered ${response.status}`;
}

async function call(method, path, { question = {}, body } = {}) {
  for (;;) {
    const bearer = token();
    const headers = bearer ? { Authorization: `Bearer ${bearer}` } : {};
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    let response;
    try {
      response = await fetch(address(path, question), {
        method, headers, cache: 'no-store', credentials: 'omit', redirect: 'error',
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch {
      throw new Refusal(0, 'the gateway does not answer');
    }
    if (response.status === 401) {
      // Another call may have asked meanwhile: then try with what it got.
      if (token() === bearer) await askForToken();
      continue;
    }
    if (!response.ok) throw new Refusal(response.status, await sentence(response));
    return response;
  }
}

const json = async (method, path, options) => (await call(method, path, options)).json();
const entryPath = (key) => `entries/${encodeURIComponent(key)}`;

export const stats = (question) => json('GET', 'stats', { question });
export const series = (question) => json('GET', 'stats/series', { question });
export const cacheStatus = () => json('GET', 'cache/status');
export const entries = (question) => json('GET', 'entries', { question });
export const entry = (key) => json('GET', entryPath(key));
export const entryBody = async (key) => (await call('GET', `${entryPath(key)}/body`)).blob();
export const removeEntry = (key) => json('DELETE', entryPath(key));
export const invalidate = (order) => json('POST', 'invalidate', { body: order });
export const requests = (question) => json('GET', 'requests', { question });
