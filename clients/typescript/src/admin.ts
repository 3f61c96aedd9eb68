/**
 * What the back end of a tenant administers, `@sessionmesh/client/admin`: credentials that are taken back, what was used, webhooks, and
 * sessions as a whole.
 *
 * All but `readWebhookKeys` needs `admin` of all sessions, or of the one that is erased or exported, and rejects with `forbidden` otherwise; errors and `url` are as of
 * `@sessionmesh/client/http`.
 */

import type { Erasure, Revocation, Usage, Webhook, WebhookKey, WebhookSpec } from './admindocuments.js';
import { SessionmeshError } from './errors.js';
import type { HttpOptions } from './request.js';
import { get, request, segment, send } from './request.js';
import { httpUrl } from './urls.js';

export type * from './admindocuments.js';
export type { HttpOptions } from './request.js';

/** What was issued up to now is good for nothing: on every node within a second, open connections included. */
export async function revoke(url: string, revocation: Revocation, options: HttpOptions = {}): Promise<void> {
  await send('POST', url, '/v1/revocations', revocation, options);
}

/**
 * Takes a session away wherever something of it is: `deleteSession` that leaves nothing behind, and says so.
 *
 * @throws SessionmeshError such as `unavailable` when something is left: ask again
 */
export async function eraseSession(url: string, id: string, options: HttpOptions = {}): Promise<Erasure> {
  return (await (await send('POST', url, `/v1/sessions/${segment(id)}/erase`, {}, options)).json()) as Erasure;
}

/** The whole session as lines of JSON; whole only if its last line is of type `end`. */
export async function exportSession(url: string, id: string, options: HttpOptions = {}): Promise<ReadableStream<Uint8Array>> {
  const { body } = await request(httpUrl(url, `/v1/sessions/${segment(id)}/export`), options);
  if (body === null) throw new SessionmeshError('http_error', 'an export without a body', { retryable: true });
  return body;
}

/**
 * Brings an exported session in, with another history at its end.
 *
 * @param file as `exportSession` gave it, whole
 * @param options `id`: under which it is to be, by default the one that it had
 * @returns its id and last seq
 * @throws SessionmeshError such as `bad_export`, `session_conflict`, or `session_deleted`
 */
export async function importSession(
  url: string,
  file: string | Blob | Uint8Array<ArrayBuffer>,
  options: HttpOptions & { readonly id?: string | undefined } = {},
): Promise<{ readonly id: string; readonly head: number }> {
  const response = await request(httpUrl(url, '/v1/sessions/import', { id: options.id }), options, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: file,
  });
  const { id, head } = (await response.json()) as { id: string; head: number };
  return { id, head };
}

/** What the caller's tenant has and does on all nodes that answer, and what it may. */
export async function readUsage(url: string, options: HttpOptions = {}): Promise<Usage> {
  return get(url, '/v1/usage', options);
}

/**
 * Has events posted to a back end, or finds this very webhook. Name an `id`, so that a request sent again does not make two.
 *
 * @returns the webhook, and whether it was made now
 * @throws SessionmeshError such as `webhook_conflict` when one of this id is another, or `too_many_webhooks`
 */
export async function createWebhook(
  url: string,
  spec: WebhookSpec,
  options: HttpOptions = {},
): Promise<{ readonly webhook: Webhook; readonly created: boolean }> {
  const response = await send('POST', url, '/v1/webhooks', spec, options);
  return { webhook: (await response.json()) as Webhook, created: response.status === 201 };
}

/** All webhooks of the tenant, by id. How each does is told by `readWebhook`. */
export async function listWebhooks(url: string, options: HttpOptions = {}): Promise<readonly Webhook[]> {
  return (await get<{ readonly webhooks: readonly Webhook[] }>(url, '/v1/webhooks', options)).webhooks;
}

/**
 * A webhook, and how it does on all nodes.
 *
 * @throws SessionmeshError such as `webhook_not_found`, as the ones below
 */
export async function readWebhook(url: string, id: string, options: HttpOptions = {}): Promise<Webhook> {
  return get(url, path(id), options);
}

/** Another address or choice from now on; what was delivered stays delivered. */
export async function replaceWebhook(url: string, id: string, spec: Omit<WebhookSpec, 'id'>, options: HttpOptions = {}): Promise<Webhook> {
  return (await (await send('PUT', url, path(id), spec, options)).json()) as Webhook;
}

/** Posts nothing more, and forgets how far it was. */
export async function deleteWebhook(url: string, id: string, options: HttpOptions = {}): Promise<void> {
  await request(httpUrl(url, path(id)), options, { method: 'DELETE' });
}

/** Posts nothing for now; what happens meanwhile comes later. */
export async function pauseWebhook(url: string, id: string, options: HttpOptions = {}): Promise<Webhook> {
  return (await (await send('POST', url, path(id, '/pause'), {}, options)).json()) as Webhook;
}

/** Goes on at once. */
export async function resumeWebhook(url: string, id: string, options: HttpOptions = {}): Promise<Webhook> {
  return (await (await send('POST', url, path(id, '/resume'), {}, options)).json()) as Webhook;
}

/**
 * Delivers what a session's log holds behind a seq again, in new requests.
 *
 * @param after 0 stands behind the creation of the session, -1 before it
 */
export async function replayWebhook(url: string, id: string, session: string, after: number, options: HttpOptions = {}): Promise<void> {
  await send('POST', url, path(id, '/replay'), { session, after }, options);
}

/** The public keys that webhooks are signed with; the first one signs. Asks nobody who he is. */
export async function readWebhookKeys(url: string, options: HttpOptions = {}): Promise<readonly WebhookKey[]> {
  return (await get<{ readonly keys: readonly WebhookKey[] }>(url, '/.well-known/jwks.json', options)).keys;
}

function path(id: string, rest = ''): string {
  return `/v1/webhooks/${segment(id)}${rest}`;
}
