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
  const refused = session.cancel();
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

test('steer_and_cancel_reach_the_running_turn', async () => {
  const { clock, client } = world();
  const session = client().attach('s1', { after: 0 });
  record(session);
  void session.input('slow 100');
  await clock.until(() => spoken(session).length > 10);
  await Promise.all([session.steer('shorter'), clock.advance(50)]);
  assert.equal(session.conversation.steers[0]?.consumed, true);
  await Promise.all([session.cancel(), clock.advance(50)]);
  assert.equal(session.conversation.turns[0]?.status, 'cancelled');
});
