import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolContext } from '../src/index.js';
import { done, record, world } from './world.js';

/** A handler that runs until it is told to end. */
function slowHandler() {
  const runs: { readonly args: unknown; readonly context: ToolContext; readonly finish: (result: unknown) => void; readonly fail: (error: Error) => void }[] = [];
  const handler = (args: unknown, context: ToolContext) =>
    new Promise((finish, fail) => {
      runs.push({ args, context, finish, fail });
    });
  return { runs, handler };
}

const about = (log: readonly { readonly type: string }[], type: string) => log.filter((event) => event.type === type);

test('one_of_several_tabs_executes_a_front_end_call_and_the_others_watch', async () => {
  const { clock, client, session: fake } = world();
  const tabs = ['n1', 'n2', 'n3'].map((node) => client({ urls: [`http://${node}`] }).attach('s1', { after: 0 }));
  let runs = 0;
  for (const tab of tabs) tab.executeTool('locate', (args) => ({ saw: args, run: ++runs }));
  const notes = tabs.map((tab) => record(tab).notes);
  await clock.until(() => tabs.every((tab) => tab.state === 'attached'));
  void tabs[0]?.input('tool');
  await clock.until(() => tabs.every(done));
  assert.equal(runs, 1);
  assert.deepEqual(about(fake.log, 'tool_result')[0], { ...about(fake.log, 'tool_result')[0], status: 'ok', result: { saw: { precise: true }, run: 1 } });
  assert.ok(notes.every((each) => !each.some((note) => note.startsWith('error'))), 'losing the race is no error');
});

test('heartbeats_keep_a_call_for_as_long_as_the_handler_runs', async () => {
  const { clock, client, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  const { runs, handler } = slowHandler();
  session.executeTool('locate', handler);
  void session.input('tool');
  await clock.until(() => runs.length === 1);
  await clock.advance(60_000);
  assert.equal(about(fake.log, 'tool_released').length, 0);
  const beats = fake.executed.length - 2;
  assert.ok(beats >= 11 && beats <= 13, `a heartbeat at each third of the lease: ${beats}`);
  runs[0]?.finish('here');
  await clock.until(() => done(session));
  const sent = fake.executed.length;
  await clock.advance(30_000);
  assert.equal(fake.executed.length, sent, 'no heartbeat after the result');
});

test('what_a_handler_throws_is_the_error_of_the_call', async () => {
  const { clock, client, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  session.executeTool('locate', () => {
    throw new Error('no permission');
  });
  void session.input('tool');
  await clock.until(() => done(session));
  assert.equal(session.conversation.toolCalls[0]?.error, 'no permission');
  assert.equal(about(fake.log, 'tool_claimed').length, 1);
});

test('a_result_that_is_no_json_is_an_error_and_not_a_silence', async () => {
  const { clock, client } = world();
  const session = client().attach('s1', { after: 0 });
  session.executeTool('locate', () => 12n);
  void session.input('tool');
  await clock.until(() => done(session));
  assert.match(session.conversation.toolCalls[0]?.error ?? '', /can't be handed in/);
});

test('a_claim_outlives_the_connection_and_the_handler_is_not_run_again', async () => {
  const { clock, client, mesh, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  const { runs, handler } = slowHandler();
  session.executeTool('locate', handler);
  void session.input('tool');
  await clock.until(() => runs.length === 1);
  mesh.kill('n1');
  await clock.until(() => session.state === 'attached');
  await clock.advance(30_000);
  runs[0]?.finish('here');
  await clock.until(() => done(session));
  assert.equal(runs.length, 1);
  assert.equal(about(fake.log, 'tool_claimed').length, 1);
});

test('a_claim_lost_to_the_clock_is_taken_again_while_its_handler_runs', async () => {
  const { clock, client, session: fake } = world();
  const connection = client();
  const session = connection.attach('s1', { after: 0 });
  const { runs, handler } = slowHandler();
  session.executeTool('locate', handler);
  void session.input('tool');
  await clock.until(() => runs.length === 1);
  connection.offline();
  await clock.advance(20_000);
  assert.equal(about(fake.log, 'tool_released').length, 1);
  connection.online();
  await clock.until(() => about(fake.log, 'tool_claimed').length === 2);
  assert.equal(runs[0]?.context.signal.aborted, false);
  runs[0]?.finish('here');
  await clock.until(() => done(session));
  assert.equal(runs.length, 1);
});

test('a_call_that_another_tab_took_meanwhile_is_let_go_and_its_result_thrown_away', async () => {
  const { clock, client, session: fake } = world();
  const connection = client();
  const lost = connection.attach('s1', { after: 0 });
  const mine = slowHandler();
  lost.executeTool('locate', mine.handler);
  void lost.input('tool');
  await clock.until(() => mine.runs.length === 1);
  connection.offline();
  const other = client().attach('s1', { after: 0 });
  const theirs = slowHandler();
  other.executeTool('locate', theirs.handler);
  await clock.until(() => theirs.runs.length === 1, 20_000);
  connection.online();
  await clock.until(() => mine.runs[0]?.context.signal.aborted === true);
  mine.runs[0]?.finish('mine');
  await clock.advance(1_000);
  theirs.runs[0]?.finish('theirs');
  await clock.until(() => done(lost) && done(other));
  assert.equal(lost.conversation.toolCalls[0]?.result, 'theirs');
  assert.equal(about(fake.log, 'tool_result').length, 1);
});

test('a_tab_that_closes_gives_its_calls_back_at_once', async () => {
  for (const close of ['session', 'connection'] as const) {
    const { clock, client, session: fake } = world();
    const connection = client();
    const leaving = connection.attach('s1', { after: 0 });
    const mine = slowHandler();
    leaving.executeTool('locate', mine.handler);
    void leaving.input('tool').catch(() => undefined);
    await clock.until(() => mine.runs.length === 1);
    const staying = client().attach('s1', { after: 0 });
    staying.executeTool('locate', () => 'here');
    await clock.until(() => staying.state === 'attached');
    const before = clock.now();
    (close === 'session' ? leaving : connection).close();
    assert.equal(mine.runs[0]?.context.signal.aborted, true);
    await clock.until(() => done(staying));
    assert.ok(clock.now() - before < 1_000, 'long before the lease ends');
    assert.deepEqual(about(fake.log, 'tool_released').map((event) => (event as unknown as { reason: string }).reason), ['released']);
  }
});

test('a_call_for_another_class_of_devices_is_left_alone', async () => {
  const { clock, client, session: fake } = world();
  const desk = client().attach('s1', { after: 0, device: 'desktop' });
  const phone = client().attach('s1', { after: 0, device: 'phone' });
  const ran: string[] = [];
  desk.executeTool('locate', () => ran.push('desktop'));
  phone.executeTool('locate', () => ran.push('phone'));
  await clock.until(() => desk.state === 'attached' && phone.state === 'attached');
  void desk.input('tool phone');
  await clock.until(() => done(desk));
  assert.deepEqual(ran, ['phone']);
  assert.equal(about(fake.log, 'tool_claimed').length, 1);
  assert.throws(() => client().attach('s2', { device: 'a phone' }), { code: 'bad_option' });
});

test('what_was_offered_and_done_in_an_old_log_is_not_done_again', async () => {
  const { clock, client } = world();
  const first = client().attach('s1', { after: 0 });
  first.executeTool('locate', () => 'here');
  void first.input('tool');
  await clock.until(() => done(first));
  const late = client().attach('s1', { after: 0 });
  let ran = false;
  late.executeTool('locate', () => (ran = true));
  await clock.until(() => done(late));
  await clock.advance(1_000);
  assert.equal(ran, false);
  assert.equal(late.stats.resends + late.pending, 0);
});

test('a_handler_that_comes_late_executes_what_is_offered_already', async () => {
  const { clock, client } = world();
  const session = client().attach('s1');
  void session.input('tool');
  await clock.until(() => session.conversation.activeTurn?.status === 'awaiting_tool');
  const stop = session.executeTool('locate', () => 'here');
  assert.throws(() => session.executeTool('locate', () => 'there'), { code: 'bad_option' });
  await clock.until(() => done(session));
  stop();
  void session.input('tool');
  await clock.until(() => session.conversation.activeTurn?.status === 'awaiting_tool');
  await clock.advance(1_000);
  assert.equal(session.conversation.toolCalls[1]?.claim, undefined);
});

test('a_call_taken_by_hand_is_told_who_has_it_when_somebody_else_does', async () => {
  const { clock, client } = world();
  const one = client().attach('s1', { after: 0 });
  const two = client().attach('s1', { after: 0 });
  void one.input('tool');
  await clock.until(() => two.conversation.toolCalls.length === 1);
  const [claim] = await Promise.all([one.toolClaim('k1'), clock.advance(50)]);
  assert.equal(two.conversation.toolCalls[0]?.claim?.claimant, one.client);
  const refused = two.toolClaim('k1');
  refused.catch(() => undefined);
  await clock.until(() => two.pending === 0);
  await assert.rejects(refused, (error: { code: string; details: Record<string, unknown> }) => {
    assert.deepEqual([error.code, error.details['claimant']], ['already_claimed', one.client]);
    return true;
  });
  await Promise.all([claim.release(), clock.advance(50)]);
  assert.equal(two.conversation.toolCalls[0]?.claim, undefined);
  const [mine] = await Promise.all([two.toolClaim('k1'), clock.advance(50)]);
  void mine.result('here');
  await clock.until(() => done(one));
});
