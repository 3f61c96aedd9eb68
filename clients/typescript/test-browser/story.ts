import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { Visitor } from './browser.js';
import { eventually, LAPTOP, visit } from './browser.js';

/** What differs between the fake mesh and the real demo. */
export interface Stage {
  readonly browser: Browser;
  /** The page of the first node, with the control in its hash. */
  readonly page: string;
  /** Prefix of the screenshots' names. */
  readonly name: string;
}

const PANES = [0, 1, 2] as const;

/** The demo as a visitor goes through it; every step looks at the page only. */
export async function story({ browser, page, name }: Stage): Promise<void> {
  const visitor = await visit(browser, page, LAPTOP);
  try {
    await threeTabsOnThreeNodes(visitor);
    await visitor.shot(`${name}-1-before`);
    await killTheRunnerInTheMiddleOfASentence(visitor, name);
    await startTheNodeAgain(visitor);
    await goOfflineAndComeBack(visitor, name);
    await approveInAnotherTab(visitor, name);
    await steerAndStop(visitor);
    await aSecondVisitorSeesTheSame(visitor, browser, name);
    await reloading(visitor);
    assert.deepEqual(visitor.complaints, []);
  } finally {
    await visitor.shot(`${name}-9-end`);
    await visitor.leave();
  }
}

async function threeTabsOnThreeNodes(visitor: Visitor): Promise<void> {
  await eventually('three tabs on three nodes', async () => {
    const nodes = await Promise.all(PANES.map((index) => visitor.pane(index).node.innerText()));
    return new Set(nodes).size === 3 && nodes.every((node) => /^n\d$/.test(node));
  });
}

async function killTheRunnerInTheMiddleOfASentence(visitor: Visitor, name: string): Promise<void> {
  const first = visitor.pane(0);
  await first.input.fill('Write a long text');
  await first.input.press('Enter');
  await eventually('tokens stream in all three tabs', async () => (await lengths(visitor)).every((length) => length > 60));
  const before = await lengths(visitor);
  await eventually('they grow', async () => (await lengths(visitor)).every((length, index) => length > (before[index] ?? 0)));
  const runner = await visitor.runner();
  await visitor.node(runner).button.click();
  await visitor.node(runner).card.and(visitor.page.locator('[data-alive="false"]')).waitFor();
  const atDeath = Math.max(...(await lengths(visitor)));
  await visitor.shot(`${name}-2-killed`);
  await eventually('another node goes on', async () => (await lengths(visitor)).every((length) => length > atDeath + 40), 60_000);
  assert.notEqual(await visitor.runner(), runner);
  await visitor.shot(`${name}-3-taken-over`);
  await ready(visitor, 180_000);
  await allTheSame(visitor);
  assert.equal(await visitor.page.locator('.pane .seam').count() >= 1, true, 'the takeover is marked in the text');
}

async function startTheNodeAgain(visitor: Visitor): Promise<void> {
  const dead = visitor.page.locator('.node[data-alive="false"]');
  const name = (await dead.locator('.node-mark').getAttribute('data-node')) ?? '';
  await dead.getByRole('button').click();
  await visitor.node(name).card.and(visitor.page.locator('[data-alive="true"]')).waitFor({ timeout: 60_000 });
  await eventually('its tab goes home without a break', async () => {
    const nodes = await Promise.all(PANES.map((index) => visitor.pane(index).node.innerText()));
    return new Set(nodes).size === 3;
  }, 90_000);
}

async function goOfflineAndComeBack(visitor: Visitor, name: string): Promise<void> {
  const [first, third] = [visitor.pane(0), visitor.pane(2)];
  await first.input.fill('Write another long text');
  await first.input.press('Enter');
  const start = (await visitor.spoken(2)).length;
  await eventually('it streams', async () => (await visitor.spoken(2)).length > start + 60);
  await third.button('Go offline').click();
  await eventually('it says so', async () => (await third.line.innerText()).startsWith('This tab is offline'));
  const seen = await seq(visitor, 2);
  await eventually('the others go on', async () => (await seq(visitor, 0)) > seen + 20);
  assert.equal(await seq(visitor, 2), seen, 'an offline tab stands still');
  await visitor.shot(`${name}-4-offline`);
  await third.button('Go online').click();
  await eventually('it says what it caught up', async () => /caught up \d+ events/.test(await third.line.innerText()));
  await visitor.shot(`${name}-5-caught-up`);
  await first.button('Stop').click();
  await ready(visitor, 30_000);
  await allTheSame(visitor);
}

async function approveInAnotherTab(visitor: Visitor, name: string): Promise<void> {
  const [first, second] = [visitor.pane(0), visitor.pane(1)];
  await first.input.fill('Plan the 2.4 release');
  await first.button('Send').click();
  await eventually('all tabs ask', async () => {
    const asking = await Promise.all(PANES.map((index) => visitor.pane(index).approval.count()));
    return asking.every((count) => count === 1);
  }, 120_000);
  await visitor.shot(`${name}-6-approval`);
  await second.approval.getByRole('button', { name: 'Approve' }).click();
  await first.pane.getByText('Approved by Tab B').waitFor();
  await second.pane.getByText('Approved by you').waitFor();
  await ready(visitor, 120_000);
  await allTheSame(visitor);
  await visitor.shot(`${name}-7-approved`);
}

async function steerAndStop(visitor: Visitor): Promise<void> {
  const [first, second] = [visitor.pane(0), visitor.pane(1)];
  const start = (await visitor.spoken(1)).length;
  await first.input.fill('Write a third long text');
  await first.input.press('Enter');
  await eventually('it streams', async () => (await visitor.spoken(1)).length > start + 60);
  await second.input.fill('Mention the lake');
  await second.button('Steer').click();
  await first.pane.locator('.steer', { hasText: 'Tab B steered' }).waitFor();
  await eventually('it was taken up', async () => (await first.pane.locator('.steer').innerText()).includes('taken up'), 60_000);
  await second.button('Stop').click();
  await eventually('it was cancelled', async () => (await first.line.innerText()).includes('cancelled'));
  await allTheSame(visitor);
}

async function aSecondVisitorSeesTheSame(visitor: Visitor, browser: Browser, name: string): Promise<void> {
  const address = new URL(visitor.page.url());
  const session = new URLSearchParams(address.hash.slice(1)).get('session') ?? '';
  const other = await visit(browser, `${address.origin}/#session=${session}`, LAPTOP);
  try {
    await eventually('the snapshot shows the same', async () => (await other.spoken(0)) === (await visitor.spoken(0)));
    await eventually('the same position', async () => (await seq(other, 0)) === (await seq(visitor, 0)));
    assert.equal(await other.page.locator('.node button').count(), 0, 'without the control there are no buttons');
    await other.page.getByText('to kill and start nodes from here').waitFor();
    await other.shot(`${name}-8-second-visitor`);
    assert.deepEqual(other.complaints, []);
  } finally {
    await other.leave();
  }
}

async function reloading(visitor: Visitor): Promise<void> {
  const before = await visitor.spoken(0);
  await visitor.page.reload();
  await eventually('a reload shows the same session', async () => (await visitor.spoken(0)) === before);
}

async function ready(visitor: Visitor, limitMs: number): Promise<void> {
  const done = /^(Ready|The turn was cancelled|Back on|Moved from)/;
  await eventually(
    'the turn ends in all tabs',
    async () => {
      const lines = await Promise.all(PANES.map((index) => visitor.pane(index).line.innerText()));
      const stops = await Promise.all(PANES.map((index) => visitor.pane(index).pane.locator('.stop:disabled').count()));
      return lines.every((line) => done.test(line)) && stops.every((count) => count === 1);
    },
    limitMs,
  );
}

/** The tabs show the same text up to the same place, and nothing was lost or came twice on the way. */
async function allTheSame(visitor: Visitor): Promise<void> {
  await eventually('the same position in all tabs', async () => new Set(await Promise.all(PANES.map((index) => seq(visitor, index)))).size === 1);
  const texts = await Promise.all(PANES.map((index) => visitor.spoken(index)));
  assert.equal(texts[1], texts[0]);
  assert.equal(texts[2], texts[0]);
  const { lost, duplicated } = await visitor.meter();
  assert.deepEqual({ lost, duplicated }, { lost: '0', duplicated: '0' });
}

async function lengths(visitor: Visitor): Promise<number[]> {
  return Promise.all(PANES.map(async (index) => (await visitor.spoken(index)).length));
}

async function seq(visitor: Visitor, index: number): Promise<number> {
  return Number((await visitor.pane(index).position.innerText()).replace('seq ', ''));
}
