import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { serve } from '../test/fake/serve.js';
import { eventually, LAPTOP, LAPTOP_DARK, launch, noBrowser, obstacles, PHONE, PHONE_DARK, visit } from './browser.js';
import { story } from './story.js';

let browser: Browser;
before(async () => {
  if (noBrowser === false) browser = await launch();
});
after(() => browser?.close());

/** They wait more than they work: two at a time. */
describe('the page on a fake mesh', { concurrency: 2 }, () => {
  test('a_visitor_goes_through_the_demo_on_a_fake_mesh', { skip: noBrowser, timeout: 240_000 }, async () => {
    const served = await serve();
    try {
      await story({ browser, page: served.page, name: 'fake' });
    } finally {
      await served.stop();
    }
  });

  for (const view of [LAPTOP, LAPTOP_DARK, PHONE, PHONE_DARK]) {
    test(`the_page_is_accessible_and_keeps_its_place_on_${view.name}`, { skip: noBrowser, timeout: 120_000 }, async () => {
      const served = await serve();
      const visitor = await visit(browser, served.page, view);
      const { page } = visitor;
      const check = async (moment: string) => assert.deepEqual(await obstacles(page), [], moment);
      const boxes = () =>
        page.evaluate(() =>
          ['.bar', '#nodes', '.pane:nth-child(1) .pane-bar', '.pane:nth-child(1) .timeline', '.pane:nth-child(1) .composer'].map((selector) => {
            const { x, y, width, height } = (document.querySelector(selector) as HTMLElement).getBoundingClientRect();
            return [selector, x, y, width, height].join(' ');
          }),
        );
      try {
        await eventually('the tab is ready', async () => (await visitor.pane(0).line.innerText()) === 'Ready');
        await check('empty');
        const before = await boxes();
        await visitor.pane(0).pane.getByRole('button', { name: 'Plan the 2.4 release' }).click();
        await eventually('it streams', async () => (await visitor.spoken(0)).length > 200);
        assert.deepEqual(await boxes(), before, 'nothing jumps while it streams');
        await check('streaming');
        const runner = await visitor.runner();
        // It shows for 600 ms: the page itself looks at every frame, as questions from here may come too late.
        const lossShows = page.waitForFunction(() => document.querySelector('.line-text')?.textContent?.includes('taking over'));
        await visitor.node(runner).button.click();
        await lossShows;
        await visitor.shot(`${view.name}-recovering`);
        await visitor.pane(0).approval.waitFor();
        assert.deepEqual(await boxes(), before, 'nothing jumps when a node dies');
        await check('approval');
        await visitor.shot(`${view.name}-approval`);
        const bo = visitor.pane(1);
        if (await page.locator('#choose-1').isVisible()) await page.locator('#choose-1').click();
        await visitor.shot(`${view.name}-decision`);
        await bo.approval.getByRole('button', { name: 'Reject' }).click();
        await bo.approval.getByLabel('Reason, if you like').fill('The notes lack the migration');
        await check('a reason');
        await visitor.shot(`${view.name}-reason`);
        await bo.approval.getByRole('button', { name: 'Back' }).click();
        await bo.approval.getByRole('button', { name: 'Edit…' }).click();
        await check('editing the arguments');
        await visitor.shot(`${view.name}-editing`);
        await bo.approval.getByLabel('tag', { exact: true }).fill('v2.4.0-rc.1');
        await bo.approval.getByLabel('for the rest of the session').check();
        await bo.approval.getByRole('button', { name: 'Approve this' }).click();
        await bo.offered.getByRole('button', { name: 'Pick the day here' }).click();
        await bo.offered.getByLabel('Day').waitFor();
        await bo.input.fill('And after that?');
        await bo.input.press('Enter');
        await bo.pane.locator('.message.user[data-waits]').waitFor();
        await check('a calendar, a grant, a question that waits');
        await visitor.shot(`${view.name}-calendar`);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, 'nothing sticks out');
        assert.deepEqual(visitor.complaints, []);
      } finally {
        await visitor.leave();
        await served.stop();
      }
    });
  }

  test('the_page_can_be_used_with_the_keyboard_alone', { skip: noBrowser, timeout: 60_000 }, async () => {
    const served = await serve();
    const visitor = await visit(browser, served.page, LAPTOP);
    const { page } = visitor;
    try {
      const focus = async (label: string) => {
        for (let presses = 0; presses < 90; presses++) {
          await page.keyboard.press('Tab');
          const name = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);
          if (name === label) return;
        }
        assert.fail(`${label} is not reached with the Tab key`);
      };
      await focus('Message from Ada');
      await page.keyboard.type('Plan the 2.4 release');
      await page.keyboard.press('Enter');
      await visitor.pane(0).approval.waitFor({ timeout: 30_000 });
      await page.locator('#new-session').focus();
      await focus('Reject');
      await page.keyboard.press('Enter');
      await page.keyboard.type('Not before Monday');
      await page.keyboard.press('Escape');
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Reject', 'left, and nothing was rejected');
      await page.locator('#new-session').focus();
      await focus('Approve');
      await page.keyboard.press('Enter');
      await visitor.pane(1).pane.getByText('Approved by you').waitFor();
      await page.locator('#new-session').focus();
      await focus('Kill this node: n3');
      await page.keyboard.press('Space');
      await visitor.node('n3').card.and(page.locator('[data-alive="false"]')).waitFor();
    } finally {
      await visitor.leave();
      await served.stop();
    }
  });

  test('who_rejects_need_not_say_why', { skip: noBrowser, timeout: 60_000 }, async () => {
    const served = await serve();
    const visitor = await visit(browser, served.page, LAPTOP);
    try {
      const [ada, bo] = [visitor.pane(0), visitor.pane(1)];
      await ada.pane.getByRole('button', { name: 'Plan the 2.4 release' }).click();
      await bo.approval.waitFor({ timeout: 30_000 });
      const reject = bo.approval.getByRole('button', { name: 'Reject' });
      await reject.click();
      await bo.approval.getByLabel('Reason, if you like').waitFor();
      await reject.click();
      await ada.pane.getByText('Rejected by Bo', { exact: true }).waitFor();
      await bo.pane.getByText('Rejected by you', { exact: true }).waitFor();
    } finally {
      await visitor.leave();
      await served.stop();
    }
  });

  test('motion_stops_for_those_who_ask_for_it', { skip: noBrowser, timeout: 60_000 }, async () => {
    const served = await serve();
    const visitor = await visit(browser, served.page, LAPTOP);
    try {
      await visitor.page.emulateMedia({ reducedMotion: 'reduce' });
      await visitor.pane(0).pane.getByRole('button', { name: 'Write a long text' }).click();
      await eventually('it streams', async () => (await visitor.spoken(0)).length > 50);
      assert.equal(await visitor.page.evaluate(() => document.getAnimations().length), 0);
    } finally {
      await visitor.leave();
      await served.stop();
    }
  });
});
