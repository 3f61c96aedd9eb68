import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Access } from '../console/access.js';
import type { LogEvent } from '../console/bands.js';
import { bandAt, bandsOf, forksOf, takeovers } from '../console/bands.js';
import { curl } from '../console/curl.js';
import { having, settingsOf } from '../console/differ.js';
import { jsonLines, rowOf, rowsOf } from '../console/feed.js';
import { listAsTenant, nextOf, queryOf, startingWith } from '../console/find.js';
import { ago, bytes, clock, count, duration, number } from '../console/format.js';
import { hueOf } from '../console/hue.js';
import { lanesOf, sinceOf } from '../console/lanes.js';
import { ticks } from '../console/lanespicture.js';
import { arrayOf, textOf } from '../console/report.js';
import { hrefOf, routeOf } from '../console/route.js';
import type { Mesh, MeshNode, TimelineEvent } from '../src/operator.js';

const event = (seq: number, type: string, fields: Record<string, unknown> = {}): LogEvent => ({ type, seq, ...fields }) as unknown as LogEvent;
const claim = (seq: number, turn: string, runner: string, runEpoch: number, takeover = false) => event(seq, 'agent_status', { turn, status: 'in_progress', runner, runEpoch, ...(takeover ? { takeover } : {}) });
const status = (seq: number, turn: string, word: string) => event(seq, 'agent_status', { turn, status: word, runEpoch: 1 });
const token = (from: number, seq: number, text: string, messageId = 'm1') => event(seq, 'token', { from, text, messageId });

/** Of a turn that n1 ran until it was killed, and n2 ended; and of the next one. */
const FAILOVER = [
  event(1, 'input', { actor: 'Ada', text: 'Plan', at: '2026-03-01T12:00:00Z', turn: 't1', messageId: 'u1' }),
  event(2, 'turn', { turn: 't1', status: 'received', by: 'Ada' }),
  claim(3, 't1', 'n1', 1),
  token(4, 9, 'Once upon '),
  claim(10, 't1', 'n2', 2, true),
  token(11, 15, 'a time'),
  status(16, 't1', 'completed'),
  event(17, 'input', { actor: 'Bo', text: 'And?', turn: 't2', messageId: 'u2' }),
  event(18, 'turn', { turn: 't2', status: 'received', by: 'Bo' }),
  claim(19, 't2', 'n3', 1),
  token(20, 24, 'Then', 'm2'),
];

test('a_failover_is_where_one_band_ends_and_the_next_begins', () => {
  const bands = bandsOf(FAILOVER);
  assert.deepEqual(
    bands.map(({ turn, epoch, runner, from, to, tookFrom, ended }) => [turn, epoch, runner, from, to, tookFrom, ended]),
    [
      ['t1', 1, 'n1', 3, 9, undefined, undefined],
      ['t1', 2, 'n2', 10, 16, 'n1', 'completed'],
      ['t2', 1, 'n3', 19, 24, undefined, undefined],
    ],
  );
  assert.deepEqual(takeovers(bands).map(({ runner }) => runner), ['n2']);
  assert.equal(bandAt(bands, 9)?.runner, 'n1');
  assert.equal(bandAt(bands, 10)?.runner, 'n2');
  assert.equal(bandAt(bands, 17), undefined, 'between turns nobody runs');
});

test('a_log_that_is_read_from_the_middle_has_bands_from_the_first_claim_on', () => {
  assert.deepEqual(bandsOf(FAILOVER.slice(3)).map(({ from, tookFrom }) => [from, tookFrom]), [[10, undefined], [19, undefined]]);
  assert.deepEqual(bandsOf(FAILOVER.slice(5)).map(({ runner }) => runner), ['n3']);
});

test('a_turn_that_waits_for_a_person_goes_on_in_its_band', () => {
  const bands = bandsOf([claim(1, 't1', 'n1', 1), status(2, 't1', 'awaiting_approval'), event(3, 'approval_resolved', { callId: 'k1' }), status(4, 't1', 'in_progress'), token(5, 6, 'x')]);
  assert.deepEqual(bands.map(({ from, to, ended }) => [from, to, ended]), [[1, 6, undefined]]);
});

test('where_runs_overlap_the_one_that_began_last_counts', () => {
  const bands = bandsOf([claim(1, 't1', 'n1', 1), claim(2, 't2', 'n2', 1), token(3, 4, 'x'), status(5, 't1', 'cancelled'), token(6, 7, 'y')]);
  assert.deepEqual(bands.map(({ runner, from, to }) => [runner, from, to]), [['n1', 1, 5], ['n2', 2, 7]]);
  assert.deepEqual([1, 3, 5].map((seq) => bandAt(bands, seq)?.runner), ['n1', 'n2', 'n2']);
});

test('another_history_is_told', () => {
  assert.deepEqual(forksOf([token(1, 2, 'x'), event(3, 'history', { pos: 'p3' })]), [{ seq: 3, pos: 'p3' }]);
});

test('tokens_of_one_message_are_one_row_until_something_comes_between_them', () => {
  const rows = rowsOf([token(1, 3, 'a'), token(4, 5, 'b'), token(6, 6, 'c', 'm2'), status(7, 't1', 'failed'), token(8, 8, 'd', 'm2')]);
  assert.deepEqual(rows.map(({ from, seq, text, events }) => [from, seq, text, events]), [
    [1, 5, 'ab', 5],
    [6, 6, 'c', 1],
    [7, 7, 'turn t1 is failed', 1],
    [8, 8, 'd', 1],
  ]);
  assert.equal(rows[2]?.tone, 'bad');
});

test('an_event_that_nobody_knows_yet_is_shown_with_its_fields', () => {
  const row = rowOf(event(7, 'moon_rose', { phase: 'full', session: 's1' }));
  assert.deepEqual([row.who, row.text], ['mesh', 'moon rose {"phase":"full"}']);
  assert.equal(rowOf(claim(1, 't1', 'n2', 2, true)).text, 'takes turn t1 over, epoch 2');
  assert.match(rowOf(event(2, 'tool_call', { callId: 'k1', name: 'pay', arguments: 'x'.repeat(2_000) })).text, /…$/);
});

test('a_saved_log_is_an_event_a_line', () => {
  const lines = jsonLines(FAILOVER).trimEnd().split('\n');
  assert.equal(lines.length, FAILOVER.length);
  assert.deepEqual(lines.map((line) => (JSON.parse(line) as { seq: number }).seq), FAILOVER.map(({ seq }) => seq));
});

test('a_place_survives_its_address_and_rubbish_leads_to_the_mesh', () => {
  for (const [page, item, query] of [
    ['sessions', 'acme/s.1:a', { view: 'json' }],
    ['drills', 'kill runner', {}],
    ['sessions', undefined, { prefix: 'a b&c', state: 'idle' }],
  ] as const) {
    assert.deepEqual(routeOf(hrefOf(page, item, query)), { page, item, query });
  }
  assert.equal(hrefOf('sessions', undefined, { prefix: '', after: undefined }), '#/sessions');
  for (const hash of ['', '#', '#/', '#/nothing/else', '#mesh', '#/mesh/%E0%A4%A']) assert.equal(routeOf(hash).page, 'mesh', hash);
});

test('what_an_operator_would_type_can_be_pasted_and_holds_no_secret', () => {
  assert.equal(
    curl('POST', 'http://n1:8080', '/admin/nodes/n2/drain', true, {}),
    `curl -X POST -H "Authorization: Bearer $SESSIONMESH_ADMIN_TOKEN" -H 'Content-Type: application/json' -d '{}' http://n1:8080/admin/nodes/n2/drain`,
  );
  assert.equal(curl('DELETE', 'http://n1:8080', '/admin/nodes/n2/drain', false), 'curl -X DELETE http://n1:8080/admin/nodes/n2/drain');
  assert.equal(curl('POST', 'http://n1', '/admin/forget', false, { node: "n'2'" }), `curl -X POST -H 'Content-Type: application/json' -d '{"node":"n'\\''2'\\''"}' http://n1/admin/forget`);
});

test('numbers_and_times_are_read_in_passing', () => {
  assert.deepEqual([0, 999, 1_000, 61_000, 3_600_000, 93_784_000].map(duration), ['0 ms', '999 ms', '1 s', '1 min 1 s', '1 h', '1 d 2 h']);
  assert.deepEqual([12, 1_536, 268_435_456, 5e12].map(bytes), ['12 B', '1.5 KB', '256 MB', '4.5 TB']);
  assert.equal(number(1_234_567), '1\u202f234\u202f567');
  assert.deepEqual([count(1, 'tab'), count(2, 'tab'), count(0, 'reply', 'replies')], ['1 tab', '2 tabs', '0 replies']);
  const now = Date.parse('2026-03-01T12:00:00Z');
  assert.deepEqual([ago('2026-03-01T11:58:59.700Z', now), ago('2026-03-01T12:00:02Z', now), ago('rubbish', now)], ['1 min ago', 'now', '–']);
  assert.match(clock('2026-03-01T12:00:00Z', now), /^\d\d:\d\d:\d\d$/);
  assert.match(clock('2026-02-01T12:00:00Z', now), /^2026-0[12]-\d\d \d\d:/);
});

test('nodes_of_one_kind_have_colours_of_their_own_and_those_of_the_demo_its_own', () => {
  assert.deepEqual(['n1', 'n2', 'n3'].map(hueOf), ['0', '1', '2']);
  for (const kind of ['mesh-', 'session-gateway-', '']) assert.equal(new Set([0, 1, 2, 3, 4, 5].map((no) => hueOf(`${kind}${no}`))).size, 6, kind);
  assert.match(hueOf('alone'), /^[0-5]$/);
});

const AT = Date.parse('2026-03-01T12:00:00Z');
const seen = (seconds: number, kind: string, node: string): TimelineEvent => ({ at: new Date(AT + seconds * 1_000).toISOString(), kind, node, text: '', seenBy: ['n1'] });
const meshOf = (nodes: Record<string, number>, missing: readonly string[] = []) =>
  ({
    nodes: Object.entries(nodes).map(([name, seconds]) => ({ name, startedAt: new Date(AT + seconds * 1_000).toISOString() }) as MeshNode),
    missing: missing.map((name) => ({ name, why: 'gone' })),
  }) as unknown as Mesh;
const timeline = (...events: TimelineEvent[]) => ({ events: [...events].reverse(), silent: [] });
const stays = (lanes: ReturnType<typeof lanesOf>) => lanes.map(({ node, stays: all }) => [node, ...all.map(({ from, to, asked }) => [(from - AT) / 1_000, to === undefined ? 'now' : (to - AT) / 1_000, asked])]);

test('a_lane_shows_when_a_node_was_a_member_and_whether_it_was_lost', () => {
  const events = timeline(seen(0, 'started', 'n1'), seen(5, 'joined', 'n2'), seen(60, 'draining', 'n3'), seen(62, 'left', 'n3'), seen(90, 'left', 'n2'), seen(100, 'joined', 'n2'), seen(101, 'started', 'n2'));
  const lanes = lanesOf(events, meshOf({ n1: 0, n2: 101 }, ['n3']), AT);
  assert.deepEqual(stays(lanes), [
    ['n1', [0, 'now', false]],
    ['n2', [5, 90, false], [100, 'now', false]],
    ['n3', [0, 62, true]],
  ]);
  assert.deepEqual(lanes[2]?.marks.map(({ kind }) => kind), ['draining']);
});

test('what_was_over_before_the_picture_begins_is_not_in_it', () => {
  const events = timeline(seen(0, 'joined', 'n2'), seen(10, 'left', 'n2'), seen(50, 'joined', 'n10'));
  assert.deepEqual(stays(lanesOf(events, meshOf({ n1: 0, n10: 50 }), AT + 30_000)), [['n1', [30, 'now', false]], ['n2'], ['n10', [50, 'now', false]]]);
  const since = sinceOf(events, AT + 300_000);
  assert.ok(since < AT && since > AT - 60_000, 'all that happened is in the picture');
});

test('the_picture_has_a_few_round_times', () => {
  for (const span of [60_000, 300_000, 3_600_000, 86_400_000]) {
    const all = ticks(AT - span, AT, 7);
    assert.ok(all.length >= 2 && all.length <= 7, `${span}: ${all.length}`);
    assert.ok(all.every((tick) => tick % 5_000 === 0));
  }
});

test('settings_are_side_by_side_and_only_what_should_be_the_same_is_said_to_differ', () => {
  const settings = settingsOf([
    { name: 'n1', texts: { node: 'n1', backups: '2', strict: 'false' } },
    { name: 'n2', texts: { node: 'n2', backups: '1', strict: 'false', zone: 'b' } },
  ]);
  assert.deepEqual(settings.map(({ name, differs }) => [name, differs]), [['node', false], ['backups', true], ['strict', false], ['zone', false]]);
  assert.equal(settings[3]?.values.get('n1'), 'not known');
  assert.deepEqual(having(settings, ' BACK').map(({ name }) => name), ['backups']);
  assert.deepEqual(having(settings, 'n2').map(({ name }) => name), ['node']);
});

test('what_is_looked_for_comes_from_the_address', () => {
  assert.deepEqual(queryOf({ prefix: ' a ', state: '', waiting: 'true' }), { prefix: 'a', tenant: undefined, state: undefined, waiting: true, after: undefined });
});

test('a_tenant_finds_sessions_by_their_beginning_though_the_list_only_knows_what_comes_behind', async () => {
  const ids = ['a', 'rel', 'rel-1', 'rel-2', 'x-rel', 'z'];
  const asked: string[] = [];
  const fetch = (async (input: unknown) => {
    const url = new URL(String(input));
    asked.push(url.pathname + url.search);
    const id = /^\/v1\/sessions\/(.+)$/.exec(url.pathname)?.[1];
    if (id !== undefined) {
      if (!ids.includes(id)) return Response.json({ error: { code: 'session_not_found', message: '' } }, { status: 404 });
      return Response.json({ id, head: 3, approvals: [], model: 'm', turn: { id: 't1', status: 'completed', runEpoch: 1 } });
    }
    const after = url.searchParams.get('after') ?? '';
    return Response.json({ sessions: ids.filter((each) => each > after).map((each) => ({ id: each })), next: 'z' });
  }) as typeof globalThis.fetch;
  const found = await listAsTenant('http://a:1', { prefix: 'rel' }, { fetch });
  assert.deepEqual(found.sessions.map(({ id, state }) => [id, state]), [['rel', 'idle'], ['rel-1', 'idle'], ['rel-2', 'idle']]);
  assert.equal(found.next, undefined, 'the page goes beyond the beginning that was looked for');
  assert.deepEqual((await listAsTenant('http://a:1', { prefix: 're' }, { fetch })).sessions.map(({ id }) => id), ['rel', 'rel-1', 'rel-2']);
  assert.ok(asked.includes('/v1/sessions/re'));
  assert.deepEqual((await listAsTenant('http://a:1', { prefix: 'rel', after: 'rel-1' }, { fetch })).sessions.map(({ id }) => id), ['rel-2'], 'a further page');
  const all = { sessions: [{ id: 'b1' }, { id: 'b2' }], next: 'b2' };
  assert.deepEqual([startingWith('b', all), nextOf('b', all), nextOf('', all)], [['b1', 'b2'], 'b2', 'b2']);
});

test('tokens_are_kept_only_when_that_is_wanted_and_forgotten_when_it_is', () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) };
  const access = new Access(storage);
  access.signIn({ operator: ' secret ', caller: '' }, false);
  assert.deepEqual([access.tokens.operator, kept.size], ['secret', 0]);
  access.signIn({ operator: 'secret', caller: 'key' }, true);
  assert.deepEqual(new Access(storage).tokens, { operator: 'secret', caller: 'key' });
  access.signIn({ operator: 'secret', caller: '' }, false);
  assert.equal(kept.size, 0, 'no longer kept');
  access.signIn({ operator: 'secret', caller: 'key' }, true);
  access.signOut();
  assert.deepEqual([access.tokens, kept.size, access.kept], [{ operator: '', caller: '' }, 0, false]);
  kept.set('sessionmesh.console', '[rubbish');
  assert.deepEqual(new Access(storage).tokens, { operator: '', caller: '' });
});

test('a_report_that_is_not_as_expected_is_read_as_far_as_it_is', () => {
  assert.deepEqual(arrayOf([{ a: 1 }, 7, null, [2]]), [{ a: 1 }]);
  assert.deepEqual(arrayOf({ length: 1 }), []);
  assert.deepEqual([textOf('a'), textOf(7), textOf(null), textOf({})], ['a', '7', '', '']);
});
