// Pictures of the page, to be looked at: node tests/dashboard/screenshots.mjs FOLDER
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch, open } from './browser.mjs';
import { startFixture } from './fixture.mjs';

const folder = process.argv[2];
if (!folder) throw new Error('name a folder outside the tree');
await mkdir(folder, { recursive: true });
const fixture = await startFixture();
const unused = await startFixture({ isEmpty: true });
const guarded = await startFixture({ token: 'x' });
const browser = await launch();
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };
const shoot = (page, name, fullPage = false) => page.screenshot({ path: join(folder, `${name}.png`), fullPage });

for (const colorScheme of ['light', 'dark']) {
  for (const [size, viewport] of Object.entries(sizes)) {
    const { page, context } = await open(browser, fixture.url, { viewport, colorScheme, expected: [/.*/] });
    await page.locator('#entries tbody tr').first().waitFor();
    await page.locator('.feed-table tbody tr').first().waitFor();
    await page.waitForTimeout(700);
    await shoot(page, `${size}-${colorScheme}`, true);
    await page.getByRole('button', { name: /^tts-1-hd.*speech/ }).first().click();
    await page.getByRole('button', { name: 'Play the audio' }).click();
    await page.locator('audio').waitFor();
    await page.waitForTimeout(300);
    await shoot(page, `${size}-${colorScheme}-audio`);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^gpt-4o-mini.*chat/ }).first().click();
    await page.getByText('What it says').waitFor();
    await shoot(page, `${size}-${colorScheme}-entry`);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Purge…' }).click();
    await page.getByLabel('Model', { exact: true }).last().fill('gpt-*');
    await page.getByRole('button', { name: 'Count' }).click();
    await page.getByText('would be removed').waitFor();
    await shoot(page, `${size}-${colorScheme}-purge`);
    await context.close();
    const first = await open(browser, unused.url, { viewport, colorScheme, expected: [/.*/] });
    await first.page.locator('.welcome').waitFor();
    await first.page.waitForTimeout(500);
    await shoot(first.page, `${size}-${colorScheme}-empty`, true);
    await first.context.close();
    const asked = await open(browser, guarded.url, { viewport, colorScheme, expected: [/.*/] });
    await asked.page.locator('#token').waitFor();
    await shoot(asked.page, `${size}-${colorScheme}-token`);
    await asked.context.close();
  }
}
await browser.close();
await Promise.all([fixture.stop(), unused.stop(), guarded.stop()]);
