// The report on the page: numbers, filters, colours, sizes, the keyboard, what is said when there is
// nothing to show.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launch, open, overhang } from './browser.mjs';
import { startFixture } from './fixture.mjs';
import { hostile } from './fixture_data.mjs';

let browser;
let fixture;
before(async () => {
  browser = await launch();
  fixture = await startFixture();
});
after(async () => {
  await browser?.close();
  await fixture?.stop();
});

afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

const filled = async (page) => {
  await page.locator('#entries tbody tr').first().waitFor();
  await page.locator('.feed-table tbody tr').first().waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
};
const textOf = (page, selector) => page.locator(selector).first().innerText();

test('The numbers of the report are on the page, and nothing goes wrong', async () => {
  const { page, check } = await open(browser, fixture.url);
  await filled(page);

  assert.equal(await textOf(page, '.figure.saved .big'), '$1,251.51');
  assert.match(await textOf(page, '.figure.saved'), /Hits \$1,155\.24[^]*Shared calls \$96\.27[^]*Spent \$352\.99/);
  const figures = await textOf(page, '#figures');
  assert.match(figures, /Hit rate\s+78%/);
  assert.match(figures, /2,054× faster/);
  assert.match(await textOf(page, '#breakdown'), /my-own-voice\s+unpriced/);
  assert.match(await textOf(page, '#spared'), /37,604 of 48,210/);
  assert.match(await textOf(page, '#notices'), /my-fine-tune \(12\)/);
  assert.match(await textOf(page, '#tiers'), /278\sMiB of 512\sMiB[^]*Redis\s+connected/);
  assert.match(await textOf(page, '#plot-summary'), /Saved by hits: \$/);
  assert.equal(await page.locator('#plot-table tbody tr').count(), 25);
  const painted = await page.locator('#plot').evaluate((canvas) =>
    canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0));
  assert.ok(painted, 'the plot is empty');

  assert.deepEqual(await check(), []);
});

test('Hostile names are shown as the text they are', async () => {
  const { page, check } = await open(browser, fixture.url);
  await filled(page);

  for (const words of [hostile.tag, hostile.voice]) {
    assert.ok(await page.locator('#breakdown').getByText(words).first().isVisible(), words);
  }
  assert.ok(await page.locator('#feed').getByText(hostile.model).first().isVisible());
  assert.ok(await page.locator('#entries').getByText(hostile.model).first().isVisible());
  await page.locator('#tag').selectOption(hostile.tag);
  await page.locator('#entries').getByText(hostile.model).first().waitFor();
  assert.equal(await page.locator('main img').count(), 0);

  assert.deepEqual(await check(), []);
});

test('Money is written as the reader writes it', async () => {
  const { page } = await open(browser, fixture.url, { locale: 'de-DE' });
  await filled(page);

  assert.equal(await textOf(page, '.figure.saved .big'), '1.251,51\u00a0$');
});

test('Window, tenant, tag and a click on a model narrow the report down', async () => {
  const { page, check } = await open(browser, fixture.url);
  await filled(page);
  const asked = (pattern) => fixture.calls.slice(from).some((call) => pattern.test(call));
  let from = fixture.calls.length;

  await page.getByRole('radio', { name: '7 d' }).check();
  await page.getByText('the last 7 days would have cost').waitFor();
  await page.locator('#plot-note').getByText('The last 7 days').waitFor();
  assert.ok(asked(/stats\?since=7d/) && asked(/series\?window=7d&step=6h/));

  from = fixture.calls.length;
  await page.getByLabel('Tenant').first().selectOption('acme');
  await page.locator('.figure.saved .big').getByText('$125.15').waitFor();
  await page.locator('#entries-note').getByText('this page').waitFor();
  assert.ok(asked(/stats\?since=7d&tenant=acme/) && asked(/entries\?limit=25&tenant=acme/));

  from = fixture.calls.length;
  await page.locator('#breakdown').getByRole('button', { name: /^gpt-4\.1/ }).click();
  await page.locator('#chips').getByRole('button', { name: /model: gpt-4\.1/ }).waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('#entries .entry-name')].every((one) => one.textContent.startsWith('gpt-4.1')));
  assert.ok(asked(/stats\?.*model=gpt-4.1/));

  await page.reload();
  await filled(page);
  assert.ok(await page.locator('#chips').getByText('gpt-4.1').isVisible(), 'a reload keeps the filters');
  assert.equal(await page.getByLabel('Tenant').first().inputValue(), 'acme');
  await page.locator('#chips').getByRole('button').click();
  assert.equal(await page.locator('#chips').getByRole('button').count(), 0);

  assert.deepEqual(await check(), []);
});

test('Colours follow the system until the reader chooses', async () => {
  const { page, check } = await open(browser, fixture.url, { colorScheme: 'dark' });
  await filled(page);
  const lightness = () => page.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.body).backgroundColor)[0]));

  assert.ok(await lightness() < 40, 'dark, as the system says');
  await page.getByRole('button', { name: 'Dark colours', pressed: true }).click();
  assert.ok(await lightness() > 200, 'light, as the reader says');
  await page.reload();
  await filled(page);
  assert.ok(await lightness() > 200, 'still light after a reload');
  await page.getByRole('button', { name: 'Dark colours', pressed: false }).click();
  await page.emulateMedia({ colorScheme: 'light' });
  assert.ok(await lightness() < 40, 'the choice outlasts the system\'s');

  assert.deepEqual(await check(), []);
});

for (const width of [320, 390, 768, 1440]) {
  test(`At ${width} pixels nothing sticks out`, async () => {
    const { page, check } = await open(browser, fixture.url, { viewport: { width, height: 844 } });
    await filled(page);
    assert.equal(await overhang(page), 0);

    await page.getByText('The same as a table').click();
    assert.equal(await overhang(page), 0);
    await page.getByRole('button', { name: /^gpt-4o-mini.*details/ }).first().click();
    await page.getByText('What it says').waitFor();
    const drawer = await page.locator('#entry-dialog').evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth);
    assert.equal(drawer, 0);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Purge…' }).click();
    const sheet = await page.locator('#purge-dialog').boundingBox();
    assert.ok(sheet.x >= 0 && sheet.x + sheet.width <= width);

    assert.deepEqual(await check(), []);
    });
}

test('The keyboard goes from top to bottom, and everything it meets has a name', async () => {
  const { page } = await open(browser, fixture.url);
  await filled(page);
  const steps = [];
  for (let i = 0; i < 40; i += 1) {
    await page.keyboard.press('Tab');
    steps.push(await page.evaluate(() => {
      const one = document.activeElement;
      const name = one.getAttribute('aria-label') || (one.getAttribute('aria-labelledby') && document.getElementById(one.getAttribute('aria-labelledby')).textContent) ||
        one.labels?.[0]?.textContent || one.textContent;
      return { name: name.trim(), top: one.getBoundingClientRect().top + window.scrollY, sticky: Boolean(one.closest('.top, .skip')), tag: one.id || one.tagName };
    }));
    if (steps.at(-1).tag === 'purge-open') break;
  }

  const names = steps.map((one) => one.name);
  assert.deepEqual(names.slice(0, 5), ['Skip to the report', '24 h', 'Tenant', 'Tag', 'Dark colours']);
  assert.equal(steps.at(-1).tag, 'purge-open');
  assert.ok(steps.every((one) => one.name), `nameless: ${JSON.stringify(steps.filter((one) => !one.name))}`);
  // Cards stand side by side: a step may go up to the top of the next one, but not to an earlier row.
  const rows = await page.locator('main > section, main > .columns').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top + window.scrollY));
  const rowOf = (top) => rows.filter((start) => start <= top + 1).length;
  const visited = steps.filter((one) => !one.sticky).map((one) => rowOf(one.top));
  assert.deepEqual(visited, [...visited].sort((a, b) => a - b));
});

test('The skip link leads to the report; a dialog takes the focus and gives it back', async () => {
  const { page } = await open(browser, fixture.url);
  await filled(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');

  const opener = page.getByRole('button', { name: /^gpt-4o-mini.*details/ }).first();
  await opener.focus();
  await page.keyboard.press('Enter');
  await page.getByText('What it says').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Close');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.activeElement.textContent.startsWith('gpt-4o-mini'));
});

test('A gateway nobody has used says what to do', async () => {
  const unused = await startFixture({ isEmpty: true });
  const { page, check } = await open(browser, unused.url);
  await page.getByText('Nothing asked in this window yet').waitFor();
  await page.getByText('No entries yet.').waitFor();

  assert.match(await textOf(page, '.welcome pre'), new RegExp(`^curl ${new URL(unused.url).origin}/v1/chat/completions .*gpt-4o-mini`));
  assert.equal(await textOf(page, '.figure.saved .big'), '$0.00');
  assert.match(await textOf(page, '#breakdown'), /X-Refrain-Tags/);
  assert.equal(await overhang(page), 0);

  assert.deepEqual(await check(), []);
  await unused.stop();
});

test('When the gateway goes away the page says so and keeps the last numbers', async () => {
  const passing = await startFixture();
  const { page } = await open(browser, passing.url);
  await filled(page);
  await passing.stop();
  await page.getByRole('radio', { name: '30 d' }).check();

  await page.getByText('Not reachable').waitFor();
  assert.equal(await textOf(page, '.figure.saved .big'), '$1,251.51');
});

test('The live requests come in while somebody looks, and stop at Pause', async () => {
  const { page, check } = await open(browser, fixture.url);
  await filled(page);
  const rows = page.locator('.feed-table tbody tr');
  const first = await rows.count();
  await page.waitForFunction((count) => document.querySelectorAll('.feed-table tbody tr').length > count, first);

  await page.getByRole('button', { name: 'Pause' }).click();
  const asked = () => fixture.calls.filter((call) => call.includes('/requests')).length;
  const before = asked();
  await page.waitForTimeout(2600);
  assert.ok(asked() <= before + 1, 'at most the one under way');

  assert.deepEqual(await check(), []);
});
