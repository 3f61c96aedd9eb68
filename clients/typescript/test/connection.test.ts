import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../src/index.js';
import { counted, done, record, seeded, spoken, world } from './world.js';

test('options_out_of_range_are_refused', () => {
  const WebSocket = world().sockets;
  assert.throws(() => connect({ urls: [], WebSocket }), { code: 'bad_option' });
  assert.throws(() => connect({ urls: ['nowhere'], WebSocket }), { code: 'bad_option' });
  assert.throws(() => connect({ urls: ['http://n1'], WebSocket, limits: { outboxCommands: 65 } }), { code: 'bad_option' });
  assert.throws(() => connect({ urls: ['http://n1'], WebSocket, limits: { backoffCapMs: 0 } }), { code: 'bad_option' });
});

test('the_next_address_is_tried_after_each_failure_with_jitter', async () => {
  const { clock, client, mesh, sockets } = world({ random: () => 0.999 });
  for (const name of mesh.nodes.keys()) mesh.kill(name);
  const connection = client();
  const waits: number[] = [];
  connection.on('state', ({ retryInMs }) => void (retryInMs !== undefined && waits.push(retryInMs)));
  await clock.until(() => waits.length === 6);
  assert.deepEqual(waits, [99, 199, 399, 799, 1598, 3196]);
  assert.deepEqual(
    sockets.made.map((socket) => new URL(socket.url).hostname),
    ['n1', 'n2', 'n3', 'n1', 'n2', 'n3'],
  );
  mesh.start('n2');
  await clock.until(() => connection.state === 'open');
  assert.equal(connection.node, 'n2');
});

test('a_connection_that_lives_long_starts_the_back_off_afresh', async () => {
  const { clock, client, mesh } = world({ random: () => 0.999 });
  const connection = client();
  const waits: number[] = [];
  connection.on('state', ({ retryInMs }) => void (retryInMs !== undefined && waits.push(retryInMs)));
  for (let n = 0; n < 3; n++) {
    await clock.until(() => connection.state === 'open');
    for (const node of mesh.nodes.values()) node.dropAll(1012, '');
    await clock.until(() => connection.state === 'waiting');
  }
  await clock.until(() => connection.state === 'open');
  await clock.advance(6_000);
  for (const node of mesh.nodes.values()) node.dropAll(1012, '');
  await clock.until(() => waits.length === 4);
  assert.deepEqual(waits, [99, 199, 399, 99]);
});

for (const code of [1002, 1008, 4400, 4401, 4403, 4429]) {
  test(`the_close_code_${code}_ends_the_connection_for_good`, async () => {
    const { clock, client, mesh, sockets } = world();
    const connection = client();
    const session = connection.attach('s1');
    await clock.until(() => session.state === 'attached');
    mesh.faults.muteAnswers = true;
    const waiting = session.input('x');
    waiting.catch(() => undefined);
    await clock.advance(10);
    mesh.node('n1').dropAll(code, 'no');
    await clock.until(() => connection.state === 'failed');
    await assert.rejects(waiting, { details: { closeCode: code } });
    await clock.advance(60_000);
    assert.equal(sockets.made.length, 1);
    assert.equal(session.state, 'failed');
    assert.throws(() => connection.attach('s1'), { code: 'closed' });
  });
}

for (const code of [1001, 1006, 1011, 1012, 1013, 4500, 4503, 4504, 4508]) {
  test(`the_close_code_${code}_makes_the_client_come_back_elsewhere`, async () => {
    const { clock, client, mesh } = world();
    const connection = client();
    const session = connection.attach('s1');
    await clock.until(() => session.state === 'attached');
    mesh.node('n1').dropAll(code, '');
    await clock.until(() => connection.node === 'n2' && session.state === 'attached');
  });
}

test('a_node_that_accepts_but_never_welcomes_is_left', async () => {
  const { clock, client, mesh } = world();
  mesh.faults.silent.add('n1');
  const connection = client();
  await clock.until(() => connection.state === 'open');
  assert.equal(connection.node, 'n2');
});

test('a_node_that_never_answers_an_attach_is_left', async () => {
  const { clock, client, mesh } = world();
  mesh.faults.outgoing = (frame, node) => (node === 'n1' && frame['type'] === 'attached' ? [] : [frame]);
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  await clock.until(() => session.state === 'attached');
  assert.equal(connection.node, 'n2');
});

test('a_frame_that_breaks_the_protocol_is_told_and_the_node_left', async () => {
  const { clock, client, mesh } = world();
  mesh.faults.outgoing = (frame, node) => (node === 'n1' && frame['type'] === 'token' ? [{ ...frame, seq: -1 }] : [frame]);
  const connection = client();
  const codes: string[] = [];
  connection.on('error', (error) => codes.push(error.code));
  const session = connection.attach('s1', { after: 0 });
  record(session);
  void session.input('slow 5');
  await clock.until(() => done(session));
  assert.deepEqual(codes, ['bad_frame']);
  assert.equal(spoken(session), counted(5));
});

test('offline_cuts_and_online_comes_back_where_it_was', async () => {
  const { clock, client, mesh, session: fake } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  const { notes } = record(session);
  const other = client().attach('s1', { after: 0 });
  void other.input('slow 50');
  await clock.until(() => spoken(session).length > 20);
  const seen = session.position.after ?? 0;
  connection.offline();
  assert.equal(connection.state, 'offline');
  await clock.until(() => done(other));
  const missed = fake.head - seen;
  assert.equal(session.position.after, seen);
  assert.equal(mesh.node('n1').connections.size, 1);
  const queued = session.input('slow 2');
  connection.online();
  await clock.until(() => session.pending === 0);
  await queued;
  await clock.until(() => session.conversation.turns.length === 2 && done(session));
  assert.equal(spoken(session), counted(50) + counted(2));
  assert.ok(notes.includes(`caught up ${missed}`), notes.join());
});

test('closing_rejects_what_was_not_answered_and_leaves_no_timer', async () => {
  const { clock, client, mesh, sockets } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  await clock.until(() => session.state === 'attached');
  mesh.faults.muteAnswers = true;
  const waiting = session.cancel();
  waiting.catch(() => undefined);
  await clock.advance(10);
  connection.close();
  await assert.rejects(waiting, { code: 'closed' });
  await clock.advance(10);
  assert.equal(session.state, 'closed');
  assert.equal(sockets.made[0]?.closed, true);
  assert.equal(clock.timers, 0);
});

test('a_constructor_that_throws_counts_as_a_failure_of_that_address', async () => {
  const { clock, sockets } = world();
  class Picky extends sockets {
    constructor(url: string) {
      if (url.includes('n1')) throw new Error('blocked');
      super(url);
    }
  }
  const connection = connect({ urls: ['http://n1', 'http://n2'], WebSocket: Picky, clock, random: seeded(1) });
  await clock.until(() => connection.state === 'open');
  assert.equal(connection.node, 'n2');
});
