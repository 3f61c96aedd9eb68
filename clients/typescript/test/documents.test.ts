import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Inbox, SessionmeshError } from '../src/index.js';
import { createSession, followInbox, readAudit, readInbox, readSession } from '../src/index.js';
import { VirtualClock } from './fake/clock.js';

/** Answers each request with the next of these bodies, and remembers what was asked. */
function answering(...bodies: readonly unknown[]) {
  const asked: { readonly url: string; readonly method: string; readonly body: unknown; readonly token: string | null }[] = [];
  const rest = [...bodies];
  const fake = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
    const body = init.body === undefined ? undefined : JSON.parse(String(init.body));
    asked.push({ url: String(url), method: init.method ?? 'GET', body, token: new Headers(init.headers).get('authorization') });
    const next = rest.shift() as { status?: number };
    return Response.json(next, { status: next.status ?? 200 });
  };
  return { asked, fetch: fake as typeof fetch };
}

test('a_session_is_made_with_its_tools_and_its_budget', async () => {
  const { asked, fetch } = answering({ id: 's1' });
  const tools = [{ name: 'locate', executor: 'client', target: { device: 'phone' }, approval: { needed: 2, escalateAfterMs: 60_000, escalateTo: ['role:boss'] } }] as const;
  await createSession('http://a:1', { id: 's1', inputPolicy: 'merge', budget: { turn: { tokens: 100 }, price: { input: 3 } }, tools }, { fetch });
  assert.deepEqual(asked[0]?.body, { id: 's1', inputPolicy: 'merge', budget: { turn: { tokens: 100 }, price: { input: 3 } }, tools });
});

test('a_session_tells_what_it_has_spent_and_where_its_audit_stands', async () => {
  const { asked, fetch } = answering({ id: 'a/b', spent: { steps: 2, outputTokens: 9 }, audit: { entries: 4, hash: 'ff' } });
  const { spent, audit } = await readSession('ws://a:1/v1/ws', 'a/b', { fetch, token: 't' });
  assert.deepEqual([spent.outputTokens, audit], [9, { entries: 4, hash: 'ff' }]);
  assert.deepEqual(asked, [{ url: 'http://a:1/v1/sessions/a%2Fb', method: 'GET', body: undefined, token: 'Bearer t' }]);
});

test('the_inbox_is_what_waits_across_sessions', async () => {
  const { asked, fetch } = answering({ approvals: [{ session: 's1', callId: 'k1', name: 'publish' }] }, { status: 403, error: { code: 'forbidden', message: 'no' } });
  assert.equal((await readInbox('http://a:1', { fetch })).approvals[0]?.callId, 'k1');
  assert.equal(asked[0]?.url, 'http://a:1/v1/inbox');
  await assert.rejects(readInbox('http://a:1', { fetch }), { code: 'forbidden' });
});

test('the_audit_of_a_session_is_its_chain_of_decisions', async () => {
  const { asked, fetch } = answering({ session: 's1', head: { entries: 1, hash: 'ff' }, entries: [{ no: 1, action: 'approved', by: 'ann' }] });
  assert.equal((await readAudit('http://a:1', 's1', { fetch })).entries[0]?.by, 'ann');
  assert.equal(asked[0]?.url, 'http://a:1/v1/sessions/s1/audit');
});

test('a_followed_inbox_is_up_to_date_and_survives_a_lost_stream', async () => {
  const entry = (callId: string, at: string) => ({ session: 's1', callId, name: 'publish', at });
  const event = (frame: unknown) => `event: inbox\ndata: ${JSON.stringify(frame)}\n\n`;
  const first = ': hello\n\n' + event({ type: 'inbox', full: true, approvals: [entry('k1', '1'), entry('k3', '3')] }) + event({ type: 'inbox', approvals: [entry('k2', '2')], gone: [{ session: 's1', callId: 'k1' }], more: 4 });
  const streams = [first, undefined, event({ type: 'inbox', full: true, approvals: [] })];
  const asked: string[] = [];
  const seen: (readonly [readonly string[], number | undefined])[] = [];
  const failures: string[] = [];
  await new Promise<void>((end) => {
    const stop = followInbox(['http://a:1', 'http://b:1'], {
      changed: ({ approvals, more }: Inbox) => {
        seen.push([approvals.map((each) => each.callId), more]);
        if (approvals.length > 0) return;
        stop();
        end();
      },
      failed: (error: SessionmeshError) => failures.push(error.code),
    }, {
      random: () => 0,
      fetch: (async (url: unknown) => {
        asked.push(String(url));
        const text = streams.shift();
        if (text === undefined) throw new TypeError('nobody there');
        const bytes = new TextEncoder().encode(text);
        // Cut where it hurts.
        const parts = [bytes.slice(0, 25), bytes.slice(25, 31), bytes.slice(31)];
        return new Response(new ReadableStream({ start: (out) => { for (const part of parts) out.enqueue(part); out.close(); } }));
      }) as typeof fetch,
    });
  });
  assert.deepEqual(seen, [[['k1', 'k3'], undefined], [['k2', 'k3'], 4], [[], undefined]]);
  assert.deepEqual(asked, ['http://a:1/v1/inbox', 'http://b:1/v1/inbox', 'http://a:1/v1/inbox']);
  assert.deepEqual(failures, ['http_error']);
});

test('an_inbox_that_is_forbidden_is_not_asked_for_for_ever', async () => {
  const { asked, fetch } = answering({ status: 403, error: { code: 'forbidden', message: 'no', retryable: false } });
  const error = await new Promise<SessionmeshError>((failed) => followInbox(['http://a:1'], { changed: () => undefined, failed }, { fetch }));
  assert.equal(error.code, 'forbidden');
  assert.equal(asked.length, 1);
});

/** Streams that stay open and say what the test says; one that is `deaf` never answers. They end for nobody, as a cut network does. */
function openStreams(clock: VirtualClock, deaf: (url: string) => boolean = () => false) {
  const asked: string[] = [];
  const outs: ReadableStreamDefaultController<Uint8Array>[] = [];
  const notes: string[] = [];
  const say = (text: string, stream = outs.length - 1) => outs[stream]?.enqueue(new TextEncoder().encode(text));
  const stop = followInbox(['http://a:1', 'http://b:1'], {
    changed: ({ approvals }) => notes.push(`${clock.now()} ${approvals.length} wait`),
    failed: (error) => notes.push(`${clock.now()} ${error.code} ${error.message}`),
  }, {
    clock,
    random: () => 0.5,
    fetch: (async (url: unknown) => {
      asked.push(`${clock.now()} ${new URL(String(url)).host}`);
      if (deaf(String(url))) return new Promise<never>(() => undefined);
      return new Response(new ReadableStream<Uint8Array>({ start: (out) => void outs.push(out) }));
    }) as typeof fetch,
  });
  return { asked, notes, say, stop };
}

const NOTHING_WAITS = 'event: inbox\ndata: {"type":"inbox","full":true,"approvals":[]}\n\n';

test('an_inbox_that_is_silent_for_three_heartbeats_is_read_at_the_next_address', async () => {
  const clock = new VirtualClock();
  const { asked, notes, say, stop } = openStreams(clock);
  await clock.advance(0);
  say(NOTHING_WAITS);
  await clock.advance(59_000);
  say(': \n\n');
  await clock.advance(59_999);
  assert.deepEqual(asked, ['0 a:1'], 'a comment is a sign of life');
  await clock.advance(1);
  assert.deepEqual(notes, ['0 0 wait', '119000 http_error nothing was heard for 60000 ms']);
  await clock.advance(50);
  assert.deepEqual(asked, ['0 a:1', '119050 b:1'], 'the back-off begins at 100 ms, of which the half');
  say(NOTHING_WAITS, 0);
  say(NOTHING_WAITS, 1);
  await clock.advance(0);
  assert.deepEqual(notes.slice(2), ['119050 0 wait'], 'what the old stream says after all is not heard');
  stop();
  say(NOTHING_WAITS, 1);
  await clock.advance(600_000);
  assert.equal(notes.length, 3);
  assert.equal(clock.timers, 0);
});

test('a_node_that_never_answers_for_an_inbox_is_left_too', async () => {
  const clock = new VirtualClock();
  const { asked, notes, stop } = openStreams(clock, (url) => url.includes('a:1'));
  await clock.advance(60_050);
  assert.deepEqual(asked, ['0 a:1', '60050 b:1']);
  assert.deepEqual(notes, ['60000 http_error nothing was heard for 60000 ms']);
  stop();
});

test('a_limit_of_an_inbox_that_is_out_of_range_is_refused', () => {
  assert.throws(() => followInbox(['http://a:1'], { changed: () => undefined }, { limits: { streamQuietMs: 0 } }), { code: 'bad_option' });
});
