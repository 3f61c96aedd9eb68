import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectOptions } from '../src/index.js';
import { record, world } from './world.js';

/** A world with the heartbeat of a real server, and one tab that is attached on n1. */
async function quietWorld(options: Partial<ConnectOptions> = {}) {
  const all = world(options);
  all.mesh.heartbeatMs = 20_000;
  const connection = all.client();
  const session = connection.attach('s1', { after: 0 });
  const { notes } = record(session);
  await all.clock.until(() => session.state === 'attached');
  const [first] = all.mesh.node('n1').connections;
  const heardBy = (type: string) => first?.received.filter((frame) => frame['type'] === type).length;
  return { ...all, connection, session, notes, heardBy };
}

test('a_quiet_connection_that_lives_is_kept', async () => {
  const { clock, sockets, heardBy } = await quietWorld();
  await clock.advance(120_000);
  assert.equal(sockets.made.length, 1);
  assert.equal(heardBy('ping'), 9);
});

test('an_idle_connection_whose_node_froze_is_left_after_fifteen_seconds', async () => {
  const { clock, mesh, connection } = await quietWorld();
  await clock.advance(5_000);
  mesh.faults.silent.add('n1');
  const before = clock.now();
  await clock.until(() => connection.node === 'n2');
  assert.ok(clock.now() - before <= 15_200, `${clock.now() - before} ms`);
});

test('a_heartbeat_shorter_than_that_is_what_counts', async () => {
  const { clock, mesh, client } = world();
  const connection = client();
  await clock.until(() => connection.state === 'open');
  mesh.faults.silent.add('n1');
  const before = clock.now();
  await clock.until(() => connection.node === 'n2');
  assert.ok(clock.now() - before <= 4_200, `${clock.now() - before} ms`);
});

test('a_command_into_a_node_that_froze_reaches_another_within_six_seconds', async () => {
  const { clock, mesh, session, connection, heardBy } = await quietWorld();
  await clock.advance(1_000);
  mesh.faults.silent.add('n1');
  const before = clock.now();
  const ack = session.input('slow 3');
  await clock.until(() => session.pending === 0);
  assert.ok(clock.now() - before <= 5_300, `${clock.now() - before} ms`);
  assert.equal((await ack).duplicate, true);
  assert.deepEqual([connection.node, heardBy('input')], ['n2', 1]);
});

test('a_command_that_a_living_node_takes_its_time_for_is_waited_for', async () => {
  const { clock, mesh, session, sockets } = await quietWorld();
  mesh.faults.muteAnswers = true;
  const ack = session.cancel();
  ack.catch(() => undefined);
  await clock.advance(9_000);
  mesh.faults.muteAnswers = false;
  await clock.until(() => session.pending === 0, 2_000);
  assert.equal(sockets.made.length, 1);
});

test('an_attach_that_a_node_froze_over_is_made_on_another_within_six_seconds', async () => {
  const { clock, mesh, client } = world();
  mesh.heartbeatMs = 20_000;
  mesh.faults.outgoing = (frame, node) => (node === 'n1' && frame['type'] !== 'welcome' ? [] : [frame]);
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  await clock.until(() => session.state === 'attached');
  assert.ok(clock.now() <= 5_300, `${clock.now()} ms`);
  assert.equal(connection.node, 'n2');
});

test('a_page_that_is_looked_at_again_knows_within_three_seconds', async () => {
  let wake = (): void => assert.fail('nobody listens');
  const { clock, mesh, connection, sockets } = await quietWorld({
    wakeups: (woken) => {
      wake = woken;
      return () => (wake = () => undefined);
    },
  });
  wake();
  await clock.advance(3_100);
  assert.equal(sockets.made.length, 1, 'a connection that lives is kept');
  mesh.faults.silent.add('n1');
  wake();
  const before = clock.now();
  await clock.until(() => connection.node === 'n2');
  assert.ok(clock.now() - before <= 3_200, `${clock.now() - before} ms`);
  for (const name of mesh.nodes.keys()) mesh.kill(name);
  for (let n = 0; n < 8; n++) await clock.until(() => connection.state === 'connecting').then(() => clock.until(() => connection.state === 'waiting'));
  mesh.faults.silent.clear();
  for (const name of mesh.nodes.keys()) mesh.start(name);
  wake();
  await clock.advance(10);
  assert.equal(connection.state, 'open', 'the back-off is cut short');
  connection.close();
  wake();
});

test('a_page_that_was_frozen_asks_before_it_gives_up', async () => {
  const { clock, mesh, connection, sockets, notes, heardBy } = await quietWorld();
  mesh.faults.outgoing = (frame) => (frame['type'] === 'pong' ? [] : [frame]);
  await clock.until(() => heardBy('ping') === 1);
  mesh.faults.outgoing = undefined;
  clock.stall(60_000);
  await clock.advance(10_000);
  assert.equal(sockets.made.length, 1);
  assert.ok(!notes.includes('interrupted'));
  clock.stall(300_000);
  await clock.advance(10_000);
  assert.equal(sockets.made.length, 1);
  mesh.faults.silent.add('n1');
  clock.stall(60_000);
  const before = clock.now();
  await clock.until(() => connection.node === 'n2');
  assert.ok(clock.now() - before <= 3_300, `${clock.now() - before} ms`);
});

test('a_command_that_is_overdue_when_a_frozen_page_comes_back_goes_out_on_a_living_connection_only', async () => {
  const { clock, mesh, connection, session, heardBy } = await quietWorld();
  mesh.faults.silent.add('n1');
  const ack = session.input('slow 3');
  await clock.advance(10);
  clock.stall(60_000);
  await clock.until(() => session.pending === 0);
  await ack;
  assert.deepEqual([connection.node, heardBy('input')], ['n2', 1]);
});

test('a_network_on_which_the_answer_to_an_attach_takes_long_is_given_more_time', async () => {
  const { clock, mesh, client } = world();
  mesh.heartbeatMs = 20_000;
  mesh.faults.outgoing = (frame, node) => {
    // What follows a large frame waits behind it.
    mesh.latencyMs.set(node, frame['type'] === 'welcome' ? 1 : 6_000);
    return [frame];
  };
  const session = client().attach('s1', { after: 0 });
  await clock.until(() => session.state === 'attached', 30_000);
  assert.equal(session.stats.attachments, 1);
});
