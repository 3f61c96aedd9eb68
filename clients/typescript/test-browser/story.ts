import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { eventually, LAPTOP, visit } from './browser.js';
import type { Visitor } from './browser.js';
import { allTheSame, lengths, PANES, ready, seq, startTheNodeAgain } from './panes.js';
import { askAgain, cancelATurn, moveTheQueue, steer } from './talking.js';
import { decideTogether, pickADayInOneTab, REASON, rejectWithAReason, seeEachOther } from './together.js';

/** What differs between the fake mesh and the real demo. */
export interface Stage {
  readonly browser: Browser;
  /** The page of the first node, with the control in its hash. */
  readonly page: string;
  /** Prefix of the screenshots' names. */
  readonly name: string;
}

/** The demo as a visitor goes through it; every step looks at the page only. */
export async function story({ browser, page, name }: Stage): Promise<void> {
  const visitor = await visit(browser, page, LAPTOP);
  try {
    await threeTabsOnThreeNodes(visitor);
    await visitor.shot(`${name}-1-before`);
    await killTheRunnerInTheMiddleOfASentence(visitor, name);
    await startTheNodeAgain(visitor);
    await goOfflineAndComeBack(visitor, name);
    await seeEachOther(visitor);
    await decideTogether(visitor, name);
    await pickADayInOneTab(visitor, name);
    await rejectWithAReason(visitor, name);
    await steer(visitor);
    await moveTheQueue(visitor, name);
    await cancelATurn(visitor);
    await askAgain(visitor, name);
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
  await first.input.fill('Explain durable sessions');
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
  await first.button('Cancel').click();
  await ready(visitor, 30_000);
  await allTheSame(visitor);
}

async function aSecondVisitorSeesTheSame(visitor: Visitor, browser: Browser, name: string): Promise<void> {
  const address = new URL(visitor.page.url());
  const session = new URLSearchParams(address.hash.slice(1)).get('session') ?? '';
  const other = await visit(browser, `${address.origin}/#session=${session}`, LAPTOP);
  try {
    await eventually('the snapshot shows the same', async () => (await other.spoken(0)) === (await visitor.spoken(0)));
    await other.pane(0).pane.getByText(`Rejected by Bo: ${REASON}`).waitFor();
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
