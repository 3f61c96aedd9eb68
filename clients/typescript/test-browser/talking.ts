import assert from 'node:assert/strict';
import type { Visitor } from './browser.js';
import { eventually } from './browser.js';
import { allTheSame, everywhere, PANES, ready, writeSomethingLong } from './panes.js';

const [ADA, BO, CY] = PANES;

/** An instruction gets its receipt in all panes. The turn goes on. */
export async function steer(visitor: Visitor): Promise<void> {
  await writeSomethingLong(visitor, 'Write a long text about steering');
  await visitor.pane(BO).input.fill('Mention the lake');
  await visitor.pane(BO).button('Steer').click();
  await everywhere(visitor, '.steer', /(Bo|You) steered Mention the lake heard at step 1/, PANES, 60_000);
}

/** What waits behind the turn that runs is seen, moved and taken back by anybody. */
export async function moveTheQueue(visitor: Visitor, name: string): Promise<void> {
  const [ada, bo, cy] = [visitor.pane(ADA), visitor.pane(BO), visitor.pane(CY)];
  for (const [pane, words] of [[bo, 'Second thought'], [cy, 'Third thought'], [ada, 'Fourth thought']] as const) {
    await pane.input.fill(words);
    await pane.button('Send').click();
    await everywhere(visitor, '.message.user[data-waits]', words);
  }
  await visitor.shot(`${name}-11-queue`);
  await waiting(bo, 'Fourth thought').getByRole('button', { name: 'Let this question come earlier' }).click();
  await everywhere(visitor, '.message.user[data-waits]:has-text("Third thought")', 'waits behind 2');
  await waiting(ada, 'Third thought').getByRole('button', { name: 'Take this question back' }).click();
  await eventually('it is gone in all panes', async () => (await visitor.page.locator('.message.user', { hasText: 'Third thought' }).count()) === 0);
  for (const words of ['Second thought', 'Fourth thought']) {
    await waiting(cy, words).getByRole('button', { name: 'Take this question back' }).click();
  }
  await eventually('nothing waits', async () => (await visitor.page.locator('.message.user[data-waits]').count()) === 0);
}

/** Anybody may cancel the turn that runs, and all see who did. */
export async function cancelATurn(visitor: Visitor): Promise<void> {
  await visitor.pane(CY).button('Cancel').click();
  await eventually('it is cancelled in all panes', async () => {
    const lines = await Promise.all(PANES.map((index) => visitor.pane(index).line.innerText()));
    return lines.every((line) => /^The turn was cancelled by (Cy|you)/.test(line));
  });
  await allTheSame(visitor);
}

/** The same question again, on a branch beside; everybody sees the branch that was chosen last. */
export async function askAgain(visitor: Visitor, name: string): Promise<void> {
  const [ada, bo] = [visitor.pane(ADA), visitor.pane(BO)];
  await ada.input.fill('Explain durable sessions');
  await ada.input.press('Enter');
  await eventually('it answers', async () => (await lastAnswer(visitor, BO)).length > 40);
  await ada.button('Cancel').click();
  await ready(visitor, 30_000);
  const first = await lastAnswer(visitor, ADA);

  await bo.question.getByRole('button', { name: 'Ask again' }).click();
  await everywhere(visitor, '.branches', '2/2');
  await eventually('another answer comes', async () => (await lastAnswer(visitor, ADA)).length > 40);
  await bo.button('Cancel').click();
  await ready(visitor, 30_000);
  const second = await lastAnswer(visitor, ADA);
  await visitor.shot(`${name}-12-branches`);

  await ada.question.getByRole('button', { name: 'Previous version' }).click();
  await everywhere(visitor, '.branches', '1/2');
  assert.equal(await lastAnswer(visitor, CY), first);
  await bo.question.getByRole('button', { name: 'Next version' }).click();
  await everywhere(visitor, '.branches', '2/2');
  assert.equal(await lastAnswer(visitor, CY), second);

  await bo.question.getByRole('button', { name: 'Change this question' }).click();
  await bo.question.getByLabel('The question in other words').fill('Write a story about it');
  await bo.question.getByRole('button', { name: 'Ask this' }).click();
  await everywhere(visitor, '.branches', '3/3');
  await everywhere(visitor, '.message.user', 'Write a story about it');
  await eventually('it answers', async () => (await lastAnswer(visitor, CY)).length > 40);
  await ada.button('Cancel').click();
  await ready(visitor, 30_000);
  await allTheSame(visitor);
}

function waiting(pane: ReturnType<Visitor['pane']>, words: string) {
  return pane.pane.locator('.message.user[data-waits]', { hasText: words });
}

async function lastAnswer(visitor: Visitor, index: number): Promise<string> {
  const answers = visitor.pane(index).pane.locator('.message').last();
  return (await answers.getAttribute('class'))?.includes('assistant') === true ? answers.locator('.body').innerText() : '';
}
