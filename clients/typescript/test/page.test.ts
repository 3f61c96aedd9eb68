import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayDecide, othersDecide } from '../page/deciders.js';
import { hashOf, placeOf } from '../page/hash.js';
import { blocksOf } from '../page/markup.js';
import { chancesOf } from '../page/question.js';
import { refusal } from '../page/refusals.js';
import { situationOf } from '../page/situation.js';
import { Witness } from '../page/witness.js';
import type { Approval, ToolCall } from '../src/index.js';
import { SessionmeshError } from '../src/index.js';
import { world } from './world.js';

const token = (from: number, seq = from) => ({ type: 'token', from, seq });
const status = (seq: number, word: string) => ({ type: 'agent_status', seq, status: word });

test('the_witness_counts_what_is_lost_and_what_comes_twice', () => {
  const witness = new Witness();
  witness.begins(0, false);
  witness.saw(token(1, 3), 0);
  witness.saw(token(6), 0);
  assert.equal(witness.lost, 2);
  witness.saw(token(5, 7), 0);
  assert.equal(witness.duplicated, 2);
  witness.saw(token(8), 0);
  assert.deepEqual([witness.lost, witness.duplicated], [2, 2]);
});

test('a_pause_counts_only_while_a_turn_is_worked_on', () => {
  const witness = new Witness();
  witness.begins(0, false);
  witness.saw({ type: 'input', seq: 1 }, 0);
  witness.saw(status(2, 'in_progress'), 9_000);
  assert.equal(witness.longestPauseMs, 0);
  witness.saw(token(3), 9_040);
  witness.saw(token(4), 9_340);
  assert.equal(witness.longestPauseMs, 300);
  witness.saw(status(5, 'awaiting_approval'), 9_350);
  witness.saw({ type: 'approval_resolved', seq: 6 }, 60_000);
  witness.saw(status(7, 'in_progress'), 60_001);
  witness.saw({ type: 'tool_started', seq: 8 }, 60_002);
  witness.saw({ type: 'tool_result', seq: 9 }, 65_000);
  assert.equal(witness.longestPauseMs, 300);
  witness.saw(token(10), 65_500);
  assert.equal(witness.longestPauseMs, 500);
});

test('the_time_a_tab_was_cut_off_by_hand_is_no_pause', () => {
  const witness = new Witness();
  witness.begins(0, true);
  witness.saw(token(1), 0);
  witness.cut();
  witness.saw(token(2, 90), 30_000);
  assert.equal(witness.longestPauseMs, 0);
  assert.equal(witness.lost, 0);
});

test('a_snapshot_in_the_middle_of_a_turn_begins_the_count_anew', () => {
  const witness = new Witness();
  witness.begins(40, true);
  witness.saw(token(41), 1_000);
  witness.saw(token(42), 1_100);
  assert.deepEqual([witness.lost, witness.duplicated, witness.longestPauseMs], [0, 0, 100]);
});

test('paragraphs_lists_bold_and_code_are_read', () => {
  const blocks = blocksOf('One **two** `three`\nfour\n\n- five\n2. six');
  assert.deepEqual(
    blocks.map((block) => [block.kind, block.marker]),
    [['paragraph', ''], ['bullet', ''], ['number', '2']],
  );
  assert.deepEqual(blocks[0]?.spans, [
    { kind: 'text', text: 'One ' },
    { kind: 'bold', text: 'two' },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: 'three' },
    { kind: 'text', text: '\nfour' },
  ]);
});

test('a_growing_text_changes_only_its_last_block', () => {
  const text = 'A first paragraph.\n\n- **one** thing\n- another\n\nThe end of it.';
  for (let length = 1; length < text.length; length++) {
    const before = blocksOf(text.slice(0, length));
    const after = blocksOf(text.slice(0, length + 1));
    before.slice(0, -1).forEach((block, index) => assert.equal(after[index]?.key, block.key));
  }
});

test('nothing_of_a_text_is_lost_or_run_as_markup', () => {
  for (const text of ['<b>x</b> & **y', 'a * b ** c', '``', '**', '1.5 litres', '-no item', '  ', 'x\n\n\ny', '`a**b`']) {
    const shown = blocksOf(text).flatMap((block) => block.spans.map((span) => (span.kind === 'seam' ? '' : span.text))).join('');
    const letters = (value: string) => value.replace(/[*`\s]/g, '');
    assert.equal(letters(shown), letters(text));
  }
});

test('a_seam_stands_where_the_other_node_went_on', () => {
  const seam = { at: 5, from: 'n1', to: 'n2' };
  assert.deepEqual(blocksOf('Hello world', [seam])[0]?.spans, [
    { kind: 'text', text: 'Hello' },
    { kind: 'seam', seam },
    { kind: 'text', text: ' world' },
  ]);
  const bold = blocksOf('a **bc** d', [{ ...seam, at: 5 }])[0]?.spans.map((span) => (span.kind === 'seam' ? '|' : span.text));
  assert.deepEqual(bold, ['a ', 'b', '|', 'c', ' d']);
  assert.notEqual(blocksOf('Hello world')[0]?.key, blocksOf('Hello world', [seam])[0]?.key);
});

test('a_place_survives_its_hash_and_a_newcomer_gets_a_fresh_session', () => {
  const place = { session: 's-1', control: 'http://127.0.0.1:1', token: 'a b&c' };
  assert.deepEqual(placeOf(hashOf(place), () => 'x'), place);
  assert.equal(placeOf('', () => 'abc').session, 'demo-abc');
  assert.equal(placeOf('#session=<bad>', () => 'abc').session, 'demo-abc');
});

test('a_session_that_was_deleted_is_said_to_be', async () => {
  const { clock, client, mesh } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  const line = () => situationOf(connection, session, { tone: 'good', text: 'Back on n1' }, 'n1', () => false, 'Ada').text;
  await clock.until(() => session.state === 'attached');
  assert.equal(line(), 'Back on n1');
  mesh.delete('s1');
  await clock.advance(20);
  assert.equal(line(), 'This session was deleted. Nothing more will come.');
});

test('a_pane_asks_only_those_who_may_decide', () => {
  const terms = { needed: 1, askedBy: 'Ada', separateDuty: true, votes: [], delegates: [], escalatedTo: [] } as unknown as Approval;
  const call = (more: Partial<Approval>) => ({ name: 'createTag', approval: { ...terms, ...more } }) as ToolCall;
  assert.deepEqual(['Ada', 'Bo'].map((name) => mayDecide(call({}), name)), [false, true]);
  assert.equal(mayDecide(call({ separateDuty: false }), 'Ada'), true);
  assert.deepEqual(['Bo', 'Cy'].map((name) => mayDecide(call({ approvers: ['user:Cy'] }), name)), [false, true]);
  assert.equal(mayDecide(call({ approvers: ['user:Cy'], delegates: ['Bo'] }), 'Bo'), true);
  const voted = call({ needed: 2, votes: [{ by: 'Bo', at: undefined }] });
  assert.equal(mayDecide(voted, 'Bo'), false);
  assert.equal(othersDecide(voted, 'Bo'), 'You approved. 1 of 2 have.');
  assert.match(othersDecide(call({}), 'Ada'), /somebody else/);
});

test('whoever_was_slower_is_told_who_was_first', () => {
  const told = (code: string, details: Record<string, unknown>) => refusal(new SessionmeshError(code, 'no', { details }), 'Cy');
  assert.match(told('already_decided', { decidedBy: 'Bo', decision: 'rejected', at: '2026-03-01T12:00:00Z' }), /^Bo was first: rejected at \d/);
  assert.match(told('already_decided', { decidedBy: 'Cy', decision: 'approved' }), /^You were first: approved$/);
  assert.equal(told('already_claimed', { claimedBy: 'Bo' }), "Bo's tab is on it");
  assert.equal(told('already_claimed', { claimedBy: 'Cy' }), 'Another tab of yours is on it');
  assert.equal(told('queue_full', {}), 'no');
});

test('a_question_can_be_asked_again_moved_and_withdrawn_when_it_makes_sense', async () => {
  const { clock, client } = world();
  const session = client().attach('s1', { after: 0 });
  await clock.until(() => session.state === 'attached');
  for (const words of ['slow 200', 'b', 'c']) void session.input(words);
  await clock.until(() => session.conversation.messages.filter((each) => each.role === 'user').length === 3);
  const chances = (words: string) => {
    const message = session.conversation.messages.find((each) => each.text === words);
    return message && chancesOf(message, session.conversation);
  };
  assert.deepEqual([chances('slow 200')?.waits, chances('b')?.waits, chances('c')?.waits], [undefined, 0, 1]);
  assert.deepEqual([chances('b')?.before, chances('c')?.before], [undefined, chances('b')?.turn]);
  assert.equal(chances('c')?.again, false);
  await clock.until(() => session.conversation.activeTurn === undefined);
  assert.deepEqual([chances('b')?.again, chances('c')?.again], [false, true]);
  const first = chances('c')?.turn ?? '';
  void session.regenerate(first);
  await clock.until(() => session.conversation.branches.length === 1 && session.conversation.activeTurn === undefined);
  assert.deepEqual(chances('c')?.branch?.beside.length, 2);
  assert.notEqual(chances('c')?.turn, first);
});
