// The entries: search, pages, details, sound, removal, purge; and the admin token.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open } from './browser.mjs';
import { startFixture } from './fixture.mjs';
import { hostile } from './fixture_data.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(async () => browser?.close());

const rows = (page) => page.locator('#entries tbody tr');
const note = (page, words) => page.locator('#entries-note').getByText(words).waitFor();

async function withPage(options, story) {
  const fixture = await startFixture(options);
  const opened = await open(browser, fixture.url, options);
  try {
    await story({ ...opened, fixture });
    assert.deepEqual(await opened.check(), []);
  } finally {
    await opened.context.close();
    await fixture.stop();
  }
}

test('A search finds by a part of the model, by voice and by key', () => withPage({}, async ({ page }) => {
  await note(page, '25 on this page');
  await page.getByLabel('Search the entries').fill('whisper');
  await page.keyboard.press('Enter');
  await note(page, '17 entries');
  assert.ok((await rows(page).allInnerTexts()).every((text) => text.includes('whisper-1')));

  await page.getByLabel('Search in').selectOption('voice');
  await page.getByLabel('Search the entries').fill('en-US-*');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await note(page, /^[45] entries/);

  await page.getByLabel('Search the entries').fill('no such voice');
  await page.keyboard.press('Enter');
  await page.getByText('No entry matches.').waitFor();

  await page.getByLabel('Search in').selectOption('model');
  await page.getByLabel('Search the entries').fill('');
  await page.getByLabel('Operation', { exact: true }).first().selectOption('speech');
  await note(page, '17 entries');
}));

test('Pages lead forth and back', () => withPage({}, async ({ page }) => {
  await note(page, '25 on this page');
  const first = await rows(page).first().innerText();
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.getByText('Page 2').waitFor();
  assert.notEqual(await rows(page).first().innerText(), first);
  await page.getByRole('button', { name: 'Previous page' }).click();
  await page.getByText('Page 1').waitFor();
  assert.equal(await rows(page).first().innerText(), first);
  assert.ok(await page.getByRole('button', { name: 'Previous page' }).isDisabled());
}));

test('Details show what was asked and what came, hostile prompts as text', () => withPage({}, async ({ page }) => {
  await page.getByRole('button', { name: /^gpt-4o-mini.*details/ }).first().click();
  const dialog = page.getByRole('dialog', { name: 'gpt-4o-mini' });
  await dialog.getByText('What it says').waitFor();

  assert.equal(await dialog.locator('.says').innerText(), `Paris is the capital of France. ${hostile.prompt}`);
  assert.ok((await dialog.getByLabel('The canonical request').innerText()).includes(`What is the capital of France? ${hostile.prompt}`));
  assert.match(await dialog.innerText(), /\$0\.00012[^]*412 input tokens/);
  assert.equal(await dialog.locator('img, script').count(), 0);
}));

test('The stored audio plays', () => withPage({}, async ({ page, fixture }) => {
  await page.getByRole('button', { name: /^tts-1-hd.*details/ }).first().click();
  assert.ok(!fixture.calls.some((call) => call.endsWith('/body')), 'not fetched before somebody wants it');
  await page.getByRole('button', { name: 'Play the audio' }).click();
  await page.waitForFunction(() => document.querySelector('audio')?.readyState >= 3 && document.querySelector('audio').currentTime > 0);
  const sound = await page.locator('audio').evaluate((audio) => ({ source: audio.src, seconds: audio.duration, error: audio.error, controls: audio.controls }));
  assert.match(sound.source, /^blob:/);
  assert.equal(sound.seconds, 0.5);
  assert.equal(sound.error, null);
  assert.ok(sound.controls);
}));

test('An entry is removed after a second thought', () => withPage({}, async ({ page, fixture }) => {
  await page.getByLabel('Search the entries').fill('whisper');
  await page.keyboard.press('Enter');
  await note(page, '17 entries');
  await page.getByRole('button', { name: /^whisper-1.*details/ }).first().click();
  await page.getByRole('button', { name: 'Remove…' }).click();
  assert.ok(!fixture.calls.some((call) => call.startsWith('DELETE')), 'one click removes nothing');
  await page.getByRole('button', { name: 'Yes, remove this entry' }).click();
  await note(page, '16 entries');
  assert.equal(fixture.calls.filter((call) => call.startsWith('DELETE')).length, 1);
}));

test('A purge counts first, and counts again when it changes', () => withPage({ expected: [/status of 400/] }, async ({ page }) => {
  await note(page, '25 on this page');
  await page.getByRole('button', { name: 'Purge…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Purge entries' });
  const remove = dialog.getByRole('button', { name: /^Remove/ });
  assert.ok(await remove.isDisabled());
  await dialog.getByRole('button', { name: 'Count' }).click();
  await dialog.getByText('nothing is selected').waitFor();
  assert.ok(await remove.isDisabled());

  await dialog.getByLabel('Model').fill('gpt-*');
  await dialog.getByRole('button', { name: 'Count' }).click();
  await dialog.getByText('35 entries would be removed.').waitFor();
  await dialog.getByLabel('Model').fill('gpt-4.1*');
  assert.ok(await remove.isDisabled(), 'the count was of something else');
  await dialog.getByRole('button', { name: 'Count' }).click();
  await dialog.getByText('17 entries would be removed.').waitFor();
  await remove.click();
  await dialog.getByText('Removed 17 entries.').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();

  await page.getByLabel('Search the entries').fill('gpt-4.1');
  await page.keyboard.press('Enter');
  await page.getByText('No entry matches.').waitFor();
}));

test('The token is asked for once, stays in the tab and is in no address', () =>
  withPage({ token: 'swordfish', expected: [/status of 401/] }, async ({ page, context, fixture }) => {
    const dialog = page.getByRole('dialog', { name: 'Admin token' });
    await dialog.waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'token');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await dialog.waitFor();
    await dialog.getByLabel('Token').fill('sardine');
    await page.keyboard.press('Enter');
    await dialog.getByText('did not accept').waitFor();
    await dialog.getByLabel('Token').fill('swordfish');
    await page.keyboard.press('Enter');
    await page.locator('.figure.saved .big').getByText('$1,251.51').waitFor();
    await note(page, '25 on this page');
    assert.ok(!await dialog.isVisible());

    await page.reload();
    await page.locator('.figure.saved .big').getByText('$1,251.51').waitFor();
    assert.ok(!await dialog.isVisible(), 'a reload does not ask again');
    assert.ok(fixture.calls.every((call) => !/swordfish|sardine/.test(call)));
    assert.ok(!page.url().includes('swordfish'));
    assert.ok(await page.evaluate(() => !Object.values(localStorage).includes('swordfish') && document.cookie === ''));
    const another = await context.newPage();
    await another.goto(fixture.url);
    await another.getByRole('dialog', { name: 'Admin token' }).waitFor();
  }));
