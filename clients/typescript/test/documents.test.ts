import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSession, readInbox, readSession } from '../src/index.js';

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
  assert.equal((await readInbox('http://a:1', { fetch }))[0]?.callId, 'k1');
  assert.equal(asked[0]?.url, 'http://a:1/v1/inbox');
  await assert.rejects(readInbox('http://a:1', { fetch }), { code: 'forbidden' });
});
