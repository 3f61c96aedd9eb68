import assert from 'node:assert/strict';
import { test } from 'node:test';
import { done, record, spoken, world } from './world.js';

test('an_unanswered_command_is_sent_again_with_its_id_and_takes_effect_once', async () => {
  const { clock, client, mesh, session: fake } = world();
  mesh.faults.muteAnswers = true;
  const session = client().attach('s1', { after: 0 });
  const ack = session.input('slow 3');
  await clock.until(() => fake.executed.length === 1);
  mesh.faults.muteAnswers = false;
  mesh.kill('n1');
  await clock.until(() => session.pending === 0);
  assert.equal((await ack).duplicate, true);
  assert.deepEqual(fake.executed, ['c1-s1:1']);
  assert.equal(session.stats.resends, 1);
  await clock.until(() => done(session));
  assert.equal(session.conversation.messages.length, 2);
});

test('an_answer_lost_on_a_living_connection_is_asked_for_again', async () => {
  const { clock, client, mesh, session: fake, sockets } = world();
  mesh.faults.muteAnswers = true;
  const session = client().attach('s1', { after: 0 });
  const ack = session.input('slow 3');
  await clock.until(() => done(session));
  mesh.faults.muteAnswers = false;
  assert.equal(session.pending, 1);
  await clock.until(() => session.pending === 0, 10_100);
  assert.equal((await ack).duplicate, true);
  assert.equal(fake.executed.length, 1);
  assert.equal(sockets.made.length, 1);
});

test('commands_given_before_the_connection_is_there_are_sent_in_order', async () => {
  const { clock, client, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  const acks = Promise.all(['a', 'b', 'c'].map((text) => session.input(text)));
  await clock.until(() => session.pending === 0);
  await acks;
  assert.deepEqual(fake.log.filter((event) => event.type === 'input').map((event) => event['text']), ['a', 'b', 'c']);
  assert.deepEqual(fake.executed, ['c1-s1:1', 'c1-s1:2', 'c1-s1:3']);
});

test('a_retryable_refusal_is_retried_with_the_same_id_after_the_advised_wait', async () => {
  const { clock, client, session: fake } = world();
  fake.refuseNext = [
    { code: 'busy', retryable: true },
    { code: 'rate_limited', retryable: true, retryAfterMs: 700 },
  ];
  const session = client().attach('s1', { after: 0 });
  const ack = session.input('slow 2');
  await clock.until(() => session.pending === 0);
  assert.equal((await ack).id, 'c1-s1:1');
  assert.ok(clock.now() >= 700);
  assert.equal(session.stats.resends, 2);
});

test('a_refusal_that_stays_is_handed_over_after_the_last_retry', async () => {
  const { clock, client, session: fake } = world({ limits: { commandRetries: 3 } });
  fake.refuseNext = Array.from({ length: 4 }, () => ({ code: 'no_quorum', retryable: true }));
  const session = client().attach('s1', { after: 0 });
  const refused = session.input('x');
  refused.catch(() => undefined);
  await clock.until(() => session.pending === 0);
  await assert.rejects(refused, { code: 'no_quorum', retryable: true });
  assert.equal(session.stats.resends, 3);
});

test('a_final_refusal_is_handed_over_at_once', async () => {
  const { clock, client } = world();
  const session = client().attach('s1', { after: 0 });
  const refused = session.withdraw('t1');
  refused.catch(() => undefined);
  await clock.until(() => session.pending === 0);
  await assert.rejects(refused, { code: 'turn_not_found', name: 'SessionmeshError' });
});

test('a_full_outbox_and_an_oversized_command_are_refused_without_sending', async () => {
  const { client } = world({ limits: { outboxCommands: 2, commandBytes: 100 } });
  const session = client().attach('s1');
  session.input('a').catch(() => undefined);
  session.input('b').catch(() => undefined);
  await assert.rejects(session.input('c'), { code: 'outbox_full', retryable: true });
  await assert.rejects(session.input('é'.repeat(50)), { code: 'too_large' });
});

test('two_people_decide_and_the_second_is_told_who_won', async () => {
  const { clock, client } = world();
  const one = client().attach('s1', { after: 0 });
  const two = client({ urls: ['http://n2'] }).attach('s1', { after: 0 });
  void one.input('ask');
  await clock.until(() => one.conversation.approvals.length === 1 && two.conversation.approvals.length === 1);
  const first = one.approve('k1');
  const second = two.reject('k1', 'no');
  second.catch(() => undefined);
  await clock.until(() => done(one) && done(two));
  await first;
  await assert.rejects(second, (error: { code: string; details: Record<string, unknown> }) => {
    assert.equal(error.code, 'already_decided');
    assert.equal(error.details['decision'], 'approved');
    assert.equal(error.details['decidedBy'], `tab-c1-s1`);
    return true;
  });
  assert.equal(two.conversation.toolCalls[0]?.decidedBy, 'tab-c1-s1');
  assert.equal(spoken(two), 'May I? Done.');
});

test('a_rejection_carries_its_reason', async () => {
  const { clock, client } = world();
  const session = client().attach('s1', { after: 0 });
  void session.input('ask');
  await clock.until(() => session.conversation.approvals.length === 1);
  void session.reject('k1', 'too early');
  await clock.until(() => done(session));
  assert.equal(session.conversation.toolCalls[0]?.state, 'rejected');
  assert.equal(session.conversation.toolCalls[0]?.reason, 'too early');
});

test('a_front_end_tool_is_answered_by_the_tab', async () => {
  const { clock, client, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  session.on('tool_call', (call) => {
    if (call.executor === 'client') void session.toolResult(call.callId, { city: 'Porto' });
  });
  void session.input('tool');
  await clock.until(() => done(session));
  assert.deepEqual(fake.log.find((event) => event.type === 'tool_result')?.['result'], { city: 'Porto' });
  assert.equal(spoken(session), 'Thank you.');
});

test('steer_tells_which_step_heard_it_and_cancel_what_came_of_it', async () => {
  const { clock, client } = world();
  const session = client().attach('s1', { after: 0 });
  record(session);
  void session.input('slow 100');
  await clock.until(() => spoken(session).length > 10);
  const [receipt] = await Promise.all([session.steer('shorter'), clock.advance(50)]);
  assert.deepEqual([receipt.consumed, receipt.step], [true, 1]);
  assert.equal(session.conversation.steers[0]?.step, 1);
  const [answer] = await Promise.all([session.cancel(), clock.advance(50)]);
  assert.equal(answer.answer, 'accepted');
  assert.equal(session.conversation.turns[0]?.status, 'cancelled');
  const [late] = await Promise.all([session.cancel('t1'), clock.advance(50)]);
  assert.equal(late.answer, 'too_late');
});

test('a_cancel_that_nothing_can_come_of_says_why', async () => {
  const { clock, client } = world();
  const session = client().attach('s1', { after: 0 });
  const [answer] = await Promise.all([session.cancel(), clock.advance(50)]);
  assert.deepEqual(answer, { answer: 'refused', code: 'turn_not_found', reason: 'refused: turn_not_found' });
  session.close();
  await assert.rejects(session.cancel(), { code: 'closed' });
});

test('a_steer_that_comes_too_late_is_not_consumed', async () => {
  const { clock, client } = world();
  const session = client().attach('s1', { after: 0 });
  void session.input('ask');
  await clock.until(() => session.conversation.approvals.length === 1);
  const steered = session.steer('never mind');
  await clock.advance(50);
  void session.cancel();
  await clock.until(() => session.conversation.turns[0]?.status === 'cancelled');
  assert.deepEqual([(await steered).consumed, (await steered).step], [false, undefined]);
});

test('a_steer_whose_fate_only_a_snapshot_could_have_told_is_unknown_and_not_pending_for_ever', async () => {
  const { clock, client, mesh, session: fake } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  void session.input('ask');
  await clock.until(() => session.conversation.approvals.length === 1);
  const steered = session.steer('never mind');
  await clock.advance(50);
  connection.offline();
  const other = client().attach('s1', { after: 0 });
  await clock.until(() => other.state === 'attached');
  void other.cancel();
  await clock.until(() => other.conversation.turns[0]?.status === 'cancelled');
  fake.history = 'h2';
  mesh.faults.outgoing = undefined;
  connection.online();
  await clock.until(() => session.stats.resets === 1);
  assert.equal((await steered).consumed, undefined);
});

test('a_client_that_the_session_has_forgotten_gets_a_new_id_and_its_commands_go_out_under_it', async () => {
  const { clock, client, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  await clock.until(() => session.state === 'attached');
  fake.forgotten.add('c1-s1');
  const acks = Promise.all(['a', 'b', 'c'].map((text) => session.input(text)));
  await clock.until(() => session.pending === 0);
  assert.deepEqual((await acks).map((ack) => ack.id), ['c2-s1:1', 'c2-s1:2', 'c2-s1:3']);
  assert.deepEqual(fake.log.filter((event) => event.type === 'input').map((event) => event['text']), ['a', 'b', 'c']);
  assert.equal(session.client, 'c2-s1');
  const later = session.input('d');
  await clock.until(() => session.pending === 0);
  assert.equal((await later).id, 'c2-s1:4');
  assert.equal(session.stats.gaps + session.stats.duplicates, 0);
});

test('a_command_that_may_have_taken_effect_before_its_client_was_forgotten_is_not_repeated', async () => {
  const { clock, client, mesh, session: fake } = world();
  mesh.faults.muteAnswers = true;
  const session = client().attach('s1', { after: 0 });
  const doubtful = session.input('slow 3');
  doubtful.catch(() => undefined);
  await clock.until(() => fake.executed.length === 1);
  mesh.faults.muteAnswers = false;
  fake.forgotten.add('c1-s1');
  mesh.kill('n1');
  await clock.until(() => session.pending === 0);
  await assert.rejects(doubtful, { code: 'id_expired' });
  const next = session.input('slow 2');
  await clock.until(() => session.pending === 0);
  assert.equal((await next).id, 'c2-s1:1');
  assert.deepEqual(fake.executed, ['c1-s1:1', 'c2-s1:1']);
});

test('a_new_client_that_is_forgotten_too_ends_in_an_error_and_not_in_a_loop', async () => {
  const { clock, client, mesh, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  await clock.until(() => session.state === 'attached');
  for (let n = 1; n < 100; n++) fake.forgotten.add(`c${n}-s1`);
  const refused = session.input('x');
  refused.catch(() => undefined);
  await clock.until(() => session.pending === 0);
  await assert.rejects(refused, { code: 'id_expired' });
  await clock.until(() => session.state === 'attached');
  await clock.advance(5_000);
  assert.equal(session.state, 'attached');
  assert.ok(mesh.node('n1').accepted + mesh.node('n2').accepted < 5);
});

test('a_client_forgotten_in_the_middle_of_a_move_is_renewed_on_either_side_of_it', async () => {
  for (let delay = 0; delay < 12; delay++) {
    const { clock, client, session: fake } = world();
    const connection = client();
    const session = connection.attach('s1', { after: 0 });
    const { notes } = record(session);
    await clock.until(() => session.state === 'attached');
    fake.forgotten.add('c1-s1');
    connection.move();
    await clock.advance(delay);
    // Sent on both connections it counts as sent twice: an honest error then.
    const first = session.input('a').then((ack) => ack.id, (error: { code: string }) => error.code);
    await clock.until(() => session.pending === 0);
    assert.match(await first, /^(c2-s1:1|id_expired)$/, `given after ${delay} ms`);
    const second = session.input('b');
    await clock.until(() => session.pending === 0 && connection.node === 'n2');
    assert.match((await second).id, /^c2-s1:/, `given after ${delay} ms`);
    assert.equal(connection.node, 'n2');
    assert.ok(!notes.includes('interrupted'));
  }
});
