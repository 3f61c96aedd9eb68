/**
 * The HTTP side of a mesh, `@sessionmesh/client/http`: one request each, to the node that it names and to no other.
 *
 * Each rejects with a `SessionmeshError`: a code of the server, `token_failed`, `http_error` for an answer that is none of the server's, or
 * `bad_option`. A failed `fetch` throws its own error. Nothing is sent again by itself: where the error is `retryable`, or nobody answered,
 * ask another node. `url` is the address of any node.
 */

import type { Ack } from './commands.js';
import type { CommandFrame } from './commandframes.js';
import type {
  AuditDocument,
  ClusterView,
  EventPage,
  FoundSessions,
  Inbox,
  MessagesDocument,
  PresenceDocument,
  SessionDocument,
  SessionPage,
  SessionSearch,
  SessionSpec,
  Ticket,
} from './documents.js';
import type { AckFrame, BlobReference } from './frames.js';
import { ackOf } from './frames.js';
import type { HttpOptions } from './request.js';
import { get, request, segment, send } from './request.js';
import { httpUrl } from './urls.js';

export type { CommandFrame } from './commandframes.js';
export type * from './documents.js';
export type { HttpOptions } from './request.js';

/** Which part of a list. */
export interface PageOptions extends HttpOptions {
  /** How many at most: sessions 1 to 1,000, by default 100; events 1 to 10,000, by default 1,000. */
  readonly limit?: number | undefined;
}

/**
 * Makes a session, or finds the one of this id.
 *
 * @returns the session's id, and whether it was made now
 * @throws SessionmeshError such as `session_conflict` when it exists and is another one
 */
export async function createSession(
  url: string,
  spec: SessionSpec = {},
  options: HttpOptions = {},
): Promise<{ readonly id: string; readonly created: boolean }> {
  const response = await send('POST', url, '/v1/sessions', spec, options);
  const { id } = (await response.json()) as { id: string };
  return { id, created: response.status === 201 };
}

/**
 * The sessions that the caller may see, by id, a page at a time.
 *
 * @param options `after`: the `next` of the page before
 */
export async function listSessions(url: string, options: PageOptions & { readonly after?: string | undefined } = {}): Promise<SessionPage> {
  return get(url, '/v1/sessions', options, { limit: options.limit, after: options.after });
}

/**
 * The sessions that meet all conditions and that the caller may see, the most recently changed first; needs an archive. A page may be short, or
 * even empty, and not be the last: that is the one without `next`.
 *
 * @param options `cursor`: the `next` of the page before, of the same search
 * @throws SessionmeshError such as `no_archive`, or `bad_cursor` after an hour
 */
export async function findSessions(
  url: string,
  search: SessionSearch = {},
  options: PageOptions & { readonly cursor?: string | undefined } = {},
): Promise<FoundSessions> {
  const { labels = {}, asleep, since, until, ...plain } = search;
  const query = {
    order: 'recent',
    ...plain,
    asleep: asleep === undefined ? undefined : String(asleep),
    since: since instanceof Date ? since.getTime() : since,
    until: until instanceof Date ? until.getTime() : until,
    limit: options.limit,
    cursor: options.cursor,
  };
  const address = new URL(httpUrl(url, '/v1/sessions', query));
  for (const [name, value] of Object.entries(labels)) address.searchParams.append('label', `${name}:${value}`);
  return (await (await request(address.href, options)).json()) as FoundSessions;
}

/**
 * A session as it stands: its turns and calls, what it has spent of its budget, and the head of its audit chain.
 *
 * @throws SessionmeshError such as `session_not_found`
 */
export async function readSession(url: string, id: string, options: HttpOptions = {}): Promise<SessionDocument> {
  return get(url, path(id), options);
}

/**
 * Deletes a session for ever: whoever follows it is detached.
 *
 * @throws SessionmeshError such as `session_deleted` when that was done before, which a repeated request may take for success
 */
export async function deleteSession(url: string, id: string, options: HttpOptions = {}): Promise<void> {
  await request(httpUrl(url, path(id)), options, { method: 'DELETE' });
}

/**
 * A page of the log: the events behind seq `after`, gap-free. Go on behind the last one until `head`. To follow it, `connect`.
 *
 * @param options `after`: the last seq seen, by default 0
 */
export async function readEvents(url: string, id: string, options: PageOptions & { readonly after?: number | undefined } = {}): Promise<EventPage> {
  return get(url, path(id, '/events'), options, { after: options.after, limit: options.limit });
}

/** The folded conversation: the messages of the current branch, in the order of its turns. */
export async function readMessages(url: string, id: string, options: HttpOptions = {}): Promise<MessagesDocument> {
  return get(url, path(id, '/messages'), options);
}

/** The chain of decisions of a session: who decided what about which payload. */
export async function readAudit(url: string, id: string, options: HttpOptions = {}): Promise<AuditDocument> {
  return get(url, path(id, '/audit'), options);
}

/** Who is in a session, on all nodes, at this moment. Whoever attaches is told of changes: `session.presence`. */
export async function readPresence(url: string, id: string, options: HttpOptions = {}): Promise<PresenceDocument> {
  return get(url, path(id, '/presence'), options);
}

/**
 * The text of a payload that is too long for the log, such as `input.blob` or `tool_result.result.blob`; JSON where the place that
 * refers to it holds JSON.
 *
 * @throws SessionmeshError such as `blob_not_found`
 */
export async function readBlob(url: string, session: string, blob: BlobReference, options: HttpOptions = {}): Promise<string> {
  return (await request(httpUrl(url, path(session, `/blobs/${segment(blob.hash)}`)), options)).text();
}

/** The approvals that wait for whoever the token is of, across sessions, oldest first. `followInbox` follows them. */
export async function readInbox(url: string, options: HttpOptions = {}): Promise<Inbox> {
  return get(url, '/v1/inbox', options);
}

/**
 * Sends a command to a session that nobody here follows.
 *
 * @param id its idempotency key, 1-128 characters of `A-Za-z0-9._:-`: sent again with the same id, on any node, it has no second effect and
 *   gets the same answer
 * @throws SessionmeshError as the methods of a `Session`, and `id_conflict` when the id was used for another command
 */
export async function sendCommand(url: string, session: string, id: string, command: CommandFrame, options: HttpOptions = {}): Promise<Ack> {
  const response = await send('POST', url, path(session, '/commands'), { ...command, id }, options);
  return ackOf((await response.json()) as AckFrame);
}

/**
 * A ticket that opens one WebSocket or event stream as `?ticket=`, on any node, with what the caller may do: for a browser that is not to
 * hold the caller's token.
 *
 * @throws SessionmeshError `unauthorized` where the caller proved nothing
 */
export async function createTicket(url: string, options: HttpOptions = {}): Promise<Ticket> {
  return (await (await send('POST', url, '/v1/tickets', {}, options)).json()) as Ticket;
}

/** The nodes of the cluster, for the `urls` of `connect`. */
export async function clusterView(url: string, options: HttpOptions = {}): Promise<ClusterView> {
  return get(url, '/v1/cluster', options);
}

function path(session: string, rest = ''): string {
  return `/v1/sessions/${segment(session)}${rest}`;
}
