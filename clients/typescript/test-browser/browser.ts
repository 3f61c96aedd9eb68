import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

/** Debian's Chromium, or the one that the environment names. */
export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Git ignores it. */
const SHOTS = fileURLToPath(new URL('../../screenshots', import.meta.url));

/** Why there can be no browser test here; false when there can. A build server must have a browser. */
export const noBrowser = existsSync(CHROMIUM) || process.env['CI'] !== undefined ? false : `no Chromium at ${CHROMIUM}: set CHROMIUM`;

export interface View {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
}

export const LAPTOP: View = { name: 'laptop', width: 1280, height: 800, scheme: 'light' };
export const LAPTOP_DARK: View = { name: 'laptop-dark', width: 1280, height: 800, scheme: 'dark' };
export const PHONE: View = { name: 'phone', width: 390, height: 844, scheme: 'light' };
export const PHONE_DARK: View = { name: 'phone-dark', width: 390, height: 844, scheme: 'dark' };

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A visitor: a page of its own, and everything it complained about. */
export async function visit(browser: Browser, url: string, view: View): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: view.height },
    colorScheme: view.scheme,
    hasTouch: view.width < 600,
    isMobile: view.width < 600,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // A killed node refuses connections, and the browser says so; everything else is a fault of the page.
    const expected = /ERR_CONNECTION_(REFUSED|RESET)|WebSocket connection to|ERR_EMPTY_RESPONSE|Failed to load resource/.test(message.text());
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
  await page.goto(url);
  await page.locator('.pane').first().waitFor();
  return new Visitor(context, page, complaints);
}

export class Visitor {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly #context: BrowserContext;

  constructor(context: BrowserContext, page: Page, complaints: readonly string[]) {
    this.#context = context;
    this.page = page;
    this.complaints = complaints;
  }

  pane(index: number) {
    const pane = this.page.locator('.pane').nth(index);
    return {
      pane,
      input: pane.locator('.composer textarea'),
      node: pane.locator('.where'),
      line: pane.locator('.line-text'),
      position: pane.locator('.position'),
      agent: pane.locator('.message.assistant .body'),
      button: (name: string) => pane.getByRole('button', { name, exact: true }),
      approval: pane.locator('.call[data-state="awaiting_approval"]'),
      offered: pane.locator('.call[data-offered]'),
      /** The call of a tool that was made last. */
      call: (tool: string) => pane.locator('.call', { hasText: tool }).last(),
      cancelled: pane.locator('.stop:disabled'),
      question: pane.locator('.message.user').last(),
    };
  }

  node(name: string) {
    const card = this.page.locator('.node', { has: this.page.locator(`[data-node="${name}"]`) });
    return { card, button: card.getByRole('button') };
  }

  /** The name of the node that runs the turn. */
  async runner(): Promise<string> {
    const mark = this.page.locator('.node[data-runs] .node-mark');
    await mark.waitFor();
    return (await mark.getAttribute('data-node')) ?? '';
  }

  /** Everything the agent said in a pane, without the marks of takeovers. */
  async spoken(index: number): Promise<string> {
    return this.pane(index).pane.evaluate((pane) =>
      [...pane.querySelectorAll('.message.assistant .body')]
        .map((body) => {
          const copy = body.cloneNode(true) as HTMLElement;
          copy.querySelectorAll('.seam').forEach((seam) => seam.remove());
          return copy.textContent ?? '';
        })
        .join('\n'),
    );
  }

  async meter(): Promise<{ lost: string; duplicated: string; pause: string }> {
    const read = (id: string) => this.page.locator(`#${id}`).innerText();
    return { lost: await read('lost'), duplicated: await read('duplicated'), pause: await read('pause') };
  }

  async shot(name: string): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    await this.page.screenshot({ path: `${SHOTS}/${name}.png` });
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a blind or motor-impaired visitor would stumble over, in sentences. What fades in has too little contrast until it is there, so that is waited for. */
export async function obstacles(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    const passing = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    return Promise.allSettled(passing.map((animation) => animation.finished)).then(() => undefined);
  });
  const found = (await page.evaluate(`${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] })`)) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('; ')}`);
}

/** Waits until a condition holds, looking every 40 ms; fails with its last words after `limitMs`. */
export async function eventually(what: string, condition: () => Promise<boolean>, limitMs = 30_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}
