import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evolve, EMPTY_CONVERSATION } from '../src/index.js';
import type { LoggedEvent } from '../src/index.js';
import { counted, done, record, seeded, spoken, world } from './world.js';

test('a_goaway_moves_the_connection_without_a_break', async () => {
  const { clock, client, mesh, sockets } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  const { notes } = record(session);
  const nodes: string[] = [];
  connection.on('node', ({ node, moved }) => nodes.push(`${node} ${moved}`));
  void session.input('slow 60');
  await clock.until(() => spoken(session).length > 20);
  mesh.node('n1').goaway();
  await clock.until(() => connection.node === 'n2');
  assert.equal(sockets.made[0]?.closed, true, 'the old connection is closed only then');
  await clock.until(() => done(session));
  assert.equal(spoken(session), counted(60));
  assert.deepEqual(nodes, ['n1 false', 'n2 true']);
  assert.ok(!notes.includes('interrupted'));
  assert.equal(session.stats.duplicates + session.stats.gaps, 0);
  assert.equal(session.stats.moves, 1);
});

test('a_goaway_to_a_dead_node_goes_on_to_the_one_after_it', async () => {
  const { clock, client, mesh } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  const { notes } = record(session);
  void session.input('slow 40');
  await clock.until(() => spoken(session).length > 20);
  mesh.kill('n2');
  mesh.node('n1').goaway();
  await clock.until(() => connection.node === 'n3');
  await clock.until(() => done(session));
  assert.equal(spoken(session), counted(40));
  assert.ok(!notes.includes('interrupted'));
});

test('commands_without_an_answer_travel_along', async () => {
  const { clock, client, mesh, session: fake } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  await clock.until(() => session.state === 'attached');
  mesh.faults.muteAnswers = true;
  const ack = session.input('slow 3');
  await clock.until(() => fake.executed.length === 1);
  mesh.faults.muteAnswers = false;
  connection.move();
  await clock.until(() => connection.node === 'n2' && session.pending === 0);
  assert.equal((await ack).duplicate, true);
  assert.equal(fake.executed.length, 1);
});

test('a_move_to_a_chosen_node_and_back', async () => {
  const { clock, client } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  record(session);
  void session.input('slow 60');
  await clock.until(() => session.state === 'attached');
  connection.move('http://n3:80');
  await clock.until(() => connection.node === 'n3');
  connection.move('http://n1:80');
  await clock.until(() => connection.node === 'n1');
  await clock.until(() => done(session));
  assert.equal(spoken(session), counted(60));
  assert.throws(() => connection.move('http://n9:80'), { code: 'bad_option' });
});

test('a_move_to_a_chosen_node_that_is_dead_leaves_the_connection_where_it_is', async () => {
  const { clock, client, mesh } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  const { notes } = record(session);
  await clock.until(() => session.state === 'attached');
  mesh.kill('n3');
  connection.move('http://n3:80');
  await clock.advance(2_000);
  assert.equal(connection.node, 'n1');
  assert.ok(!notes.includes('interrupted'));
  mesh.start('n3');
  connection.move('http://n3:80');
  await clock.until(() => connection.node === 'n3');
});

test('the_old_connection_may_die_at_any_moment_of_a_move', async () => {
  for (let delay = 0; delay < 60; delay++) {
    const { clock, client, mesh } = world();
    // A slow old connection: the new one is ahead of it, and what it sends has to wait.
    mesh.latencyMs.set('n1', 30);
    const connection = client();
    const session = connection.attach('s1', { after: 0 });
    record(session);
    void session.input('slow 60');
    await clock.until(() => spoken(session).length > 20);
    mesh.node('n1').goaway();
    await clock.advance(delay);
    mesh.kill('n1');
    const killed = clock.now();
    await clock.until(() => session.state === 'attached' && connection.state === 'open' && connection.node === 'n2');
    assert.ok(clock.now() - killed < 200, `back after ${clock.now() - killed} ms`);
    await clock.until(() => done(session));
    assert.equal(spoken(session), counted(60), `killed after ${delay} ms`);
    assert.equal(session.stats.duplicates, 0);
  }
});

test('the_new_connection_may_die_at_any_moment_of_a_move', async () => {
  for (let delay = 0; delay < 14; delay++) {
    const { clock, client, mesh } = world();
    mesh.session('s2');
    const connection = client();
    const session = connection.attach('s1', { after: 0 });
    const second = connection.attach('s2', { after: 0 });
    record(session);
    record(second);
    void session.input('slow 60');
    void second.input('slow 60');
    await clock.until(() => spoken(session).length > 20);
    connection.move('http://n2:80');
    await clock.advance(delay);
    mesh.kill('n2');
    await clock.until(() => done(session) && done(second));
    assert.equal(spoken(session), counted(60), `killed after ${delay} ms`);
    assert.equal(spoken(second), counted(60), `killed after ${delay} ms`);
    assert.notEqual(connection.node, 'n2');
  }
});

for (const dies of [true, false]) {
  test(`an_old_connection_that_${dies ? 'dies' : 'falls_silent'}_in_the_middle_of_a_merged_frame_holds_nothing_up`, async () => {
    const { clock, client, mesh, session: fake } = world();
    const connection = client();
    const session = connection.attach('s1', { after: 0 });
    record(session);
    await clock.until(() => session.state === 'attached');
    const say = (text: string) => fake.append({ type: 'token', messageId: 'm1', text });
    say('a ');
    await clock.until(() => spoken(session) === 'a ');
    mesh.faults.outgoing = (frame, node) => {
      if (node === 'n2' && frame['type'] === 'attached' && !mesh.faults.silent.has('n1')) {
        // The old connection delivers the first of two tokens that the new one is about to send as one frame.
        say('b ');
        mesh.faults.silent.add('n1');
        say('c ');
      }
      return [frame];
    };
    connection.move();
    await clock.until(() => spoken(session) === 'a b ');
    const before = clock.now();
    await clock.advance(10);
    assert.equal(connection.node, 'n1', 'the frame of the new connection cannot be used yet');
    if (dies) mesh.node('n1').dropAll(1006, '');
    await clock.until(() => spoken(session) === 'a b c ');
    assert.ok(clock.now() - before < (dies ? 50 : 1_100), `${clock.now() - before} ms`);
    assert.equal(connection.node, 'n2');
    assert.equal(session.stats.gaps + session.stats.duplicates, 0);
  });
}

test('a_session_that_changed_over_goes_back_when_the_move_fails_for_another', async () => {
  const { clock, client, mesh } = world();
  mesh.session('s2');
  const connection = client({ urls: ['http://n1', 'http://n2'] });
  const one = connection.attach('s1', { after: 0 });
  const two = connection.attach('s2', { after: 0 });
  record(one);
  record(two);
  void one.input('slow 60');
  void two.input('slow 60');
  await clock.until(() => spoken(two).length > 20);
  mesh.faults.outgoing = (frame, node) => (node === 'n2' && frame['session'] === 's2' ? [] : [frame]);
  connection.move();
  await clock.until(() => one.stats.moves === 1);
  assert.equal(connection.node, 'n1', 'the move is not over while a session waits');
  mesh.kill('n2');
  await clock.until(() => done(one) && done(two));
  assert.equal(spoken(one), counted(60));
  assert.equal(spoken(two), counted(60));
  assert.equal(connection.node, 'n1');
});

test('a_gap_on_the_old_connection_during_a_move_is_healed_by_the_new_one', async () => {
  const { clock, client, mesh } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  record(session);
  void session.input('slow 60');
  await clock.until(() => spoken(session).length > 20);
  mesh.faults.outgoing = (frame, node) => (node === 'n1' && frame['type'] === 'token' ? [{ ...frame, seq: (frame['seq'] as number) + 5 }] : [frame]);
  connection.move();
  await clock.until(() => connection.node === 'n2');
  await clock.until(() => done(session));
  assert.equal(spoken(session), counted(60));
});

test('a_merged_frame_across_the_changeover_is_neither_doubled_nor_lost', async () => {
  const { clock, client, mesh, session: fake } = world();
  for (const [name, ms] of [['n1', 12], ['n2', 6], ['n3', 1]] as const) mesh.latencyMs.set(name, ms);
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  record(session);
  void session.input('slow 200');
  fake.tokenMs = 2;
  await clock.until(() => spoken(session).length > 20);
  for (let n = 0; n < 8; n++) {
    const before = connection.node;
    connection.move();
    await clock.until(() => connection.node !== before);
    await clock.advance(3);
  }
  await clock.until(() => done(session));
  assert.equal(spoken(session), counted(200));
  assert.equal(session.stats.duplicates + session.stats.gaps, 0);
  assert.equal(session.stats.moves, 8);
  await clock.advance(20);
  assert.equal(mesh.node('n1').connections.size + mesh.node('n2').connections.size + mesh.node('n3').connections.size, 1);
});

test('any_schedule_of_faults_ends_with_the_whole_log_seen_once_in_order', async () => {
  const seen: Record<string, number> = {};
  for (let seed = 1; seed <= 200; seed++) {
    const { clock, client, mesh, session: fake } = world({ random: seeded(seed) });
    const chance = seeded(seed * 7_919);
    mesh.faults.outgoing = (frame) => {
      if (frame['seq'] === undefined || frame['type'] === 'ack') return [frame];
      const roll = chance();
      return roll < 0.02 ? [] : roll < 0.04 ? [frame, frame] : [frame];
    };
    const connection = client();
    const session = connection.attach('s1', { after: 0 });
    record(session);
    const acks = [session.input('slow 120')];
    for (let step = 0; step < 25; step++) {
      await clock.advance(Math.floor(chance() * 60));
      const roll = chance();
      const node = mesh.node(`n${1 + Math.floor(chance() * 3)}`);
      if (roll < 0.25) node.dropAll([1006, 1012, 4503, 4504][step % 4] ?? 1006, '');
      else if (roll < 0.45) node.goaway();
      else if (roll < 0.6 && [...mesh.nodes.values()].filter((each) => each.alive).length > 1) mesh.kill(node.name);
      else if (roll < 0.7) connection.move();
      else if (roll < 0.78) connection.offline();
      else connection.online();
      if (chance() < 0.4) for (const each of mesh.nodes.values()) each.draining = !(each.alive = true);
      if (chance() < 0.3) acks.push(session.input('slow 10'));
      mesh.faults.muteAnswers = chance() < 0.5;
    }
    mesh.faults.muteAnswers = false;
    mesh.faults.outgoing = undefined;
    for (const each of mesh.nodes.values()) each.draining = !(each.alive = true);
    connection.online();
    await clock.until(() => session.pending === 0 && session.conversation.turns.length === acks.length && done(session), 120_000).catch(() => {
      assert.fail(`seed ${seed}: ${connection.state} ${session.state} at ${session.position.after} of ${fake.head}`);
    });
    await Promise.all(acks);
    const whole = (fake.log as unknown as LoggedEvent[]).reduce(evolve, EMPTY_CONVERSATION);
    assert.deepEqual(session.conversation.messages, whole.messages, `seed ${seed}`);
    assert.equal(session.stats.events, fake.head, `seed ${seed}`);
    assert.equal(fake.executed.length, acks.length, `seed ${seed}: each command once`);
    for (const [name, count] of Object.entries(session.stats)) seen[name] = (seen[name] ?? 0) + count;
    connection.close();
    await clock.advance(50);
    assert.equal(clock.timers, 0, `seed ${seed}: nothing is left running`);
  }
  for (const name of ['gaps', 'duplicates', 'moves', 'resends', 'attachments']) {
    assert.ok((seen[name] ?? 0) > 100, `the schedules exercise ${name}: ${seen[name]}`);
  }
});

test('a_session_attached_in_the_middle_of_a_move_is_taken_along', async () => {
  for (let delay = 0; delay < 40; delay++) {
    const { clock, client, mesh, sockets } = world();
    mesh.latencyMs.set('n1', 15);
    mesh.session('s2');
    const connection = client();
    const one = connection.attach('s1', { after: 0 });
    void one.input('slow 60');
    await clock.until(() => spoken(one).length > 20);
    connection.move();
    await clock.advance(delay);
    const two = connection.attach('s2', { after: 0 });
    record(two);
    await clock.until(() => connection.node === 'n2');
    void two.input('slow 10');
    await clock.until(() => done(two), 2_000).catch(() => assert.fail(`attached after ${delay} ms: ${two.state}`));
    await clock.until(() => done(one));
    assert.equal(spoken(one), counted(60));
    assert.equal(spoken(two), counted(10));
    assert.equal(sockets.made.filter((socket) => !socket.closed).length, 1);
  }
});

for (const names of [['n1'], ['n1', 'n2', 'n3']]) {
  test(`a_mesh_of_${names.length}_that_drains_as_a_whole_is_asked_with_back_off`, async () => {
    const { clock, client, mesh, sockets } = world({ names, limits: { backoffBaseMs: 100, backoffCapMs: 10_000 } });
    const connection = client();
    const session = connection.attach('s1', { after: 0 });
    const { notes } = record(session);
    void session.input('slow 2000');
    await clock.until(() => spoken(session).length > 20);
    for (const node of mesh.nodes.values()) node.goaway();
    await clock.advance(10_000);
    assert.ok(sockets.made.length > 3 && sockets.made.length < 20, `${sockets.made.length} connections in 10 s`);
    assert.ok(sockets.made.filter((socket) => !socket.closed).length <= 2);
    for (const node of mesh.nodes.values()) node.draining = false;
    await clock.until(() => done(session));
    assert.equal(spoken(session), counted(2000));
    assert.ok(!notes.includes('interrupted'));
    connection.close();
    await clock.advance(50);
    assert.equal(clock.timers, 0);
  });
}

test('a_node_that_drains_while_it_is_moved_to_is_left_again', async () => {
  const { clock, client, mesh } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  const { notes } = record(session);
  await clock.until(() => session.state === 'attached');
  mesh.node('n2').draining = true;
  mesh.node('n1').goaway();
  await clock.until(() => connection.node === 'n3', 1_000);
  await clock.advance(10);
  assert.equal(session.state, 'attached');
  assert.ok(!notes.includes('interrupted'));
});

test('whatever_happens_no_command_of_a_forgotten_client_takes_effect_twice', async () => {
  let inDoubt = 0;
  let renewed = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const { clock, client, mesh, session: fake } = world({ random: seeded(seed) });
    const chance = seeded(seed * 104_729);
    const connection = client();
    const session = connection.attach('s1', { after: 0 });
    record(session);
    const answers: Promise<string>[] = [];
    for (let step = 0; step < 25; step++) {
      await clock.advance(Math.floor(chance() * 60));
      answers.push(session.input(`${seed} ${step}`).then((ack) => `${step} ${ack.id}`, (error: { code: string }) => error.code));
      const roll = chance();
      const node = mesh.node(`n${1 + Math.floor(chance() * 3)}`);
      if (roll < 0.2) node.dropAll(1006, '');
      else if (roll < 0.35) node.goaway();
      else if (roll < 0.5) connection.move();
      else if (roll < 0.75) for (let n = 1; n < 40; n++) if (session.client === `c${n}-s1`) fake.forgotten.add(session.client);
      if (chance() < 0.5) for (const each of mesh.nodes.values()) each.draining = false;
      mesh.faults.muteAnswers = chance() < 0.2;
    }
    mesh.faults.muteAnswers = false;
    await clock.until(() => session.pending === 0 && session.state === 'attached' && session.client !== undefined, 120_000);
    const told = await Promise.all(answers);
    const texts = fake.log.filter((event) => event.type === 'input').map((event) => event['text']);
    assert.equal(new Set(texts).size, texts.length, `seed ${seed}: each at most once`);
    for (const answer of told) {
      if (answer === 'id_expired') inDoubt += 1;
      else assert.ok(texts.includes(`${seed} ${answer.split(' ')[0]}`), `seed ${seed}: ${answer}`);
    }
    if (session.client !== 'c1-s1') renewed += 1;
    connection.close();
    mesh.stop();
  }
  assert.ok(renewed > 80 && inDoubt < 500, `${renewed} seeds renewed, ${inDoubt} of 2500 commands in doubt`);
});
