import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { connect, SessionmeshError } from '../src/index.js';
import type { Visitor } from './browser.js';
import { eventually } from './browser.js';
import { allTheSame, everywhere, PANES, ready, startTheNodeAgain } from './panes.js';

const [ADA, BO, CY] = PANES;

/** Why Bo rejects. */
export const REASON = 'The notes lack the migration';

/** Each pane shows the two others, and that one of them types. */
export async function seeEachOther(visitor: Visitor): Promise<void> {
  const here = (index: number) => visitor.pane(index).pane.locator('.avatars .avatar').allInnerTexts();
  await eventually('each sees the two others', async () => {
    const seen = await Promise.all(PANES.map(here));
    return seen.map((names) => [...names].sort().join('')).join() === 'BC,AC,AB';
  });
  await visitor.pane(BO).input.pressSequentially('Wait');
  await visitor.pane(ADA).pane.locator('.avatars [data-typing]', { hasText: 'Bo' }).waitFor();
  await visitor.pane(CY).pane.locator('.avatars [data-typing]', { hasText: 'Bo' }).waitFor();
  await visitor.pane(BO).input.fill('');
  await visitor.pane(ADA).pane.locator('.avatars [data-typing]').waitFor({ state: 'detached' });
}

/** One asks, another decides: with other arguments, while the runner's node is killed, and faster than the third. */
export async function decideTogether(visitor: Visitor, name: string): Promise<void> {
  const [ada, bo, cy] = [visitor.pane(ADA), visitor.pane(BO), visitor.pane(CY)];
  await ada.input.fill('Plan the 2.4 release');
  await ada.button('Send').click();
  await eventually('all panes show the approval', async () => (await counts(visitor)).every((count) => count === 1), 120_000);
  await theAskerMayNot(visitor);
  await visitor.shot(`${name}-6-approval`);

  await cy.button('Go offline').click();
  await eventually('it says so', async () => (await cy.line.innerText()).startsWith('This tab is offline'));
  await cy.approval.getByRole('button', { name: 'Approve', exact: true }).click();

  await eventually('it says what waits', async () => (await cy.line.innerText()).includes('One message waits'));
  assert.equal(await cy.pane.evaluate((pane) => pane.scrollWidth > pane.clientWidth), false, 'nothing sticks out of the pane');

  const runner = await visitor.runner();
  await visitor.node(runner).button.click();
  await visitor.node(runner).card.and(visitor.page.locator('[data-alive="false"]')).waitFor();
  await eventually('another node has the turn', async () => (await visitor.runner()) !== runner, 60_000);
  assert.equal(await bo.approval.count(), 1, 'the approval survives');

  await bo.approval.getByRole('button', { name: 'Edit…' }).click();
  await bo.approval.getByLabel('tag', { exact: true }).fill('nonsense');
  await bo.approval.getByRole('button', { name: 'Approve this' }).click();
  await bo.approval.getByRole('alert').waitFor();
  await bo.approval.getByLabel('tag', { exact: true }).fill('v2.4.0-rc.1');
  await bo.approval.getByLabel('for the rest of the session').check();
  await visitor.shot(`${name}-7-edited`);
  await bo.approval.getByRole('button', { name: 'Approve this' }).click();
  await bo.pane.getByText('Approved by you').waitFor();
  await ada.pane.getByText('Approved by Bo').waitFor();

  await cy.button('Go online').click();
  let told = '';
  await eventually('the slower one is told who was first', async () => {
    told = await cy.line.innerText();
    return /^Bo was first: approved at \d/.test(told);
  }).catch((late: unknown) => assert.fail(`${String(late)}; it says: ${told}`));
  await everywhere(visitor, '.call del', 'v2.4.0');
  await everywhere(visitor, '.call ins', 'v2.4.0-rc.1');
  await everywhere(visitor, '.edited', /Changed by (you|Bo)/);
  await everywhere(visitor, '.chip', 'createTag');
  await everywhere(visitor, '.message.assistant', 'v2.4.0-rc.1', PANES, 60_000);
  await visitor.shot(`${name}-8-decided`);
  await cy.pane.getByRole('button', { name: 'Revoke the approval of createTag' }).click();
  await eventually('the grant is gone everywhere', async () => (await visitor.page.locator('.chip').count()) === 0);
  await startTheNodeAgain(visitor);
}

/** The server refuses it too: whoever asked has no buttons, but a socket. */
async function theAskerMayNot(visitor: Visitor): Promise<void> {
  const { approval } = visitor.pane(ADA);
  await approval.getByText('Waiting for somebody else').waitFor();
  assert.equal(await approval.getByRole('button', { name: 'Approve' }).count(), 0);
  const { origin, hash } = new URL(visitor.page.url());
  const connection = connect({ urls: [`${origin}/?user=Ada`], WebSocket });
  try {
    const session = connection.attach(new URLSearchParams(hash.slice(1)).get('session') ?? '');
    await session.whenAttached();
    const pending = session.conversation.approvals[0]?.callId ?? '';
    await assert.rejects(session.approve(pending), (error) => error instanceof SessionmeshError && error.code === 'not_an_approver');
  } finally {
    connection.close();
  }
}

/** Who rejects may say why, and everybody reads it. */
export async function rejectWithAReason(visitor: Visitor, name: string): Promise<void> {
  const [ada, bo] = [visitor.pane(ADA), visitor.pane(BO)];
  await ada.input.fill('Plan the 2.5 release');
  await ada.button('Send').click();
  await bo.approval.waitFor({ timeout: 120_000 });
  const why = bo.approval.getByLabel('Reason, if you like');
  await bo.approval.getByRole('button', { name: 'Reject' }).click();
  await why.press('Escape');
  await why.waitFor({ state: 'hidden' });
  await bo.approval.getByRole('button', { name: 'Reject' }).press('Enter');
  await why.fill(REASON);
  await visitor.shot(`${name}-13-reason`);
  await why.press('Enter');
  await everywhere(visitor, '.outcome', new RegExp(`^Rejected by (you|Bo): ${REASON}$`));
  await visitor.shot(`${name}-14-rejected`);
  await ready(visitor, 60_000);
  await allTheSame(visitor);
}

/** Exactly one pane has the calendar; when that one is cut off, it is offered again. */
export async function pickADayInOneTab(visitor: Visitor, name: string): Promise<void> {
  const [ada, bo, cy] = [visitor.pane(ADA), visitor.pane(BO), visitor.pane(CY)];
  await eventually('all panes are offered the calendar', async () => {
    const offers = await Promise.all(PANES.map((index) => visitor.pane(index).offered.getByRole('button', { name: 'Pick the day here' }).count()));
    return offers.every((count) => count === 1);
  }, 60_000);
  await bo.offered.getByRole('button', { name: 'Pick the day here' }).click();
  await everywhere(visitor, '.take', "Bo's tab is on it", [ADA, CY]);
  assert.equal(await visitor.page.locator('.calendar:visible').count(), 1, 'exactly one pane has the calendar');
  await visitor.shot(`${name}-10-calendar`);

  await bo.button('Go offline').click();
  await cy.offered.getByRole('button', { name: 'Pick the day here' }).click({ timeout: 40_000 });
  await everywhere(visitor, '.take', "Cy's tab is on it", [ADA]);
  await bo.button('Go online').click();
  await everywhere(visitor, '.take', "Cy's tab is on it", [BO]);
  assert.equal(await visitor.page.locator('.calendar:visible').count(), 1, 'still exactly one');
  await cy.offered.getByLabel('Day').fill('2031-03-13');
  await cy.offered.getByRole('button', { name: 'Use this day' }).click();
  await everywhere(visitor, '.message.assistant', 'Thursday, 13 March 2031');
  await ada.pane.getByText('Done in a tab of Cy').waitFor();
  await ready(visitor, 30_000);
  await allTheSame(visitor);
}

function counts(visitor: Visitor): Promise<number[]> {
  return Promise.all(PANES.map((index) => visitor.pane(index).approval.count()));
}
