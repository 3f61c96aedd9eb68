import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../src/index.js';
import { done, world } from './world.js';

/** Two people in one session, and an input of the first. */
async function two(text: string) {
  const w = world();
  const ann = w.client().attach('s1', { after: 0 });
  const bob = w.client({ urls: ['http://n2'] }).attach('s1', { after: 0 });
  await w.clock.until(() => ann.state === 'attached' && bob.state === 'attached');
  void ann.input(text);
  await w.clock.until(() => bob.conversation.approvals.length > 0);
  const late = () => w.client().attach('s1');
  return { ...w, ann, bob, late };
}

const pending = (session: Session) => session.conversation.approvals[0];

test('a_quorum_needs_as_many_people_as_it_says_and_shows_who_has_voted', async () => {
  const { clock, ann, bob, late } = await two('ask both');
  assert.deepEqual([pending(bob)?.approval?.needed, pending(bob)?.approval?.reason], [2, 'it is final']);
  void ann.approve('k1');
  await clock.until(() => pending(bob)?.approval?.votes.length === 1);
  assert.equal(pending(bob)?.approval?.votes[0]?.by, pending(bob)?.approval?.askedBy);
  const again = ann.approve('k1');
  again.catch(() => undefined);
  await clock.until(() => ann.pending === 0);
  await assert.rejects(again, { code: 'already_voted' });
  const third = late();
  await clock.until(() => third.conversation.approvals.length === 1);
  assert.deepEqual(pending(third)?.approval?.votes, pending(bob)?.approval?.votes, 'a snapshot tells the same as the events');
  void bob.approve('k1');
  await clock.until(() => done(ann) && done(third));
  assert.equal(third.conversation.approvals.length, 0);
});

test('an_edit_shows_both_versions_and_voids_earlier_votes', async () => {
  const { clock, ann, bob, session: fake } = await two('ask both');
  void ann.approve('k1');
  await clock.until(() => pending(bob)?.approval?.votes.length === 1);
  void bob.approve('k1', { arguments: { version: '2.5' } });
  await clock.until(() => pending(ann)?.approval?.edited !== undefined);
  const { arguments: now, approval } = pending(ann) as NonNullable<ReturnType<typeof pending>>;
  assert.deepEqual([now, approval?.edited?.original], [{ version: '2.5' }, { version: '2.4' }]);
  await clock.until(() => pending(ann)?.approval?.votes.length === 1);
  assert.notEqual(approval?.edited?.by, approval?.askedBy);
  void ann.approve('k1');
  await clock.until(() => done(ann));
  assert.equal(fake.log.filter((event) => event.type === 'approval_vote').length, 2);
});

test('a_decision_is_about_what_was_shown_when_it_was_made', async () => {
  const { clock, ann, bob, session: fake } = await two('ask both');
  const shown = pending(bob)?.approval?.argumentsHash;
  void ann.approve('k1', { arguments: { version: '6.6' } });
  // Given before the edit can be seen here.
  const unseen = bob.approve('k1');
  unseen.catch(() => undefined);
  await clock.until(() => bob.pending === 0 && ann.pending === 0);
  await assert.rejects(unseen, (error: { code: string; details: Record<string, unknown> }) => {
    assert.equal(error.code, 'arguments_changed');
    assert.notEqual(error.details['argumentsHash'], shown);
    return true;
  });
  assert.ok(!fake.log.some((event) => event.type === 'approval_resolved'));
});

test('whoever_asked_may_not_decide_where_duties_are_separate', async () => {
  const { clock, ann, bob } = await two('ask others');
  assert.equal(pending(bob)?.approval?.separateDuty, true);
  const own = ann.approve('k1');
  own.catch(() => undefined);
  await clock.until(() => ann.pending === 0);
  await assert.rejects(own, { code: 'not_an_approver' });
  void bob.approve('k1');
  await clock.until(() => done(ann));
});

test('an_approval_can_be_delegated_and_escalates_and_everybody_sees_it', async () => {
  const { clock, ann, bob, late, session: fake } = await two('ask');
  void ann.delegate('k1', 'carol');
  await clock.until(() => pending(bob)?.approval?.delegates.length === 1);
  fake.calls.escalate('k1', ['role:boss']);
  await clock.until(() => pending(bob)?.approval?.escalated === true);
  const third = late();
  await clock.until(() => third.conversation.approvals.length === 1);
  for (const session of [bob, third]) {
    assert.deepEqual(pending(session)?.approval?.delegates, ['carol']);
    assert.deepEqual(pending(session)?.approval?.escalatedTo, ['role:boss']);
  }
});

test('a_tool_approved_for_the_session_has_a_grant_that_can_be_taken_back', async () => {
  const { clock, ann, bob, late } = await two('ask twice');
  void bob.approve('k1', { remember: 'session' });
  await clock.until(() => done(ann));
  assert.equal(ann.conversation.toolCalls[1]?.grant, 'g1');
  const third = late();
  await clock.until(() => third.state === 'attached');
  assert.deepEqual(third.conversation.grants, ann.conversation.grants);
  assert.equal(ann.conversation.grants[0]?.tool, 'publish');
  void ann.revokeGrant('g1');
  await clock.until(() => bob.conversation.grants.length === 0);
  const gone = ann.revokeGrant('g1');
  gone.catch(() => undefined);
  await clock.until(() => ann.pending === 0);
  await assert.rejects(gone, { code: 'grant_not_found' });
});

test('several_calls_are_decided_at_once_or_not_at_all', async () => {
  const { clock, ann, session: fake } = await two('ask');
  const wrong = ann.approve(['k1', 'k9']);
  wrong.catch(() => undefined);
  await clock.until(() => ann.pending === 0);
  await assert.rejects(wrong, { code: 'call_not_found' });
  assert.equal(ann.conversation.approvals.length, 1);
  void ann.reject(['k1'], 'not today');
  await clock.until(() => done(ann));
  assert.equal(fake.log.find((event) => event.type === 'approval_resolved')?.['reason'], 'not today');
});

test('a_call_in_doubt_waits_for_a_person_to_say_what_became_of_it', async () => {
  for (const outcome of ['ok', 'error', 'retry'] as const) {
    const { clock, ann, late, session: fake } = await two('ask');
    void ann.approve('k1');
    await clock.until(() => ann.conversation.toolCalls[0]?.state === 'started');
    fake.calls.doubt('k1');
    await clock.until(() => ann.conversation.toolCalls[0]?.state === 'awaiting_settlement');
    const third = late();
    await clock.until(() => third.state === 'attached');
    assert.equal(third.conversation.toolCalls[0]?.state, 'awaiting_settlement');
    void ann.settle('k1', outcome === 'ok' ? { outcome, result: { published: 1 } } : outcome === 'error' ? { outcome, error: 'it did not' } : { outcome });
    await clock.until(() => done(ann));
    assert.equal(ann.conversation.toolCalls[0]?.state, outcome === 'error' ? 'error' : 'ok');
    assert.deepEqual(ann.conversation.toolCalls[0]?.result, { ok: { published: 1 }, error: undefined, retry: { published: true } }[outcome]);
  }
});
