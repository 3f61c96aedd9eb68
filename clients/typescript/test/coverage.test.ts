/**
 * What the API offers, by its documents, against what this client does of it. A new operation or frame fails here until it has a function or
 * method, or a reason why it has none.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as admin from '../src/admin.js';
import { isKnownEvent } from '../src/frames.js';
import * as http from '../src/http.js';
import * as operator from '../src/operator.js';
import type { CommandFrame, HttpOptions } from '../src/http.js';
import type { ToolClaim } from '../src/index.js';
import { world } from './world.js';

/** From dist/test/test. */
const ROOT = new URL('../../../../../', import.meta.url);
const OPENAPI = readFileSync(new URL('verticles/src/main/resources/dev/sessionmesh/gateway/http/openapi.yaml', ROOT), 'utf8');
const ASYNCAPI = readFileSync(new URL('docs/asyncapi.yaml', ROOT), 'utf8');

const NODE = 'http://a:1';

/** By operation, a call that asks for it. */
const CALLS: Readonly<Record<string, (options: HttpOptions) => Promise<unknown>>> = {
  createSession: (options) => http.createSession(NODE, {}, options),
  listSessions: (options) => http.listSessions(NODE, { ...options, limit: 10, after: 's1' }),
  getSession: (options) => http.readSession(NODE, 's1', options),
  deleteSession: (options) => http.deleteSession(NODE, 's1', options),
  eraseSession: (options) => admin.eraseSession(NODE, 's1', options),
  exportSession: (options) => admin.exportSession(NODE, 's1', options),
  importSession: (options) => admin.importSession(NODE, '{"type":"head"}', { ...options, id: 's2' }),
  readEvents: (options) => http.readEvents(NODE, 's1', { ...options, after: 2, limit: 10 }),
  readMessages: (options) => http.readMessages(NODE, 's1', options),
  readAudit: (options) => http.readAudit(NODE, 's1', options),
  readInbox: (options) => http.readInbox(NODE, options),
  readBlob: (options) => http.readBlob(NODE, 's1', { hash: 'ab', bytes: 1 }, options),
  listPresence: (options) => http.readPresence(NODE, 's1', options),
  sendCommand: (options) => http.sendCommand(NODE, 's1', 'c1', { type: 'withdraw', turn: 't1' }, options),
  createTicket: (options) => http.createTicket(NODE, options),
  getCluster: (options) => http.clusterView(NODE, options),
  getUsage: (options) => admin.readUsage(NODE, options),
  revoke: (options) => admin.revoke(NODE, { user: 'ann' }, options),
  createWebhook: (options) => admin.createWebhook(NODE, { url: 'https://shop.example' }, options),
  listWebhooks: (options) => admin.listWebhooks(NODE, options),
  getWebhook: (options) => admin.readWebhook(NODE, 'h1', options),
  replaceWebhook: (options) => admin.replaceWebhook(NODE, 'h1', { url: 'https://shop.example' }, options),
  deleteWebhook: (options) => admin.deleteWebhook(NODE, 'h1', options),
  pauseWebhook: (options) => admin.pauseWebhook(NODE, 'h1', options),
  resumeWebhook: (options) => admin.resumeWebhook(NODE, 'h1', options),
  replayWebhook: (options) => admin.replayWebhook(NODE, 'h1', 's1', 0, options),
  getWebhookKeys: (options) => admin.readWebhookKeys(NODE, options),
  readMesh: (options) => operator.readMesh(NODE, options),
  readTimeline: (options) => operator.readTimeline(NODE, options),
  findSessions: (options) => operator.findSessions(NODE, { prefix: 's', waiting: true }, options),
  readDelivery: (options) => operator.readDelivery(NODE, options),
  readConfig: (options) => operator.readConfig(NODE, options),
  drainNode: (options) => operator.drainNode(NODE, 'n1', options),
  undrainNode: (options) => operator.undrainNode(NODE, 'n1', options),
  listDrills: (options) => operator.listDrills(NODE, options),
  readDrill: (options) => operator.readDrill(NODE, 'tour', options),
  readDrillPage: (options) => operator.readDrillPage(NODE, 'tour', options),
};

const PROBE = 'is asked of each node by whatever runs it, not by applications';

/** Operations that it does without, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  sendInput: 'is sendCommand with an input',
  getDescription: 'is for tools',
  isStarted: PROBE,
  isLive: PROBE,
  isReady: PROBE,
};

/** One command of each kind; the compiler wants one of each type. */
const COMMANDS: { readonly [Type in CommandFrame['type']]: Extract<CommandFrame, { readonly type: Type }> } = {
  input: { type: 'input', text: 'x', policy: 'merge' },
  edit: { type: 'edit', turn: 't1', text: 'x' },
  regenerate: { type: 'regenerate', turn: 't1' },
  select_branch: { type: 'select_branch', turn: 't1' },
  reorder: { type: 'reorder', turn: 't1', before: 't2' },
  withdraw: { type: 'withdraw', turn: 't1' },
  cancel: { type: 'cancel' },
  steer: { type: 'steer', instruction: 'x' },
  approve: { type: 'approve', callId: 'k1', arguments: { a: 1 }, argumentsHash: 'ab', remember: 'session' },
  reject: { type: 'reject', callIds: ['k1', 'k2'], reason: 'no' },
  delegate: { type: 'delegate', callId: 'k1', to: 'bob' },
  revoke_grant: { type: 'revoke_grant', grant: 'g1' },
  settle: { type: 'settle', callId: 'k1', outcome: 'ok', result: 1 },
  tool_claim: { type: 'tool_claim', callId: 'k1', claimant: 'c' },
  tool_heartbeat: { type: 'tool_heartbeat', callId: 'k1', claimant: 'c' },
  tool_release: { type: 'tool_release', callId: 'k1', claimant: 'c' },
  tool_result: { type: 'tool_result', callId: 'k1', error: 'x' },
};

/** Frames of a server that are not in the log, and what becomes of them. */
const SIGNALS: Readonly<Record<string, string>> = {
  welcome: 'the event `node`',
  attached: 'the event `attached`',
  message: 'the event `message`, and `reset` where it replaces others',
  ack: 'what a command resolves with',
  error: 'what a command rejects with, or an event `error`',
  detached: 'attached again, or `failed`',
  goaway: 'the event `goaway`, and a move',
  pong: 'a sign of life',
  authenticated: 'the next renewal',
  presence: '`session.presence`',
  tool_progress: 'the event `tool_progress`',
};

interface Operation {
  readonly method: string;
  readonly path: string;
}

function operations(): ReadonlyMap<string, Operation> {
  const found = new Map<string, Operation>();
  let [path, method] = ['', ''];
  for (const line of OPENAPI.split('\n')) {
    path = /^ {2}(\/\S*):/.exec(line)?.[1] ?? path;
    method = /^ {4}(get|post|put|delete|patch):/.exec(line)?.[1]?.toUpperCase() ?? method;
    const id = /^ {6}operationId: (\w+)/.exec(line)?.[1];
    if (id !== undefined) found.set(id, { method, path });
  }
  return found;
}

/** Names of the messages that AsyncAPI has of one side. */
function frames(side: 'client' | 'server'): readonly string[] {
  const names = [...ASYNCAPI.matchAll(new RegExp(`^ {4}${side}\\.\\w+: \\{name: (\\w+),`, 'gm'))].map((match) => match[1] as string);
  assert.ok(names.length > 10);
  return [...new Set(names)].sort();
}

/** Remembers what is asked for; what it answers says nothing. */
function listening() {
  const asked: (Operation & { readonly url: string; readonly body: unknown })[] = [];
  const fetch = (async (url: unknown, init: RequestInit = {}) => {
    const body = init.body === undefined ? undefined : (JSON.parse(String(init.body)) as unknown);
    asked.push({ method: init.method ?? 'GET', path: new URL(String(url)).pathname, url: String(url), body });
    return Response.json({});
  }) as typeof globalThis.fetch;
  return { asked, fetch };
}

test('every_operation_has_a_function_or_a_reason_to_have_none', () => {
  assert.deepEqual([...operations().keys()].sort(), [...Object.keys(CALLS), ...Object.keys(WITHOUT)].sort());
});

test('every_function_asks_for_its_operation', async () => {
  for (const [id, { method, path }] of operations()) {
    const { asked, fetch } = listening();
    await CALLS[id]?.({ fetch });
    if (CALLS[id] === undefined) continue;
    assert.equal(asked.length, 1, id);
    assert.equal(asked[0]?.method, method, id);
    assert.match(asked[0]?.path ?? '', new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`));
  }
});

test('every_command_that_http_takes_can_be_sent', async () => {
  const taken = /^ {4}Command:\n.*?enum: \[(.*?)\]/ms.exec(OPENAPI)?.[1]?.split(',').map((word) => word.trim());
  assert.deepEqual(taken?.sort(), Object.keys(COMMANDS).sort());
  for (const command of Object.values(COMMANDS)) {
    const { asked, fetch } = listening();
    await http.sendCommand(NODE, 's1', 'c1', command, { fetch });
    assert.deepEqual(asked[0]?.body, { ...command, id: 'c1' });
  }
});

test('every_frame_of_a_client_is_sent_by_a_method_or_by_itself', async () => {
  const { clock, client, mesh, session: fake } = world();
  let tokens = 0;
  const connection = client({ token: () => mesh.grant(`t${++tokens}`, 30_000) });
  const session = connection.attach('s1', { after: 0 });
  await clock.until(() => session.state === 'attached');
  void session.input('tool');
  await clock.until(() => fake.calls.all.size === 1);
  let claim: ToolClaim | undefined;
  void session.toolClaim('k1').then((taken) => (claim = taken));
  await clock.until(() => claim !== undefined);
  // Time enough for heartbeats, a ping where nothing is said, and another token.
  await clock.advance(90_000);
  const said = [
    claim?.release(),
    session.toolResult('k9', 1),
    session.edit('t9', 'x'),
    session.regenerate('t9'),
    session.selectBranch('t9'),
    session.reorder('t9'),
    session.withdraw('t9'),
    session.cancel('t9'),
    session.steer('x', 't9'),
    session.approve('k9'),
    session.reject('k9'),
    session.delegate('k9', 'bob'),
    session.revokeGrant('g9'),
    session.settle('k9', { outcome: 'retry' }),
  ];
  session.presence.setStatus('here');
  session.presence.markRead(1);
  const answered = Promise.allSettled(said);
  await clock.advance(1_000);
  await answered;
  session.close();
  await clock.advance(1_000);
  const sent = [...mesh.nodes.values()].flatMap((node) => [...node.connections]).flatMap((each) => each.received.map((frame) => String(frame['type'])));
  assert.deepEqual([...new Set(sent)].sort(), frames('client'));
  connection.close();
});

test('every_frame_of_a_server_is_an_event_or_has_a_consequence', () => {
  const logged = frames('server').filter((type) => isKnownEvent({ type, seq: 1 }));
  assert.deepEqual(frames('server'), [...logged, ...Object.keys(SIGNALS)].sort());
});

test('a_tool_tells_how_far_it_is', async () => {
  const { clock, client, session: fake } = world();
  const session = client().attach('s1', { after: 0 });
  const seen: unknown[] = [];
  session.on('tool_progress', ({ callId, done, total }) => seen.push([callId, done, total]));
  await clock.until(() => session.state === 'attached');
  for (const signal of fake.signals) signal({ type: 'tool_progress', session: 's1', callId: 'k1', done: 3, total: 7 });
  await clock.advance(10);
  assert.deepEqual(seen, [['k1', 3, 7]]);
});

test('a_page_is_asked_for_by_query_and_an_id_is_never_a_path', async () => {
  const { asked, fetch } = listening();
  await http.listSessions(`${NODE}/mesh/`, { fetch, limit: 10, after: 'a&b' });
  await http.listSessions(NODE, { fetch });
  await http.readEvents(NODE, 's1', { fetch, after: 0 });
  await admin.readWebhook(NODE, 'a/b', { fetch });
  assert.deepEqual(asked.map(({ url }) => url), [
    'http://a:1/mesh/v1/sessions?limit=10&after=a%26b',
    'http://a:1/v1/sessions',
    'http://a:1/v1/sessions/s1/events?after=0',
    'http://a:1/v1/webhooks/a%2Fb',
  ]);
  for (const id of ['', '.', '..']) await assert.rejects(http.deleteSession(NODE, id, { fetch }), { code: 'bad_option' });
  assert.equal(asked.length, 4);
});

test('sessions_are_looked_for_by_query', async () => {
  const { asked, fetch } = listening();
  await http.findSessions(NODE, { participant: 'ada', labels: { team: 'blue', kind: 'a:b' }, asleep: false, since: new Date(7) }, { fetch, limit: 5, cursor: 'c' });
  await http.findSessions(NODE, {}, { fetch });
  assert.deepEqual(asked.map(({ url }) => url), [
    'http://a:1/v1/sessions?order=recent&participant=ada&asleep=false&since=7&limit=5&cursor=c&label=team%3Ablue&label=kind%3Aa%3Ab',
    'http://a:1/v1/sessions?order=recent',
  ]);
});

test('a_command_without_an_event_has_no_seq', async () => {
  const answer = (body: unknown) => (async () => Response.json(body)) as unknown as typeof fetch;
  const beat = await http.sendCommand(NODE, 's1', 'c1', COMMANDS.tool_heartbeat, { fetch: answer({ id: 'c1', seq: 0 }) });
  assert.deepEqual(beat, { id: 'c1', seq: undefined, duplicate: false, degraded: false });
  const again = await http.sendCommand(NODE, 's1', 'c2', COMMANDS.cancel, { fetch: answer({ id: 'c2', seq: 7, duplicate: true }) });
  assert.deepEqual(again, { id: 'c2', seq: 7, duplicate: true, degraded: false });
});
