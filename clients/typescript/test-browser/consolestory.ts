import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createSession, readSession, sendCommand } from '../src/http.js';
import type { View } from './browser.js';
import { eventually, LAPTOP, LAPTOP_DARK, obstacles, PHONE } from './browser.js';

/** A console in a browser tab, and everything that the browser complained about. */
export class Operator {
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly asked: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('request', (request) => this.asked.push(request.url()));
    page.on('console', (message) => {
      // What a node refuses, or does not answer because it was killed, the browser says as well.
      if (message.type() === 'error' && !/ERR_CONNECTION|WebSocket connection to|ERR_EMPTY_RESPONSE|Failed to load resource/.test(message.text())) this.complaints.push(message.text());
    });
  }

  static async visit(browser: Browser, url: string, view: View): Promise<Operator> {
    const context = await browser.newContext({ viewport: { width: view.width, height: view.height }, colorScheme: view.scheme });
    const operator = new Operator(context, await context.newPage());
    await operator.page.goto(url);
    return operator;
  }

  row(text: string) {
    return this.page.locator('tbody tr', { hasText: text });
  }

  async go(hash: string, heading: string): Promise<void> {
    await this.page.evaluate((to) => void (location.hash = to), hash);
    await this.page.getByRole('heading', { level: 1, name: heading }).waitFor();
  }

  /** What a blind or motor-impaired operator would stumble over. */
  async accessible(moment: string): Promise<void> {
    assert.deepEqual(await obstacles(this.page), [], moment);
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }
}

/** A running demo: a node's address, and the control that kills nodes. */
export interface Demo {
  readonly origin: string;
  control(node: string, what: 'kill' | 'start'): Promise<void>;
}

/** @param page the address that `./mesh demo` prints */
export function demoOf(page: string): Demo {
  const url = new URL(page);
  const fields = new URLSearchParams(url.hash.slice(1));
  return {
    origin: url.origin,
    control: async (node, what) => {
      const response = await fetch(`${fields.get('control')}/nodes/${node}/${what}`, { method: 'POST', headers: { 'x-demo-token': fields.get('token') ?? '' } });
      assert.equal(response.status, 200, await response.text());
    },
  };
}

/** An operator watches a turn go over to another node, finds out why, and drains one. */
export async function consoleStory(browser: Browser, demo: Demo): Promise<void> {
  const id = `console-${Date.now()}`;
  const operator = await Operator.visit(browser, `${demo.origin}/console`, LAPTOP);
  const { page } = operator;
  try {
    await operator.row('n3').getByText('serving').waitFor();
    assert.equal(new URL(page.url()).pathname, '/console/');
    await operator.accessible('the mesh');

    await createSession(demo.origin, { id, model: 'scripted:test' });
    await sendCommand(demo.origin, id, 'c1', { type: 'input', text: 'slow 400' });
    await page.keyboard.press('2');
    await page.getByRole('searchbox', { name: 'Session' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type(id.slice(0, -2));
    await page.waitForURL(/#\/sessions\?prefix=console-/);
    await operator.row(id).getByText('in progress').waitFor();
    await operator.accessible('the list of sessions');
    await operator.row(id).getByRole('link', { name: id }).click();
    await page.getByText('live from').waitFor();
    await page.locator('.row .what', { hasText: 'slow 400' }).waitFor();

    const { turn } = await readSession(demo.origin, id);
    const runner = turn?.runner ?? '';
    assert.match(runner, /^n\d$/);
    await demo.control(runner, 'kill');
    const seam = page.locator('.band-line[data-took]', { hasText: `took over from ${runner}` });
    await seam.waitFor({ timeout: 15_000 });
    await page.locator('.row', { hasText: 'turn t1 is completed' }).waitFor({ timeout: 20_000 });
    assert.equal(await page.locator('.runs li').count(), 2, 'one run before and one after');
    assert.equal(await page.locator('.strip .band').count(), 2);
    await operator.accessible('a session');
    await page.getByRole('link', { name: 'JSON' }).click();
    await page.locator('.row pre', { hasText: '"takeover":true' }).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as JSON Lines' }).click()]);
    const saved = readFileSync(await download.path(), 'utf8').trimEnd().split('\n');
    assert.equal(download.suggestedFilename(), `${id}.jsonl`);
    assert.deepEqual([JSON.parse(saved[0] ?? '').seq, JSON.parse(saved.at(-1) ?? '').status], [1, 'completed']);

    await page.keyboard.press('1');
    await page.locator('.notice', { hasText: `${runner} counts for the majority and is no member` }).waitFor();
    await page.locator('.events li', { hasText: `${runner} is no member any more` }).first().waitFor();
    await demo.control(runner, 'start');
    await operator.row(runner).waitFor({ timeout: 20_000 });

    const other = ['n2', 'n3'].find((name) => name !== runner) ?? 'n2';
    await operator.row(other).getByRole('button', { name: 'Drain …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`curl -X POST`).waitFor();
    assert.match(await dialog.locator('pre').innerText(), new RegExp(`/admin/nodes/${other}/drain$`));
    await operator.accessible('a question');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await operator.row(other).getByText('serving').count(), 1, 'nothing was done');
    await operator.row(other).getByRole('button', { name: 'Drain …' }).click();
    await dialog.getByRole('button', { name: 'Drain', exact: true }).click();
    await operator.row(other).waitFor({ state: 'detached', timeout: 20_000 });
    await page.locator('.events li', { hasText: `${other} takes no new clients` }).first().waitFor();
    await demo.control(other, 'start');

    await operator.go('#/delivery', 'Delivery');
    await page.locator('h2', { hasText: 'By node' }).waitFor();
    await operator.accessible('delivery');
    await operator.go('#/drills', 'Drills');
    await page.getByText('This node shows no reports').waitFor();
    await operator.go('#/config?has=backups', 'Configuration');
    await page.locator('.settings th', { hasText: 'backups' }).waitFor();
    assert.equal(await page.locator('tr[data-differs]').count(), 0, 'all nodes of the demo are told the same');
    await operator.accessible('configuration');
    assert.deepEqual(operator.complaints, []);
  } finally {
    await operator.leave();
  }
  await looks(browser, demo, id);
}

/** In the dark and on a phone nothing sticks out, and nothing is hard to read. */
async function looks(browser: Browser, demo: Demo, id: string): Promise<void> {
  for (const view of [LAPTOP_DARK, PHONE]) {
    const operator = await Operator.visit(browser, `${demo.origin}/console/`, view);
    try {
      await operator.row('n1').waitFor();
      for (const [hash, heading, there] of [
        ['#/mesh', 'Mesh', '.lanes'],
        [`#/sessions?prefix=${id}`, 'Sessions', 'tbody tr'],
        [`#/sessions/default/${id}`, 'Sessions', '.row'],
        ['#/config', 'Configuration', '.settings tr'],
      ] as const) {
        await operator.go(hash, heading);
        await operator.page.locator(there).first().waitFor();
        if (there === '.lanes' || there === '.row') await operator.accessible(`${hash} on ${view.name}`);
        assert.equal(await operator.page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, `${hash} sticks out on ${view.name}`);
      }
      assert.deepEqual(operator.complaints, []);
    } finally {
      await operator.leave();
    }
  }
}

/** Whoever has no token sees nothing but the page; a wrong one is refused; the right one opens it, and is nowhere to be seen. */
export async function signInStory(browser: Browser, origin: string, token: string): Promise<void> {
  const operator = await Operator.visit(browser, `${origin}/console/`, LAPTOP);
  const { page } = operator;
  try {
    await page.getByText('This is what every caller may see').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Drain …' }).count(), 0, 'it can only be looked at');
    const signIn = async (typed: string, keep: boolean) => {
      await page.locator('#access').click();
      await page.getByLabel("Operator's token").fill(typed);
      await page.getByLabel('Keep until this tab is closed').setChecked(keep);
      await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
    };
    await signIn('open-sesam', false);
    await page.locator('#access', { hasText: 'Refused' }).waitFor();
    await signIn(token, false);
    await page.locator('#access', { hasText: 'Operator' }).waitFor();
    await operator.row('alone').getByText('serving').waitFor();
    const stored = () => page.evaluate(() => JSON.stringify([...Object.entries(sessionStorage), ...Object.entries(localStorage), document.cookie, location.href]));
    assert.equal((await stored()).includes(token), false, 'not kept unless that is wanted');
    await page.getByRole('button', { name: 'Drain …' }).click();
    assert.match(await page.getByRole('dialog').locator('pre').innerText(), /Bearer \$SESSIONMESH_ADMIN_TOKEN/);
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.reload();
    await page.getByText('This is what every caller may see').waitFor();
    await signIn(token, true);
    await page.locator('#access', { hasText: 'Operator' }).waitFor();
    await page.reload();
    await page.locator('#access', { hasText: 'Operator' }).waitFor();
    await page.locator('#access').click();
    await page.getByRole('button', { name: 'Forget both' }).click();
    await page.getByText('This is what every caller may see').waitFor();
    assert.equal((await stored()).includes(token), false);
    assert.deepEqual(operator.asked.filter((url) => url.includes(token)), [], 'no address holds it');
    assert.deepEqual(operator.complaints, []);
  } finally {
    await operator.leave();
  }
}

/** Waits until a node answers. */
export async function ready(origin: string): Promise<void> {
  await eventually(`${origin} is ready`, async () => (await fetch(`${origin}/health/ready`).catch(() => undefined))?.ok === true, 60_000);
}
