import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attendance } from '../src/index.js';
import { world } from './world.js';

function users(attendance: Attendance): string[] {
  return attendance.here.map((one) => one.user).sort();
}

test('who_does_not_subscribe_asks_for_nothing_and_is_told_nothing', async () => {
  const { clock, client, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  await clock.advance(2_000);
  assert.equal(session.state, 'attached');
  assert.deepEqual(fake.presence.said, []);
  assert.deepEqual(session.presence.current, { here: [], left: [], more: 0 });
});

test('a_subscriber_is_told_who_comes_and_goes', async () => {
  const { clock, client } = world();
  const ada = client().attach('s1', { after: 0, device: 'laptop' });
  const told: Attendance[] = [];
  const stop = ada.presence.subscribe((attendance) => told.push(attendance));
  await clock.until(() => ada.presence.current.here.length === 1);
  assert.equal(ada.presence.current.here[0]?.device, 'laptop');
  const bob = client().attach('s1', { after: 0 });
  await clock.until(() => ada.presence.current.here.length === 2);
  bob.close();
  await clock.until(() => ada.presence.current.here.length === 1);
  assert.deepEqual(ada.presence.current.left.map((one) => one.user), ['c2-s1']);
  assert.deepEqual(told.map((each) => each.here.length), [1, 2, 1]);
  stop();
  stop();
  client().attach('s1', { after: 0 });
  await clock.advance(1_000);
  assert.equal(told.length, 3);
  assert.deepEqual(ada.presence.current, { here: [], left: [], more: 0 });
});

test('after_a_reconnect_everything_is_said_again_and_the_list_is_the_new_nodes', async () => {
  const { clock, client, mesh, session: fake } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0, device: 'phone' });
  session.presence.subscribe(() => undefined);
  session.presence.setFocus('the plan');
  session.presence.setStatus('back at 3');
  void session.input('hello');
  await clock.until(() => session.conversation.activeTurn === undefined && session.conversation.turns.length > 0);
  session.presence.markRead(3);
  await clock.advance(1_000);
  mesh.kill('n1');
  await clock.until(() => connection.node === 'n2' && session.presence.current.here.some((one) => one.read === 3));
  await clock.advance(1_000);
  const [me, ...others] = session.presence.current.here;
  assert.deepEqual(others, []);
  assert.match(String(me?.tab), /^n2-/);
  assert.equal(me?.focus, 'the plan');
  assert.equal(me?.status, 'back at 3');
  assert.equal(me?.device, 'phone');
  const afterwards = fake.presence.said.filter(({ tab }) => tab.startsWith('n2')).map(({ frame }) => frame);
  assert.deepEqual(afterwards.map((frame) => frame['type']), ['presence', 'read']);
  assert.equal(afterwards[0]?.['watch'], true);
});

test('a_move_without_a_break_takes_presence_along', async () => {
  const { clock, client } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  session.presence.subscribe(() => undefined);
  session.presence.setStatus('here');
  await clock.until(() => session.presence.current.here.length === 1);
  connection.move();
  await clock.until(() => session.presence.current.here.every((one) => one.tab.startsWith('n2')) && session.presence.current.here.length === 1);
  assert.equal(session.presence.current.here[0]?.status, 'here');
});

test('every_key_stroke_is_not_a_frame_but_typing_goes_on_and_ends', async () => {
  const { clock, client, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  await clock.until(() => session.state === 'attached');
  for (let strokes = 0; strokes < 80; strokes++) {
    session.presence.setTyping(true);
    await clock.advance(100);
  }
  session.presence.setTyping(false);
  await clock.advance(500);
  assert.deepEqual(fake.presence.said.map(({ frame }) => frame['typing']), [true, true, true, false]);
});

test('many_changes_in_a_moment_are_one_frame_and_reading_never_goes_back', async () => {
  const { clock, client, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  void session.input('slow 20');
  await clock.until(() => session.conversation.turns.length > 0 && session.conversation.activeTurn === undefined);
  for (let seq = 1; seq <= 20; seq++) session.presence.markRead(seq);
  session.presence.markRead(7);
  for (let line = 1; line <= 20; line++) session.presence.setFocus(`line ${line}`);
  await clock.advance(2_000);
  const reads = fake.presence.said.filter(({ frame }) => frame['type'] === 'read').map(({ frame }) => frame['seq']);
  assert.equal(reads.at(-1), 20);
  assert.deepEqual(reads, [...reads].sort((a, b) => Number(a) - Number(b)));
  assert.ok(fake.presence.said.length <= 4, `${fake.presence.said.length} frames`);
  assert.equal(fake.presence.said.findLast(({ frame }) => frame['focus'] !== undefined)?.frame['focus'], 'line 20');
});

test('a_refused_word_is_an_error_of_the_session_and_ends_nothing', async () => {
  const { clock, client, mesh } = world();
  mesh.faults.outgoing = (frame) =>
    frame['type'] === 'ack' && frame['id'] === 'presence.s1' ? [{ type: 'error', id: frame['id'], code: 'forbidden', message: 'not granted: write', retryable: false }] : [frame];
  const session = client().attach('s1', { after: 0 });
  const errors: string[] = [];
  session.on('error', (error) => errors.push(error.code));
  session.presence.setStatus('hello');
  await clock.advance(1_000);
  assert.deepEqual(errors, ['forbidden']);
  assert.equal(session.state, 'attached');
});

test('agents_and_tabs_off_the_list_leave_it_without_having_departed', async () => {
  const { clock, client, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  session.presence.subscribe(() => undefined);
  await clock.until(() => session.presence.current.here.length === 1);
  const tell = (change: Record<string, unknown>) => {
    for (const signal of fake.signals) signal({ type: 'presence', session: 's1', here: [], left: [], ...change });
  };
  tell({ here: [{ tab: 't1', user: 'n3', kind: 'agent', turn: 't1' }], more: 7 });
  await clock.until(() => session.presence.current.more === 7);
  assert.deepEqual(users(session.presence.current), ['c1-s1', 'n3']);
  tell({ left: [{ tab: 't1' }] });
  await clock.until(() => session.presence.current.more === 0);
  assert.deepEqual(session.presence.current.left, []);
  assert.deepEqual(users(session.presence.current), ['c1-s1']);
});

test('a_device_that_no_server_takes_is_refused_at_once', () => {
  const { client } = world();
  assert.throws(() => client().attach('s1', { device: 'my phone' }), { code: 'bad_option' });
});
