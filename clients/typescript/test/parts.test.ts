import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Backoff } from '../src/backoff.js';
import type { Frame } from '../src/frames.js';
import { Handover } from '../src/handover.js';
import { SERVER_CODES, verdictOf } from '../src/index.js';
import { Outbox } from '../src/outbox.js';
import { httpUrl, UrlRotation, webSocketUrl } from '../src/urls.js';

const protocol = readFileSync(new URL('../../../../../docs/protocol.md', import.meta.url), 'utf8');
const token = (from: number, seq: number): Frame => ({ type: 'token', from, seq }) as Frame;
const nothing = { body: {}, resolve: () => undefined, reject: () => undefined };

test('the_error_codes_are_those_of_the_protocol', () => {
  const table = protocol.slice(protocol.indexOf('## Error codes'), protocol.indexOf('## Close codes'));
  const codes = [...table.matchAll(/^\| `(\w+)`/gm)].map((match) => match[1]);
  assert.ok(codes.length > 20);
  assert.deepEqual([...SERVER_CODES].sort(), codes.sort());
});

test('the_close_codes_ask_what_the_protocol_says', () => {
  for (const code of [1000, 1002, 1003, 1007, 1008, 1009, 4400, 4401, 4403, 4429, 4499]) assert.equal(verdictOf(code), 'stay_away');
  for (const code of [1001, 1005, 1006, 1011, 1012, 1013, 4500, 4503, 4504, 4508, 4999]) assert.equal(verdictOf(code), 'come_back');
});

test('the_back_off_jitters_over_a_ceiling_that_doubles_up_to_its_cap', () => {
  const almost = new Backoff(100, 1_000, () => 0.999);
  assert.deepEqual([1, 2, 3, 4, 5, 6].map(() => almost.next()), [99, 199, 399, 799, 999, 999]);
  almost.reset();
  assert.equal(almost.next(), 99);
  assert.equal(new Backoff(100, 1_000, () => 0).next(), 0);
  assert.equal(new Backoff(100, 1_000, () => 0).next(250), 250);
  const long = new Backoff(100, 1_000, () => 0.5);
  for (let n = 0; n < 5_000; n++) assert.ok(Number.isFinite(long.next()));
});

test('addresses_are_made_from_whatever_names_the_node', () => {
  assert.equal(webSocketUrl('http://a:1'), 'ws://a:1/v1/ws');
  assert.equal(webSocketUrl('https://a/mesh/'), 'wss://a/mesh/v1/ws');
  assert.equal(webSocketUrl('ws://a:1/v1/ws?x=1'), 'ws://a:1/v1/ws?x=1');
  assert.equal(httpUrl('wss://a/mesh/v1/ws', '/v1/cluster'), 'https://a/mesh/v1/cluster');
  assert.throws(() => webSocketUrl('ftp://a'), { code: 'bad_option' });
  assert.throws(() => new UrlRotation([]), { code: 'bad_option' });
});

test('the_rotation_goes_round_and_knows_its_addresses', () => {
  const urls = new UrlRotation(['http://a', 'http://b', 'http://a']);
  assert.equal(urls.current, 'ws://a/v1/ws');
  assert.equal(urls.after(urls.current), 'ws://b/v1/ws');
  assert.equal(urls.after('ws://b/v1/ws'), 'ws://a/v1/ws');
  assert.equal(urls.use('http://b'), true);
  assert.equal(urls.current, 'ws://b/v1/ws');
  assert.equal(urls.use('http://c'), false);
});

test('commands_are_numbered_when_they_are_first_sent_and_keep_their_ids', () => {
  const outbox = new Outbox(10);
  outbox.add(nothing);
  outbox.add(nothing);
  assert.deepEqual(outbox.take('c', 0).map((entry) => entry.id), ['c:1', 'c:2']);
  assert.deepEqual(outbox.take('c', 0), []);
  outbox.unsent();
  outbox.add(nothing);
  assert.deepEqual(outbox.take('d', 0).map((entry) => entry.id), ['c:1', 'c:2', 'd:1']);
});

test('a_full_outbox_takes_no_more', () => {
  const outbox = new Outbox(1);
  assert.equal(outbox.add(nothing), true);
  assert.equal(outbox.add(nothing), false);
});

test('no_command_runs_more_than_a_window_ahead_of_the_oldest_unanswered', () => {
  const outbox = new Outbox(64);
  outbox.add(nothing);
  const [oldest] = outbox.take('c', 0);
  let newest = 1;
  for (let n = 0; n < 200; n++) {
    outbox.add(nothing);
    for (const entry of outbox.take('c', 0)) {
      newest = entry.number;
      outbox.remove(entry);
    }
    if (outbox.size === 64) break;
  }
  assert.equal(newest, 64, 'numbers 1 to 64 fit into the memory of the server');
  assert.ok(oldest !== undefined);
  outbox.remove(oldest);
  assert.ok(outbox.take('c', 0).length > 0);
});

test('a_handover_waits_for_a_boundary_of_the_new_connection', () => {
  const handover = new Handover(10, 8);
  assert.equal(handover.aligned(10), false, 'not before the new connection has attached');
  handover.accept({ type: 'attached' } as Frame);
  assert.equal(handover.aligned(10), true);
  handover.hold(token(11, 14));
  handover.hold(token(15, 15));
  assert.equal(handover.aligned(12), false, 'in the middle of a merged frame');
  assert.equal(handover.aligned(14), true);
  assert.deepEqual(handover.release(), [token(15, 15)]);
  assert.equal(handover.aligned(16), false, 'the new connection is behind');
});

test('a_handover_holds_no_more_than_its_limit', () => {
  const handover = new Handover(0, 1);
  assert.equal(handover.hold(token(1, 1)), true);
  assert.equal(handover.hold(token(2, 2)), false);
});
