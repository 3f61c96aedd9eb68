import assert from 'node:assert/strict';
import type { Visitor } from './browser.js';
import { eventually } from './browser.js';

export const PANES = [0, 1, 2] as const;

/** The turn is over in all panes. */
export async function ready(visitor: Visitor, limitMs: number): Promise<void> {
  const done = /^(Ready|The turn was cancelled|Back on|Moved from)/;
  await eventually(
    'the turn ends in all tabs',
    async () => {
      const lines = await Promise.all(PANES.map((index) => visitor.pane(index).line.innerText()));
      const idle = await Promise.all(PANES.map((index) => visitor.pane(index).cancelled.count()));
      return lines.every((line) => done.test(line)) && idle.every((count) => count === 1);
    },
    limitMs,
  );
}

/** The panes show the same text up to the same place, and nothing was lost or came twice on the way. */
export async function allTheSame(visitor: Visitor): Promise<void> {
  await eventually('the same position in all tabs', async () => new Set(await Promise.all(PANES.map((index) => seq(visitor, index)))).size === 1);
  const texts = await Promise.all(PANES.map((index) => visitor.spoken(index)));
  assert.equal(texts[1], texts[0]);
  assert.equal(texts[2], texts[0]);
  const { lost, duplicated } = await visitor.meter();
  assert.deepEqual({ lost, duplicated }, { lost: '0', duplicated: '0' });
}

export async function lengths(visitor: Visitor): Promise<number[]> {
  return Promise.all(PANES.map(async (index) => (await visitor.spoken(index)).length));
}

export async function seq(visitor: Visitor, index: number): Promise<number> {
  return Number((await visitor.pane(index).position.innerText()).replace('seq ', ''));
}

/** Every pane shows this, wherever in it. */
export async function everywhere(visitor: Visitor, selector: string, text: RegExp | string, panes: readonly number[] = PANES, limitMs = 30_000): Promise<void> {
  await Promise.all(panes.map((index) => visitor.pane(index).pane.locator(selector, { hasText: text }).last().waitFor({ timeout: limitMs })));
}

/** Asks for something long, and waits until all panes see it come. */
export async function writeSomethingLong(visitor: Visitor, words: string): Promise<void> {
  const { input } = visitor.pane(0);
  await input.fill(words);
  await input.press('Enter');
  await everywhere(visitor, '.message.assistant[data-streaming]', /\S.{20}/);
}

/** The node that is down comes back, and its pane goes home. */
export async function startTheNodeAgain(visitor: Visitor): Promise<void> {
  const dead = visitor.page.locator('.node[data-alive="false"]');
  const name = (await dead.locator('.node-mark').getAttribute('data-node')) ?? '';
  await dead.getByRole('button').click();
  await visitor.node(name).card.and(visitor.page.locator('[data-alive="true"]')).waitFor({ timeout: 60_000 });
  await eventually('its tab goes home without a break', async () => {
    const nodes = await Promise.all(PANES.map((index) => visitor.pane(index).node.innerText()));
    return new Set(nodes).size === 3;
  }, 90_000);
}
