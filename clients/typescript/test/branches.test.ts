import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conversation, LoggedEvent, Session } from '../src/index.js';
import { EMPTY_CONVERSATION, evolve } from '../src/index.js';
import { bounded } from '../src/contents.js';
import { seeded, world } from './world.js';

const words = (conversation: Conversation) => conversation.messages.map((message) => message.text);
const quiet = (session: Session) => session.pending === 0 && session.conversation.activeTurn === undefined;

/** What people see of a conversation. */
function seen(conversation: Conversation) {
  return {
    messages: conversation.messages.map(({ messageId, role, text, state }) => ({ messageId, role, text, state })),
    timeline: conversation.timeline,
    branches: conversation.branches,
    queue: conversation.queue.map((turn) => turn.id),
  };
}

/** A session in which something was said. */
async function said(...texts: readonly string[]) {
  const w = world();
  const session = w.client().attach('s1', { after: 0 });
  const settled = async () => {
    await w.clock.until(() => quiet(session));
    await w.clock.advance(20);
  };
  for (const text of texts) {
    void session.input(text);
    await settled();
  }
  const fresh = async () => {
    const late = w.client().attach('s1');
    await w.clock.until(() => late.state === 'attached');
    return late.conversation;
  };
  return { ...w, session, settled, fresh };
}

test('an_edited_turn_stands_in_place_of_the_old_one_and_of_what_followed_it', async () => {
  const { session, settled, fresh } = await said('one', 'two');
  void session.edit('t1', 'uno');
  await settled();
  assert.deepEqual(words(session.conversation), ['uno', 'You said: uno']);
  assert.deepEqual(session.conversation.branches, [{ turn: 't3', beside: ['t1', 't3'] }]);
  assert.deepEqual(seen(await fresh()), seen(session.conversation));
});

test('a_regenerated_turn_keeps_its_words_and_has_another_answer', async () => {
  const { session, settled, fresh } = await said('one', 'two');
  void session.regenerate('t2');
  await settled();
  assert.deepEqual(words(session.conversation), ['one', 'You said: one', 'two', 'You said: two']);
  assert.deepEqual(session.conversation.messages.map((message) => message.messageId), ['u1', 'm1', 'u2', 'm3']);
  assert.deepEqual(session.conversation.branches, [{ turn: 't3', beside: ['t2', 't3'] }]);
  assert.deepEqual(seen(await fresh()), seen(session.conversation));
});

test('a_branch_that_was_left_comes_back_whole', async () => {
  const { session, settled, fresh } = await said('one', 'ask nobody', 'three');
  const before = seen(session.conversation);
  void session.edit('t1', 'uno');
  await settled();
  void session.selectBranch('t1');
  await settled();
  assert.deepEqual({ ...seen(session.conversation), branches: [] }, before);
  assert.deepEqual(session.conversation.branches, [{ turn: 't1', beside: ['t1', 't4'] }]);
  assert.deepEqual(seen(await fresh()), seen(session.conversation));
  assert.equal(session.stats.resets, 0, 'it was known here');
});

test('a_branch_that_was_never_seen_here_is_fetched_as_a_snapshot', async () => {
  const { session, settled, client, clock } = await said('one', 'two');
  void session.edit('t1', 'uno');
  await settled();
  const late = client().attach('s1');
  await clock.until(() => late.state === 'attached');
  const resets: string[] = [];
  late.on('reset', ({ reason }) => resets.push(reason));
  void late.selectBranch('t1');
  await clock.until(() => late.stats.attachments === 2 && late.state === 'attached');
  await settled();
  assert.deepEqual(seen(late.conversation), seen(session.conversation));
  assert.deepEqual(words(late.conversation), ['one', 'You said: one', 'two', 'You said: two']);
  assert.deepEqual(resets, ['branch_selected']);
});

test('what_waits_can_be_seen_reordered_and_withdrawn', async () => {
  const { session, clock, fresh } = await said();
  for (const text of ['slow 60', 'a', 'b', 'c']) void session.input(text);
  await clock.until(() => session.conversation.queue.length === 3 && session.conversation.messages.length === 5);
  assert.deepEqual(session.conversation.messages.map((message) => message.state), ['processing', undefined, 'queued', 'queued', 'queued']);
  void session.reorder('t4', 't2');
  void session.withdraw('t3');
  await clock.until(() => session.pending === 0);
  assert.deepEqual(session.conversation.queue.map((turn) => turn.id), ['t4', 't2']);
  assert.deepEqual(words(session.conversation).slice(2), ['c', 'a']);
  const { messages } = await fresh();
  assert.deepEqual(messages.map((message) => message.messageId), ['u1', 'm1', 'u4', 'u2']);
  const late = session.withdraw('t1');
  late.catch(() => undefined);
  await clock.until(() => session.pending === 0);
  await assert.rejects(late, { code: 'too_late' });
  await clock.until(() => quiet(session));
  assert.deepEqual(words(session.conversation).slice(2), ['c', 'You said: c', 'a', 'You said: a']);
  assert.ok(session.conversation.messages.every((message) => message.role === 'assistant' || message.state === 'processed'));
});

test('every_input_policy_goes_out_and_does_what_it_says', async () => {
  const outcomes: Record<string, readonly string[]> = {
    enqueue: ['slow 40', 'first', 'second'],
    reject: ['slow 40', 'first'],
    interrupt: ['slow 40', 'first', 'second'],
    rollback: ['second'],
    merge: ['slow 40', 'first', 'second'],
    latest: ['slow 40', 'second'],
    steer: ['slow 40', 'first'],
  };
  for (const [policy, expected] of Object.entries(outcomes)) {
    const { session, clock } = await said();
    void session.input('slow 40');
    void session.input('first');
    await clock.until(() => session.conversation.messages.length === 3);
    const sent = session.input('second', { policy: policy as 'merge' }).then(() => 'accepted', (error: { code: string }) => error.code);
    await clock.until(() => session.pending === 0);
    assert.equal(await sent, policy === 'reject' ? 'turn_active' : 'accepted', policy);
    const { messages, steers, turns } = session.conversation;
    assert.deepEqual(messages.filter((message) => message.role === 'user').map((message) => message.text), expected, policy);
    assert.equal(steers[0]?.instruction, policy === 'steer' ? 'second' : undefined);
    assert.equal(steers[0]?.inputId, policy === 'steer' ? `${session.client}:3` : undefined);
    assert.equal(turns.find((turn) => turn.id === 't1')?.status, ['interrupt', 'rollback'].includes(policy) ? 'cancelled' : 'in_progress', policy);
  }
});

const begun: readonly LoggedEvent[] = [
  { type: 'input', seq: 1, id: 'c:1', messageId: 'u1', turn: 't1', text: 'hello' },
  { type: 'turn', seq: 2, turn: 't1', status: 'received', input: 'c:1', by: 'ann' },
  { type: 'agent_status', seq: 3, turn: 't1', status: 'in_progress', runEpoch: 1, runner: 'n1' },
];
const fold = (events: readonly LoggedEvent[]) => events.reduce(evolve, EMPTY_CONVERSATION);

test('a_superseded_message_is_gone_and_the_step_that_follows_takes_its_place', () => {
  const conversation = fold([
    ...begun,
    { type: 'token', seq: 4, messageId: 'm1', text: 'half a' },
    { type: 'message_superseded', seq: 5, turn: 't1', messageId: 'm1' },
    { type: 'token', seq: 6, messageId: 'm2', text: 'whole' },
    { type: 'step', seq: 7, turn: 't1', step: 1, usage: { outputTokens: 3 } },
  ]);
  assert.deepEqual(words(conversation), ['hello', 'whole']);
  assert.deepEqual(conversation.timeline.map((entry) => entry.id), ['u1', 'm2']);
  assert.equal(conversation.messages[1]?.status, 'complete');
  assert.equal(conversation.turns[0]?.steps, 1);
});

test('an_instruction_that_nobody_heard_is_said_anew_in_its_own_turn', () => {
  const conversation = fold([
    ...begun,
    { type: 'steer', seq: 4, turn: 't1', steerId: 's1', instruction: 'and tea', input: 'c:2' },
    { type: 'steer_resolved', seq: 5, turn: 't1', steerId: 's1', consumed: false },
    { type: 'agent_status', seq: 6, turn: 't1', status: 'completed' },
    { type: 'input', seq: 7, id: 'c:2', messageId: 'u2', turn: 't2', text: 'and tea' },
    { type: 'turn', seq: 8, turn: 't2', status: 'received', input: 'c:2' },
  ]);
  assert.deepEqual(conversation.timeline.map((entry) => entry.id), ['u1', 'u2']);
  assert.equal(conversation.steers.length, 0);
});

test('the_approval_of_a_turn_that_runs_on_another_branch_can_still_be_seen', () => {
  const conversation = fold([
    ...begun,
    { type: 'input', seq: 4, id: 'c:2', messageId: 'u2', turn: 't2', text: 'other' },
    { type: 'turn', seq: 5, turn: 't2', status: 'received', input: 'c:2', replaces: 't1' },
    { type: 'tool_call', seq: 6, turn: 't1', callId: 'k1', name: 'publish', approval: 'required' },
    { type: 'approval', seq: 7, turn: 't1', callId: 'k1', name: 'publish' },
  ]);
  assert.deepEqual(words(conversation), ['other']);
  assert.equal(conversation.toolCalls.length, 0);
  assert.equal(conversation.approvals[0]?.callId, 'k1');
});

test('a_long_conversation_with_branches_stays_within_its_bound', () => {
  const random = seeded(11);
  let conversation = EMPTY_CONVERSATION;
  let seq = 0;
  const add = (event: Record<string, unknown>) => {
    conversation = bounded(evolve(conversation, { ...event, seq: ++seq } as unknown as LoggedEvent), 20);
  };
  for (let n = 1; n <= 300; n++) {
    const replaces = n > 3 && random() < 0.4 ? { replaces: `t${n - 1 - Math.floor(random() * 3)}` } : {};
    add({ type: 'input', messageId: `u${n}`, turn: `t${n}`, text: 'x' });
    add({ type: 'turn', turn: `t${n}`, status: 'received', ...replaces });
    add({ type: 'agent_status', turn: `t${n}`, status: 'in_progress' });
    add({ type: 'token', messageId: `m${n}`, text: 'y' });
    add({ type: 'agent_status', turn: `t${n}`, status: 'completed' });
    if (random() < 0.1) add({ type: 'turn_retracted', turn: `t${n}` });
    const { timeline, messages, tree } = conversation;
    assert.ok(timeline.length <= 20 && tree.hidden.messages.length <= 20);
    assert.deepEqual(timeline.map((entry) => entry.id), messages.map((message) => message.messageId));
    assert.ok(tree.nodes.size <= 60, `turns kept: ${tree.nodes.size}`);
    if (tree.incomplete) conversation = EMPTY_CONVERSATION;
  }
});
