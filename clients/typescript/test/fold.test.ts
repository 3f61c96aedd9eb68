import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoggedEvent } from '../src/index.js';
import { EMPTY_CONVERSATION, evolve, readBlob } from '../src/index.js';
import { bounded } from '../src/contents.js';
import { recovering } from '../src/fold.js';

const fold = (events: readonly LoggedEvent[]) => events.reduce(evolve, EMPTY_CONVERSATION);

const started: readonly LoggedEvent[] = [
  { type: 'input', seq: 1, id: 'c:1', messageId: 'u1', turn: 't1', text: 'hello', actor: 'ann' },
  { type: 'turn', seq: 2, turn: 't1', status: 'received', input: 'c:1' },
  { type: 'agent_status', seq: 3, turn: 't1', status: 'in_progress', runEpoch: 1, runner: 'n1' },
];

test('tokens_grow_one_message_of_the_active_turn', () => {
  const conversation = fold([
    ...started,
    { type: 'token', seq: 4, messageId: 'm1', text: 'Good ' },
    { type: 'token', from: 5, seq: 6, messageId: 'm1', text: 'morning' },
  ]);
  assert.equal(conversation.messages[1]?.text, 'Good morning');
  assert.equal(conversation.messages[1]?.turn, 't1');
  assert.equal(conversation.messages[1]?.status, 'streaming');
  assert.equal(conversation.activeTurn?.runner, 'n1');
});

test('a_turn_that_ends_completes_its_messages', () => {
  const conversation = fold([
    ...started,
    { type: 'token', seq: 4, messageId: 'm1', text: 'x' },
    { type: 'agent_status', seq: 5, turn: 't1', status: 'failed', code: 'provider', reason: 'gone' },
  ]);
  assert.equal(conversation.messages[1]?.status, 'complete');
  assert.equal(conversation.activeTurn, undefined);
  assert.equal(conversation.turns[0]?.reason, 'gone');
});

test('a_text_that_is_too_long_for_the_log_is_referred_to', () => {
  const blob = { hash: 'ab'.repeat(32), bytes: 70_000 };
  const conversation = fold([
    { type: 'input', seq: 1, id: 'c:1', messageId: 'u1', turn: 't1', text: '', blob },
    { type: 'tool_call', seq: 2, turn: 't1', callId: 'k1', name: 'read', arguments: { blob } },
    { type: 'tool_result', seq: 3, callId: 'k1', status: 'error', error: '', blob },
  ]);
  assert.deepEqual(conversation.messages[0]?.blob, blob);
  assert.deepEqual(conversation.toolCalls[0]?.arguments, { blob });
  assert.deepEqual(conversation.toolCalls[0]?.blob, blob);
});

test('a_blob_is_fetched_by_its_hash', async () => {
  const blob = { hash: 'ab'.repeat(32), bytes: 9 };
  const asked: string[] = [];
  const answers = [new Response('long text'), Response.json({ error: { code: 'blob_not_found', message: 'gone' } }, { status: 404 })];
  const fetch = async (url: unknown): Promise<Response> => {
    asked.push(String(url));
    return answers.shift() as Response;
  };
  assert.equal(await readBlob('http://a:1', 's1', blob, { fetch }), 'long text');
  await assert.rejects(readBlob('ws://a:1/v1/ws', 's1', blob, { fetch }), { code: 'blob_not_found' });
  assert.deepEqual(asked, Array(2).fill(`http://a:1/v1/sessions/s1/blobs/${blob.hash}`));
});

test('reasoning_is_kept_apart_from_the_text', () => {
  const conversation = fold([
    ...started,
    { type: 'token', seq: 4, messageId: 'm1', text: 'hm ', kind: 'reasoning', part: 0 },
    { type: 'token', seq: 5, messageId: 'm1', text: 'yes' },
    { type: 'token', seq: 6, messageId: 'm1', text: 'so', kind: 'reasoning', part: 0 },
  ]);
  assert.equal(conversation.messages[1]?.text, 'yes');
  assert.deepEqual(conversation.messages[1]?.parts, [{ part: 0, kind: 'reasoning', text: 'hm so' }]);
});

test('an_approval_is_pending_until_it_is_resolved_and_tells_who_decided', () => {
  const asked = fold([
    ...started,
    { type: 'tool_call', seq: 4, turn: 't1', callId: 'k1', name: 'publish', arguments: { v: 1 }, approval: 'required' },
    { type: 'approval', seq: 5, turn: 't1', callId: 'k1', name: 'publish', arguments: { v: 1 }, deadline: 'later' },
  ]);
  assert.equal(asked.approvals[0]?.callId, 'k1');
  const decided = evolve(asked, { type: 'approval_resolved', seq: 6, callId: 'k1', decision: 'approved', by: 'bob' });
  assert.equal(decided.approvals.length, 0);
  assert.equal(decided.toolCalls[0]?.decidedBy, 'bob');
  const ended = evolve(decided, { type: 'tool_result', seq: 7, callId: 'k1', status: 'ok', result: { ok: 1 } });
  assert.equal(ended.toolCalls[0]?.state, 'ok');
  assert.deepEqual(ended.timeline.map((entry) => entry.id), ['u1', 'k1']);
});

test('text_after_a_tool_call_is_a_message_below_it', () => {
  const conversation = fold([
    ...started,
    { type: 'token', seq: 4, messageId: 'm1', text: 'first' },
    { type: 'tool_call', seq: 5, turn: 't1', callId: 'k1', name: 'look' },
    { type: 'token', seq: 6, messageId: 'm2', text: 'second' },
  ]);
  assert.deepEqual(conversation.timeline.map((entry) => entry.id), ['u1', 'm1', 'k1', 'm2']);
  assert.deepEqual(conversation.messages.map((message) => message.status), ['complete', 'complete', 'streaming']);
});

test('recovering_shows_until_the_takeover_and_never_revives_an_ended_turn', () => {
  const signal = { type: 'agent_status', turn: 't1', status: 'recovering' } as const;
  const lost = recovering(fold(started), signal);
  assert.equal(lost.activeTurn?.recovering, true);
  const taken = evolve(lost, { type: 'agent_status', seq: 4, turn: 't1', status: 'in_progress', runEpoch: 2, runner: 'n2', takeover: true });
  assert.equal(taken.activeTurn?.recovering, false);
  assert.equal(taken.activeTurn?.takeovers, 1);
  assert.equal(taken.activeTurn?.runner, 'n2');
  const ended = evolve(taken, { type: 'agent_status', seq: 5, turn: 't1', status: 'completed' });
  assert.equal(recovering(ended, signal), ended);
});

test('a_steer_tells_whether_it_was_consumed', () => {
  const asked = fold([...started, { type: 'steer', seq: 4, turn: 't1', instruction: 'shorter', id: 'c:2', actor: 'ann' }]);
  assert.equal(asked.steers[0]?.consumed, undefined);
  const told = evolve(asked, { type: 'steer_resolved', seq: 5, turn: 't1', id: 'c:2', consumed: true });
  assert.equal(told.steers[0]?.consumed, true);
});

test('the_oldest_entries_are_dropped_beyond_the_limit_with_what_belongs_to_them', () => {
  const events: LoggedEvent[] = [];
  for (let n = 0; n < 6; n++) {
    events.push({ type: 'input', seq: 3 * n + 1, messageId: `u${n}`, turn: `t${n}`, text: 'x' });
    events.push({ type: 'turn', seq: 3 * n + 2, turn: `t${n}`, status: 'received' });
    events.push({ type: 'agent_status', seq: 3 * n + 3, turn: `t${n}`, status: 'completed' });
  }
  const small = bounded(fold(events), 4);
  assert.deepEqual(small.timeline.map((entry) => entry.id), ['u2', 'u3', 'u4', 'u5']);
  assert.deepEqual(small.turns.map((turn) => turn.id), ['t2', 't3', 't4', 't5']);
  assert.equal(small.dropped, 2);
});

test('what_did_not_change_stays_the_same_object', () => {
  const before = fold([...started, { type: 'token', seq: 4, messageId: 'm1', text: 'a' }]);
  const after = evolve(before, { type: 'token', seq: 5, messageId: 'm1', text: 'b' });
  assert.equal(after.messages[0], before.messages[0]);
  assert.notEqual(after.messages[1], before.messages[1]);
  assert.equal(before.messages[1]?.text, 'a');
  assert.equal(after.turns, before.turns);
});
