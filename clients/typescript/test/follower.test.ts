import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Follower } from '../src/follower.js';
import type { Frame } from '../src/frames.js';
import { parseFrame } from '../src/frames.js';

const attached = (more: object = {}): Frame =>
  ({ type: 'attached', session: 's', head: 0, pos: 'p1', resumed: true, client: 'c', ...more }) as Frame;
const token = (from: number, seq: number, text = 'x'): Frame => ({ type: 'token', from, seq, messageId: 'm1', text }) as Frame;

function following(after = 0): Follower {
  const follower = new Follower({ after }, 100);
  follower.receive(attached());
  return follower;
}

test('events_before_the_attached_are_ignored', () => {
  const follower = new Follower({ after: 0 }, 100);
  assert.equal(follower.receive(token(1, 1)).kind, 'ignored');
  assert.equal(follower.last, 0);
});

test('a_frame_that_continues_is_applied_and_moves_the_position', () => {
  const follower = following(3);
  assert.equal(follower.receive(token(4, 9)).kind, 'applied');
  assert.deepEqual(follower.attachFields(), { pos: 'p1', after: 9, client: 'c' });
});

test('a_frame_seen_before_is_a_duplicate_and_changes_nothing', () => {
  const follower = following();
  follower.receive(token(1, 3, 'abc'));
  assert.deepEqual(follower.receive(token(2, 3, 'bc')), { kind: 'duplicate', seq: 3, expected: false });
  assert.equal(follower.conversation.messages[0]?.text, 'abc');
});

test('a_hole_and_a_frame_that_straddles_the_position_are_gaps', () => {
  const follower = following();
  follower.receive(token(1, 3));
  assert.deepEqual(follower.receive(token(5, 5)), { kind: 'gap', expected: 4, first: 5, overlap: false });
  assert.deepEqual(follower.receive(token(3, 4)), { kind: 'gap', expected: 4, first: 3, overlap: false });
  assert.equal(follower.last, 3);
});

test('an_unknown_type_with_a_seq_advances_the_position', () => {
  const follower = following();
  assert.equal(follower.receive({ type: 'from_the_future', seq: 1, stuff: 1 } as Frame).kind, 'applied');
  assert.equal(follower.receive(token(2, 2)).kind, 'applied');
});

test('a_history_event_renames_the_position_in_its_place_in_the_log', () => {
  const history = (seq: number, pos: string): Frame => ({ type: 'history', seq, pos }) as Frame;
  const follower = following();
  follower.receive(token(1, 3));
  assert.equal(follower.receive(history(4, 'p2')).kind, 'applied');
  assert.deepEqual(follower.attachFields(), { pos: 'p2', after: 4, client: 'c' });
  follower.takeOver('p1');
  assert.deepEqual(follower.receive(history(4, 'p2')), { kind: 'duplicate', seq: 4, expected: true });
  assert.deepEqual(follower.attachFields(), { pos: 'p2', after: 4, client: 'c' }, 'another connection was attached before it');
});

test('a_snapshot_replaces_the_conversation_only_when_it_is_whole', () => {
  const follower = following();
  follower.receive(token(1, 3, 'old'));
  const snapshot = { seq: 7, messages: 2, turns: [{ id: 't1', status: 'in_progress', runEpoch: 2, runner: 'n2' }] };
  follower.receive(attached({ resumed: false, reason: 'diverged', pos: 'p2', head: 7, snapshot }));
  follower.receive({ type: 'message', messageId: 'm9', role: 'assistant', text: 'ne', more: true } as Frame);
  assert.equal(follower.conversation.messages[0]?.text, 'old');
  const step = follower.receive({ type: 'message', messageId: 'm9', role: 'assistant', text: 'w' } as Frame);
  assert.equal(step.kind === 'attached' && step.reset, true);
  assert.equal(follower.conversation.messages[0]?.text, 'new');
  assert.equal(follower.conversation.activeTurn?.runner, 'n2');
  assert.deepEqual(follower.attachFields(), { pos: 'p2', after: 7, client: 'c' });
  assert.equal(follower.receive(token(8, 8)).kind, 'applied');
});

test('a_snapshot_cut_short_leaves_conversation_and_position_as_they_were', () => {
  const follower = following();
  follower.receive(token(1, 3, 'old'));
  follower.receive(attached({ resumed: false, pos: 'p2', snapshot: { seq: 7, messages: 2 } }));
  follower.interrupt();
  assert.equal(follower.conversation.messages[0]?.text, 'old');
  assert.deepEqual(follower.attachFields(), { pos: 'p1', after: 3, client: 'c' });
});

test('calls_of_a_snapshot_stand_between_the_messages_of_their_turn', () => {
  const follower = new Follower({}, 100);
  const call = (callId: string, turn: string, status: string, more = {}) => ({ callId, turn, name: 'tool', status, ...more });
  const snapshot = {
    seq: 9,
    messages: 6,
    approvals: [call('k3', 't2', 'awaiting_approval', { deadline: 'soon' })],
    toolCalls: [
      call('k1', 't1', 'ok', { result: 1 }),
      call('k2', 't1', 'settled', { decision: 'rejected', decidedBy: 'bob' }),
      call('k3', 't2', 'awaiting_approval'),
      call('k4', 't2', 'ready'),
    ],
  };
  follower.receive(attached({ resumed: false, reason: 'new', snapshot }));
  const say = (messageId: string, role: string, turn: string) =>
    follower.receive({ type: 'message', messageId, role, turn, text: messageId } as unknown as Frame);
  say('u1', 'user', 't1');
  say('m1', 'assistant', 't1');
  say('m2', 'assistant', 't1');
  say('u2', 'user', 't2');
  say('m3', 'assistant', 't2');
  say('u3', 'user', 't3');
  const { timeline, approvals, toolCalls } = follower.conversation;
  assert.deepEqual(timeline.map((entry) => entry.id), ['u1', 'm1', 'k1', 'm2', 'k2', 'u2', 'm3', 'k3', 'k4', 'u3']);
  assert.deepEqual(approvals.map((each) => [each.callId, each.deadline]), [['k3', 'soon']]);
  assert.deepEqual(toolCalls.map((each) => each.state), ['ok', 'rejected', 'awaiting_approval', 'requested']);
});

test('an_overlap_that_was_announced_is_no_duplicate', () => {
  const follower = following();
  follower.receive(token(1, 3));
  follower.takeOver('p1');
  assert.deepEqual(follower.receive(token(2, 2)), { kind: 'duplicate', seq: 2, expected: true });
  follower.receive(token(4, 4));
  assert.deepEqual(follower.receive(token(4, 4)), { kind: 'duplicate', seq: 4, expected: false });
});

test('frames_that_break_the_protocol_are_named', () => {
  const sentences = [
    ['nonsense', 'the frame is not JSON'],
    ['[]', 'the frame is not a JSON object'],
    ['{}', 'the frame has no type'],
    ['{"type":"token","messageId":"m1","text":"x"}', 'token: seq is missing'],
    ['{"type":"token","seq":0,"messageId":"m1","text":"x"}', 'token: seq is not a positive integer'],
    ['{"type":"token","from":5,"seq":4,"messageId":"m1","text":"x"}', 'token: from does not lie before seq'],
    ['{"type":"token","seq":1,"messageId":"m1"}', 'token: text is not a string'],
    ['{"type":"attached","session":"s","head":1,"pos":"p","resumed":false,"client":"c"}', 'attached: snapshot is missing'],
    ['{"type":"welcome","node":"n","heartbeatMs":0}', 'welcome: heartbeatMs is not positive'],
    ['{"type":"welcome","node":"n","heartbeatMs":1,"expiresInMs":0}', 'welcome: expiresInMs is not a positive integer'],
    ['{"type":"authenticated","expiresInMs":1.5}', 'authenticated: expiresInMs is not a positive integer'],
    ['{"type":"authenticated","expiresInMs":"1"}', 'authenticated: expiresInMs is not a positive integer'],
  ] as const;
  for (const [text, sentence] of sentences) assert.equal(parseFrame(text), sentence);
  assert.equal(typeof parseFrame('{"type":"constructor","seq":1}'), 'object');
  for (const text of ['{"type":"authenticated"}', '{"type":"authenticated","expiresInMs":1}', '{"type":"other","expiresInMs":0}']) {
    assert.equal(typeof parseFrame(text), 'object');
  }
});
