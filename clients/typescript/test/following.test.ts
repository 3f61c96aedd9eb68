import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { counted, done, record, spoken, world } from './world.js';

test('a_session_streams_a_whole_turn', async () => {
  const { clock, client, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  const { events } = record(session);
  const ack = session.input('slow 40');
  await clock.until(() => done(session));
  assert.deepEqual(await ack, { id: 'c1-s1:1', seq: 1, duplicate: false, degraded: false });
  assert.equal(spoken(session), counted(40));
  assert.equal(events.length, fake.log.length);
  assert.equal(session.stats.events, fake.log.length);
});

test('a_newcomer_gets_a_snapshot_and_what_follows', async () => {
  const { clock, client } = world();
  const first = client().attach('s1', { after: 0 });
  void first.input('slow 40');
  await clock.until(() => spoken(first).length > 30);
  const late = client().attach('s1');
  const messages: string[] = [];
  late.on('message', (message) => messages.push(message.messageId));
  const { events } = record(late);
  await clock.until(() => done(late));
  assert.deepEqual(messages, ['u1', 'm1']);
  assert.equal(spoken(late), counted(40));
  assert.ok(events.length < 40);
  assert.deepEqual(late.conversation.messages.map((each) => each.text), first.conversation.messages.map((each) => each.text));
});

test('a_lost_connection_is_resumed_elsewhere_without_gap_or_repetition', async () => {
  const { clock, client, mesh } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  const { notes } = record(session);
  void session.input('slow 60');
  await clock.until(() => spoken(session).length > 20);
  mesh.kill('n1');
  await clock.until(() => done(session));
  assert.equal(spoken(session), counted(60));
  assert.equal(connection.node, 'n2');
  assert.equal(session.stats.gaps + session.stats.duplicates + session.stats.resets, 0);
  assert.deepEqual(notes.filter((note) => !note.startsWith('caught')), ['attaching', 'attached', 'interrupted', 'attaching', 'attached']);
});

test('the_runner_that_dies_is_replaced_and_the_sentence_finishes', async () => {
  const { clock, client, mesh } = world();
  const session = client().attach('s1', { after: 0 });
  const statuses: string[] = [];
  session.on('agent_status', (status) => statuses.push(status.status));
  void session.input('slow 60');
  await clock.until(() => spoken(session).length > 20);
  mesh.kill('n3');
  await clock.until(() => session.conversation.activeTurn?.recovering === true);
  await clock.until(() => done(session));
  assert.equal(spoken(session), counted(60));
  assert.deepEqual(statuses, ['in_progress', 'recovering', 'in_progress', 'completed']);
  assert.equal(session.conversation.turns[0]?.takeovers, 1);
});

test('a_gap_is_counted_and_healed_by_attaching_again', async () => {
  const { clock, client, mesh } = world();
  let dropped = 0;
  mesh.faults.outgoing = (frame) => {
    if (frame['type'] !== 'token' || dropped > 0 || (frame['seq'] as number) < 10) return [frame];
    dropped += 1;
    return [];
  };
  const session = client().attach('s1', { after: 0 });
  const { notes } = record(session);
  void session.input('slow 30');
  await clock.until(() => done(session));
  assert.equal(spoken(session), counted(30));
  assert.equal(session.stats.gaps, 1);
  assert.ok(notes.includes('gap 10->11'));
});

test('a_server_that_never_continues_the_log_is_left_for_another', async () => {
  const { clock, client, mesh } = world();
  mesh.faults.outgoing = (frame, node) => (node === 'n1' && frame['type'] === 'input' ? [] : [frame]);
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  void session.input('slow 10');
  await clock.until(() => done(session));
  assert.equal(connection.node, 'n2');
  assert.equal(session.stats.gaps, 4);
});

test('frames_that_come_twice_are_dropped_and_counted', async () => {
  const { clock, client, mesh } = world();
  mesh.faults.outgoing = (frame) => (frame['seq'] === 7 ? [frame, frame] : [frame]);
  const session = client().attach('s1', { after: 0 });
  record(session);
  void session.input('slow 20');
  await clock.until(() => done(session));
  assert.equal(spoken(session), counted(20));
  assert.equal(session.stats.duplicates, 1);
});

test('an_unknown_type_takes_its_place_in_the_log', async () => {
  const { clock, client, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  const { events } = record(session);
  await clock.until(() => session.state === 'attached');
  fake.append({ type: 'weather', sky: 'blue' });
  fake.append({ type: 'token', messageId: 'm1', text: 'hi' });
  await clock.until(() => events.length === 2);
  assert.equal(session.position.after, 2);
  assert.equal(session.stats.gaps, 0);
});

test('a_diverged_log_resets_the_conversation_and_tells_why', async () => {
  const { clock, client, mesh, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  const { notes } = record(session);
  void session.input('slow 5');
  await clock.until(() => done(session));
  fake.history = 'h2';
  mesh.node('n1').dropAll(1012, 'restart');
  await clock.until(() => notes.includes('reset diverged'));
  assert.equal(spoken(session), counted(5));
  assert.equal(session.stats.resets, 1);
  void session.input('slow 5');
  await clock.until(() => session.conversation.turns.length === 2 && done(session));
  assert.equal(spoken(session), counted(5) + counted(5));
});

test('a_position_beyond_the_head_after_a_reconnect_falls_back_to_a_snapshot_visibly', async () => {
  const { clock, client, mesh, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  const { notes } = record(session);
  void session.input('slow 5');
  await clock.until(() => done(session));
  fake.log.splice(6);
  mesh.node('n1').dropAll(1012, 'restart');
  await clock.until(() => session.state === 'attached' && notes.includes('reset position_ahead'));
  assert.ok(notes.includes('error position_ahead'));
});

test('a_position_is_saved_and_used_by_another_tab', async () => {
  const { clock, client } = world();
  const first = client().attach('s1', { after: 0 });
  void first.input('slow 5');
  await clock.until(() => done(first));
  const { position } = first;
  void first.input('slow 5');
  await clock.until(() => first.conversation.turns.length === 2 && done(first));
  const second = client().attach('s1', position);
  const { events, notes } = record(second);
  await clock.until(() => done(second));
  assert.equal(events[0]?.from ?? events[0]?.seq, (position.after ?? 0) + 1);
  assert.ok(notes.some((note) => note.startsWith('caught up')));
});

test('a_session_that_does_not_exist_fails_with_its_code', async () => {
  const { clock, client } = world();
  const connection = client();
  const session = connection.attach('nowhere');
  const attached = session.whenAttached();
  attached.catch(() => undefined);
  await clock.until(() => session.state === 'failed');
  await assert.rejects(attached, { code: 'session_not_found' });
  await assert.rejects(session.input('x'), { code: 'session_not_found' });
  assert.deepEqual(connection.sessions, []);
});

test('an_attach_that_is_refused_for_the_moment_is_tried_again', async () => {
  const { clock, client, mesh } = world();
  mesh.faults.refuseAttach.set('n1', { code: 'unavailable', retryable: true });
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  const { notes } = record(session);
  await clock.until(() => notes.filter((note) => note === 'error unavailable').length >= 3);
  mesh.faults.refuseAttach.clear();
  await clock.until(() => session.state === 'attached');
  assert.equal(connection.node, 'n1');
});

test('a_node_without_quorum_is_left_for_another', async () => {
  const { clock, client, mesh } = world();
  mesh.faults.refuseAttach.set('n1', { code: 'no_quorum', retryable: true });
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  await clock.until(() => session.state === 'attached');
  assert.equal(connection.node, 'n2');
});

test('several_sessions_share_one_connection', async () => {
  const { clock, client, mesh, sockets } = world();
  mesh.session('s2');
  const connection = client();
  const one = connection.attach('s1', { after: 0 });
  const two = connection.attach('s2', { after: 0 });
  void one.input('slow 10');
  void two.input('slow 20');
  await clock.until(() => done(one) && done(two));
  assert.equal(spoken(one), counted(10));
  assert.equal(spoken(two), counted(20));
  assert.equal(sockets.made.length, 1);
  assert.throws(() => connection.attach('s1'), { code: 'already_attached' });
  one.close();
  assert.equal(one.state, 'closed');
  assert.equal(two.state, 'attached');
});

test('a_listener_that_throws_disturbs_nobody_else', async () => {
  const { clock, client } = world();
  const session = client().attach('s1', { after: 0 });
  const thrown: unknown[] = [];
  const platform = mock.method(globalThis, 'queueMicrotask', (report: () => void) => {
    try {
      report();
    } catch (error) {
      thrown.push(error);
    }
  });
  try {
    session.on('input', () => {
      throw new Error('mine');
    });
    const { events } = record(session);
    void session.input('slow 3');
    await clock.until(() => done(session));
    assert.ok(events.length > 3);
    assert.equal((thrown[0] as Error).message, 'mine');
  } finally {
    platform.mock.restore();
  }
});

test('a_session_that_is_deleted_ends_with_the_reason_and_the_others_go_on', async () => {
  const { clock, client, mesh } = world();
  mesh.session('s2');
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  const other = connection.attach('s2', { after: 0 });
  const { notes } = record(session);
  await clock.until(() => session.state === 'attached' && other.state === 'attached');
  mesh.delete('s1');
  await clock.advance(50);
  assert.equal(session.state, 'failed');
  assert.equal(session.error?.code, 'session_deleted');
  assert.equal(notes.at(-1), 'failed');
  await assert.rejects(session.input('x'), { code: 'session_deleted' });
  assert.deepEqual([other.state, connection.state, connection.sessions.length], ['attached', 'open', 1]);
});

test('a_session_that_is_deleted_in_the_middle_of_a_move_does_not_hold_it_up', async () => {
  for (let delay = 0; delay < 10; delay++) {
    const { clock, client, mesh } = world();
    mesh.session('s2');
    const connection = client();
    const session = connection.attach('s1', { after: 0 });
    const other = connection.attach('s2', { after: 0 });
    await clock.until(() => session.state === 'attached' && other.state === 'attached');
    connection.move();
    await clock.advance(delay);
    mesh.delete('s1');
    await clock.advance(100);
    assert.equal(session.error?.code, 'session_deleted', `deleted after ${delay} ms`);
    assert.deepEqual([other.state, connection.node], ['attached', 'n2'], `deleted after ${delay} ms`);
  }
});

test('an_attachment_that_the_server_ends_for_the_moment_is_made_again', async () => {
  const { clock, client, mesh } = world();
  const session = client().attach('s1', { after: 0 });
  record(session);
  void session.input('slow 20');
  await clock.until(() => spoken(session).length > 10);
  for (const connection of mesh.node('n1').connections) connection.detached('s1');
  await clock.until(() => done(session));
  assert.equal(spoken(session), counted(20));
  assert.equal(session.stats.attachments, 2);
});

test('a_server_that_ends_every_attachment_is_left_for_another', async () => {
  const { clock, client, mesh } = world();
  mesh.faults.outgoing = (frame, node) =>
    node === 'n1' && frame['type'] === 'attached' ? [frame, { type: 'detached', session: 's1' }] : [frame];
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  await clock.until(() => session.state === 'attached' && connection.node === 'n2');
});

test('a_snapshot_slower_than_the_timeout_arrives_whole_and_disturbs_no_other_session', async () => {
  const { clock, client, mesh, session: fake, sockets } = world({ limits: { attachTimeoutMs: 1_000 } });
  mesh.session('s2');
  for (let n = 1; n <= 10; n++) fake.append({ type: 'token', messageId: `m${n}`, text: 'x' });
  const connection = client();
  const quick = connection.attach('s2', { after: 0 });
  const { notes } = record(quick);
  mesh.slowSnapshotMs = 600;
  const slow = connection.attach('s1');
  await clock.until(() => slow.state === 'attached', 10_000);
  assert.equal(spoken(slow), 'x'.repeat(10));
  assert.equal(sockets.made.length, 1);
  assert.ok(!notes.includes('interrupted'));
});

test('a_snapshot_that_stands_still_is_asked_for_again_on_the_same_connection', async () => {
  const { clock, client, mesh, session: fake, sockets } = world({ limits: { attachTimeoutMs: 1_000 } });
  for (let n = 1; n <= 3; n++) fake.append({ type: 'token', messageId: `m${n}`, text: 'x' });
  let swallowed = 0;
  mesh.faults.outgoing = (frame) => (frame['messageId'] === 'm3' && swallowed++ === 0 ? [] : [frame]);
  const session = client().attach('s1');
  await clock.until(() => session.state === 'attached', 10_000);
  assert.equal(spoken(session), 'xxx');
  assert.equal(sockets.made.length, 1);
});
