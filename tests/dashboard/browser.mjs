// Debian's Chromium, and a page that remembers everything that went wrong on it.
import { chromium } from 'playwright-core';

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM_BIN ?? '/usr/bin/chromium',
  args: ['--autoplay-policy=no-user-gesture-required', '--mute-audio',
    ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
});

// Opens `url` in a context of its own. `faults` collects script errors, console errors, refused loads,
// violations of the security policy and requests to other origins; `expected` are patterns of console
// messages that a test brings about on purpose.
export async function open(browser, url, { expected = [], ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US', timezoneId: 'UTC', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults = [];
  const note = (words) => expected.some((pattern) => pattern.test(words)) || faults.push(words);
  page.on('pageerror', (error) => note(`script: ${error.message}`));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && note(`console: ${message.text()}`));
  page.on('dialog', (dialog) => {
    note(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith('blob:') && new URL(request.url()).origin !== new URL(url).origin) note(`elsewhere: ${request.url()}`);
  });
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  const answer = await page.goto(url);
  if (!answer.ok()) throw new Error(`${url} answered ${answer.status()}`);
  const check = async () => [
    ...faults,
    ...(await page.evaluate(() => window.violations)).map((words) => `policy: ${words}`),
    ...((await page.evaluate(() => window.harmed)) === undefined ? [] : ['a hostile string ran']),
  ];
  return { page, context, check };
}

// How far the page is wider than its window.
export const overhang = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
