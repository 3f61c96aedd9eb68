import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { connect, createSession, readBlob, SessionmeshError } from '../src/index.js';
import type { Connection, ConnectOptions } from '../src/index.js';
import type { MemorySocket } from './fake/socket.js';
import { counted, done, record, spoken, world } from './world.js';

/** A world whose nodes ask for a token, and a function that brings another one each time: t1, t2, ... */
function guardedWorld(lifeMs = Number.POSITIVE_INFINITY, options: Partial<ConnectOptions> = {}) {
  const all = world(options);
  all.mesh.tokens = new Map();
  const askedAtMs: number[] = [];
  const mint = (): string => {
    askedAtMs.push(all.clock.now());
    return all.mesh.grant(`t${askedAtMs.length}`, lifeMs);
  };
  const auths = () => [...all.mesh.nodes.values()].flatMap((node) => [...node.connections]).flatMap((each) => each.received.filter(({ type }) => type === 'auth'));
  return { ...all, mint, askedAtMs, auths };
}

/** The codes of the errors that a connection tells. */
function errorsOf(connection: Connection): SessionmeshError[] {
  const errors: SessionmeshError[] = [];
  connection.on('error', (error) => errors.push(error));
  connection.on('state', ({ error }) => void (error !== undefined && errors.push(error)));
  return errors;
}

const codes = (errors: readonly SessionmeshError[]) => errors.map((error) => error.code);
const offered = (sockets: { readonly made: readonly MemorySocket[] }) => sockets.made.map((socket) => socket.protocols);
const bearer = (token: string) => ['sessionmesh.v1', `sessionmesh.bearer.${token}`];

// ---- connecting ----

test('a_token_is_offered_as_a_subprotocol_and_without_one_there_is_none', async () => {
  const { clock, client, mesh, sockets } = world();
  client();
  assert.deepEqual(offered(sockets), [[]]);
  const connection = client({ token: mesh.grant('a.B-c_1~') });
  await clock.until(() => connection.state === 'open');
  assert.deepEqual(offered(sockets)[1], bearer('a.B-c_1~'));
  client({ token: 'x', protocols: ['mine', 'sessionmesh.v1'] });
  assert.deepEqual(offered(sockets)[2], [...bearer('x'), 'mine']);
});

test('a_function_is_asked_for_every_connection', async () => {
  const { clock, client, mesh, sockets, mint } = guardedWorld();
  const connection = client({ token: async () => mint() });
  const session = connection.attach('s1', { after: 0 });
  record(session);
  void session.input('slow 60');
  await clock.until(() => spoken(session).length > 20);
  mesh.node('n1').dropAll(1012, '');
  await clock.until(() => connection.node === 'n2' && session.state === 'attached');
  connection.move();
  await clock.until(() => connection.node === 'n3');
  connection.offline();
  connection.online();
  await clock.until(() => done(session));
  assert.equal(spoken(session), counted(60));
  assert.deepEqual(offered(sockets), ['t1', 't2', 't3', 't4'].map(bearer));
});

test('a_function_that_fails_is_asked_again_with_back_off', async () => {
  const faults: (() => string | Promise<string>)[] = [
    () => Promise.reject(new Error('offline')),
    () => {
      throw new Error('broken');
    },
    () => '',
    () => undefined as never,
    () => 'not a token',
  ];
  const { clock, client, sockets, mint } = guardedWorld(undefined, { random: () => 0.999 });
  const connection = client({ token: () => (faults.shift() ?? mint)() });
  const errors = errorsOf(connection);
  const waits: number[] = [];
  connection.on('state', ({ retryInMs }) => void (retryInMs !== undefined && waits.push(retryInMs)));
  await clock.until(() => waits.length === 5);
  assert.deepEqual(waits, [99, 199, 399, 799, 1598]);
  assert.equal(sockets.made.length, 0);
  assert.deepEqual(codes(errors), Array(5).fill('token_failed'));
  assert.equal((errors[0]?.cause as Error).message, 'offline');
  await clock.until(() => connection.state === 'open');
  assert.deepEqual(offered(sockets), [bearer('t1')]);
});

test('a_function_that_takes_too_long_is_a_failure_and_what_it_brings_then_is_dropped', async () => {
  const late: ((token: string) => void)[] = [];
  const { clock, client, sockets, mint } = guardedWorld(undefined, { limits: { tokenTimeoutMs: 700 } });
  const connection = client({ token: () => (late.length === 0 ? new Promise((resolve) => late.push(resolve)) : mint()) });
  const errors = errorsOf(connection);
  await clock.until(() => connection.state === 'waiting');
  assert.equal(clock.now(), 700);
  late[0]?.('late');
  await clock.until(() => connection.state === 'open');
  assert.deepEqual([codes(errors), offered(sockets)], [['token_failed'], [bearer('t1')]]);
});

test('the_time_for_the_token_is_not_taken_from_the_time_for_the_welcome', async () => {
  const { clock, client, mint } = guardedWorld(undefined, { limits: { connectTimeoutMs: 100 } });
  const connection = client({ token: () => new Promise((resolve) => clock.after(5_000, () => resolve(mint()))) });
  await clock.until(() => connection.state !== 'connecting');
  assert.deepEqual([connection.state, clock.now()], ['open', 5_002]);
});

test('the_time_for_the_token_does_not_count_as_life_of_the_connection', async () => {
  const { clock, client, mesh, mint } = guardedWorld(undefined, { random: () => 0.999 });
  const connection = client({ token: () => new Promise((resolve) => clock.after(6_000, () => resolve(mint()))) });
  const waits: number[] = [];
  connection.on('state', ({ retryInMs }) => void (retryInMs !== undefined && waits.push(retryInMs)));
  for (let n = 0; n < 2; n++) {
    await clock.until(() => connection.state === 'open');
    for (const node of mesh.nodes.values()) node.dropAll(1012, '');
    await clock.until(() => connection.state === 'waiting');
  }
  assert.deepEqual(waits, [99, 199]);
});

for (const cut of ['offline', 'close'] as const) {
  test(`${cut}_while_a_token_is_asked_for_opens_nothing_and_leaves_no_timer`, async () => {
    let bring = (_token: string): void => assert.fail('nobody asked');
    const { clock, client, sockets } = guardedWorld();
    const connection = client({ token: () => new Promise((resolve) => (bring = resolve)) });
    await clock.advance(10);
    connection[cut]();
    bring('t1');
    await clock.advance(10);
    assert.deepEqual([sockets.made.length, clock.timers], [0, 0]);
  });
}

test('a_move_whose_token_fails_leaves_the_connection_where_it_is', async () => {
  const { clock, client, mint, askedAtMs } = guardedWorld();
  const connection = client({ token: () => (askedAtMs.length === 0 ? mint() : Promise.reject(new Error('no'))) });
  const errors = errorsOf(connection);
  const session = connection.attach('s1');
  const { notes } = record(session);
  await clock.until(() => session.state === 'attached');
  connection.move('http://n3:80');
  await clock.advance(2_000);
  assert.deepEqual([connection.node, connection.state, codes(errors)], ['n1', 'open', ['token_failed']]);
  assert.ok(!notes.includes('interrupted'));
});

// ---- refused ----

test('a_string_that_is_refused_ends_the_connection_at_once', async () => {
  const { clock, client, sockets } = guardedWorld();
  for (const token of [undefined, 'bad']) {
    sockets.made.length = 0;
    const connection = client(token === undefined ? {} : { token });
    const errors = errorsOf(connection);
    await clock.advance(60_000);
    assert.deepEqual([connection.state, sockets.made.length], ['failed', 1]);
    assert.deepEqual(codes(errors), ['unauthorized', 'unauthorized'], 'what the server said, then the end');
    assert.deepEqual(errors[1]?.details, { closeCode: 4401 });
  }
});

test('a_string_that_expires_ends_the_connection', async () => {
  const { clock, client, mesh, sockets, auths } = guardedWorld();
  const connection = client({ token: mesh.grant('t', 10_000) });
  await clock.advance(9_990);
  assert.deepEqual([connection.state, auths()], ['open', []]);
  await clock.advance(60_000);
  assert.deepEqual([connection.state, sockets.made.length], ['failed', 1]);
});

test('a_function_whose_second_token_is_refused_too_ends_the_connection', async () => {
  let asked = 0;
  const { clock, client, sockets } = guardedWorld();
  const connection = client({ token: () => `bad${++asked}` });
  const session = connection.attach('s1');
  const errors = errorsOf(connection);
  await clock.advance(60_000);
  assert.deepEqual(offered(sockets), ['bad1', 'bad2'].map(bearer));
  assert.deepEqual([asked, connection.state, session.state, clock.timers], [2, 'failed', 'failed', 0]);
  assert.deepEqual(codes(errors), ['unauthorized', 'unauthorized', 'unauthorized']);
  assert.deepEqual(errors[2]?.details, { closeCode: 4401 });
});

test('a_node_that_cannot_be_reached_between_two_refusals_does_not_make_them_forgotten', async () => {
  const { clock, client, mesh, sockets } = guardedWorld();
  mesh.kill('n2');
  const connection = client({ token: () => 'bad' });
  await clock.advance(60_000);
  assert.deepEqual([connection.state, sockets.made.length], ['failed', 3]);
});

test('a_token_that_expired_while_the_laptop_slept_is_replaced', async () => {
  const { clock, client, sockets, mint } = guardedWorld(60_000);
  const connection = client({ token: mint });
  const session = connection.attach('s1', { after: 0 });
  const errors = errorsOf(connection);
  await clock.until(() => session.state === 'attached');
  clock.stall(600_000);
  await clock.advance(1_000);
  assert.deepEqual([session.state, sockets.made.length], ['attached', 2]);
  assert.deepEqual(codes(errors), ['unauthorized']);
});

test('each_welcome_makes_an_earlier_refusal_forgotten', async () => {
  let refused = 0;
  const { clock, client, mesh, sockets, mint } = guardedWorld();
  const connection = client({ token: () => (refused-- > 0 ? 'bad' : mint()) });
  for (let n = 1; n <= 4; n++) {
    await clock.until(() => connection.state === 'open');
    mesh.revoke(`t${n}`);
    await clock.until(() => connection.state === 'waiting');
  }
  await clock.until(() => connection.state === 'open');
  assert.deepEqual(offered(sockets), ['t1', 't2', 't3', 't4', 't5'].map(bearer));
  refused = 1;
  for (const node of mesh.nodes.values()) node.dropAll(1006, '');
  await clock.until(() => connection.state === 'waiting');
  await clock.until(() => connection.state === 'open' && offered(sockets).length === 7);
});

test('a_move_tries_a_second_token_and_then_stays', async () => {
  let brings = 'bad';
  const { clock, client, mesh, sockets } = guardedWorld();
  mesh.grant('good');
  const connection = client({ token: () => brings });
  brings = 'good';
  await clock.until(() => connection.state === 'open');
  brings = 'bad';
  connection.move();
  await clock.advance(60_000);
  assert.deepEqual([connection.node, offered(sockets)], ['n1', ['good', 'bad', 'bad'].map(bearer)]);
  brings = 'good';
  mesh.revoke('good');
  mesh.grant('good');
  await clock.until(() => connection.state === 'waiting');
  await clock.until(() => connection.state === 'open');
});

// ---- renewing ----

test('a_token_is_renewed_before_it_expires_on_the_same_socket', async () => {
  const { clock, client, sockets, mint, askedAtMs, auths } = guardedWorld(10_000);
  const connection = client({ token: mint });
  const session = connection.attach('s1', { after: 0 });
  const { notes } = record(session);
  await clock.advance(33_000);
  assert.deepEqual(askedAtMs, [0, 8_001, 16_002, 24_003, 32_004]);
  assert.deepEqual(auths(), ['t2', 't3', 't4', 't5'].map((token) => ({ type: 'auth', token })));
  assert.equal(sockets.made.length, 1);
  assert.ok(!notes.includes('interrupted'), notes.join());
  connection.close();
  await clock.advance(60_000);
  assert.deepEqual([askedAtMs.length, clock.timers], [5, 0]);
});

test('a_token_that_follows_one_that_expires_may_be_good_for_ever', async () => {
  const { clock, client, mesh, sockets, auths } = guardedWorld();
  const lives = [10_000];
  const connection = client({ token: () => mesh.grant(`t${lives.length}`, lives.shift()) });
  await clock.advance(600_000);
  assert.deepEqual([auths().length, sockets.made.length, connection.state], [1, 1, 'open']);
});

test('a_token_is_asked_for_neither_within_a_second_nor_after_it_expired', async () => {
  for (const [lifeMs, renewedAtMs] of [[1_100, 1_002], [600, 601]] as const) {
    const { clock, client, mint, askedAtMs } = guardedWorld(lifeMs);
    client({ token: mint });
    await clock.until(() => askedAtMs.length === 2);
    assert.equal(askedAtMs[1], renewedAtMs);
  }
});

test('a_token_that_is_good_for_years_overflows_no_timer', async () => {
  const delays: number[] = [];
  const all = guardedWorld(90 * 86_400_000);
  const { now, after } = all.clock;
  const clock = {
    now: () => now.call(all.clock),
    after: (delayMs: number, action: () => void) => (delays.push(delayMs), after.call(all.clock, delayMs, action)),
  };
  const connection = all.client({ token: all.mint, clock });
  await all.clock.until(() => connection.state === 'open');
  assert.equal(Math.max(...delays), 2 ** 31 - 1);
});

test('a_renewal_that_fails_is_tried_again_until_the_token_expires', async () => {
  let fails = 2;
  const { clock, client, sockets, mint, askedAtMs } = guardedWorld(60_000);
  const connection = client({
    token: () => {
      if (askedAtMs.length === 0 || fails-- <= 0) return mint();
      askedAtMs.push(clock.now());
      throw new Error('offline');
    },
  });
  const errors = errorsOf(connection);
  await clock.advance(100_000);
  assert.deepEqual(askedAtMs, [0, 48_001, 51_001, 54_001]);
  assert.deepEqual([codes(errors), sockets.made.length, connection.state], [['token_failed', 'token_failed'], 1, 'open']);
  fails = Number.POSITIVE_INFINITY;
  askedAtMs.length = 1;
  await clock.until(() => connection.state === 'waiting');
  assert.deepEqual(askedAtMs.slice(1), [102_002, 105_002, 108_002, 111_002], 'until 114 001');
  assert.equal(sockets.made.length, 1);
  fails = 0;
  await clock.until(() => connection.state === 'open');
});

test('a_renewal_that_is_refused_or_never_answered_is_tried_again_and_the_connection_lives_on', async () => {
  for (const answered of [true, false]) {
    const { clock, client, mesh, sockets, mint, askedAtMs, auths } = guardedWorld(60_000);
    mesh.faults.outgoing = (frame) => (!answered && frame['type'] === 'authenticated' && auths().length < 3 ? [] : [frame]);
    const bad = () => answered && askedAtMs.length > 1 && askedAtMs.length < 4;
    const connection = client({ token: () => (mint(), bad() ? 'bad' : `t${askedAtMs.length}`) });
    const errors = errorsOf(connection);
    await clock.advance(100_000);
    assert.deepEqual(askedAtMs, [0, 48_001, 51_001, 54_001]);
    assert.deepEqual(codes(errors), answered ? ['unauthorized', 'unauthorized'] : []);
    assert.deepEqual([sockets.made.length, connection.state], [1, 'open']);
  }
});

// ---- secrecy ----

test('a_token_is_in_no_error_and_in_nothing_that_is_shown', async () => {
  const secret = 'hush-hush';
  const shown: unknown[] = [];
  for (const token of [`${secret} `, `${secret}\r\n`, `${secret}=`, `${secret},`, `é${secret}`, `${secret}/`]) {
    assert.throws(() => connect({ urls: ['http://n1'], WebSocket: world().sockets, token }), (error: SessionmeshError) => {
      shown.push(error);
      return error.code === 'bad_option';
    });
    const { clock, client } = guardedWorld();
    const connection = client({ token: () => token });
    const errors = errorsOf(connection);
    await clock.until(() => errors.length === 1);
    shown.push(...errors, connection);
    connection.close();
    await createSession('http://n1', {}, { token, fetch: () => assert.fail('it is not sent') }).catch((error) => shown.push(error));
  }
  for (const token of [secret, () => secret]) {
    const { clock, client, sockets } = guardedWorld();
    class Quoting extends sockets {
      constructor(url: string, protocols?: string | string[]) {
        super(url, protocols);
        if (url.includes('n1')) throw new SyntaxError(`the subprotocol ${String(protocols)} is invalid`);
      }
    }
    const connection = client({ token, WebSocket: Quoting, urls: ['http://n1', 'http://n2'] });
    const session = connection.attach('s1');
    const errors = errorsOf(connection);
    await clock.until(() => connection.state === 'failed');
    if (typeof token === 'function') assert.equal(errors[0]?.code, 'bad_option');
    shown.push(...errors, connection, session, session.error, await session.input('x').catch((error: unknown) => error));
  }
  assert.ok(shown.length >= 6 * 4 + 2 * 4);
  for (const each of shown) {
    assert.ok(!inspect(each, { depth: 9, showHidden: true }).includes(secret), inspect(each));
    assert.ok(!JSON.stringify([each, String(each)]).includes(secret));
  }
});

// ---- over HTTP ----

test('a_request_carries_the_token_and_a_function_is_asked_for_each', async () => {
  const seen: (string | null)[] = [];
  const fake: typeof fetch = async (_url, init) => {
    const headers = new Headers(init?.headers);
    seen.push(headers.get('authorization'));
    return new Response(JSON.stringify({ id: 's1', type: headers.get('content-type') }), { status: 201 });
  };
  let asked = 0;
  const token = async () => `t${++asked}`;
  const blob = { hash: 'h', bytes: 1 };
  await createSession('http://n1', {}, { fetch: fake });
  await createSession('http://n1', {}, { fetch: fake, token: 't' });
  await readBlob('http://n1', 's1', blob, { fetch: fake, token });
  assert.ok((await readBlob('http://n1', 's1', blob, { fetch: fake, token })).includes('"type":null'));
  assert.deepEqual(seen, [null, 'Bearer t', 'Bearer t1', 'Bearer t2']);
  const failing = createSession('http://n1', {}, { fetch: fake, token: () => Promise.reject(new Error('no')) });
  await assert.rejects(failing, { code: 'token_failed' });
  assert.equal(seen.length, 4);
});
