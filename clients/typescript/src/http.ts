import type { TokenSource } from './credential.js';
import { tokenOf } from './credential.js';
import type { AuditDocument, Inbox, SessionDocument, SessionSpec } from './documents.js';
import { SessionmeshError } from './errors.js';
import type { BlobReference } from './frames.js';
import { httpUrl } from './urls.js';

/** The cluster as one node sees it. */
export interface ClusterView {
  readonly node: string;
  /** Whether this side of the cluster may write. */
  readonly quorum: boolean;
  /** Whether every piece of data has all its copies. */
  readonly safe: boolean;
  readonly nodes: readonly { readonly name: string; readonly url: string; readonly self: boolean }[];
}

/** How to reach a node over HTTP. */
export interface HttpOptions {
  /** The bearer token to ask with; a function is asked before every request. See `ConnectOptions`. */
  readonly token?: TokenSource;
  /** Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
}

/**
 * Makes a session, or finds the one of this id.
 *
 * @param url address of any node
 * @returns the session's id, and whether it was made now
 * @throws SessionmeshError a code of the server, such as `session_conflict`; a failed `fetch` throws its own error
 */
export async function createSession(
  url: string,
  spec: SessionSpec = {},
  options: HttpOptions = {},
): Promise<{ readonly id: string; readonly created: boolean }> {
  const response = await request(httpUrl(url, '/v1/sessions'), options, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(spec),
  });
  const { id } = (await response.json()) as { id: string };
  return { id, created: response.status === 201 };
}

/**
 * A session as it stands: its turns and calls, what it has spent of its budget, and the head of its audit chain.
 *
 * @param url address of any node
 * @throws SessionmeshError a code of the server, such as `session_not_found`; a failed `fetch` throws its own error
 */
export async function readSession(url: string, id: string, options: HttpOptions = {}): Promise<SessionDocument> {
  const response = await request(httpUrl(url, `/v1/sessions/${encodeURIComponent(id)}`), options);
  return (await response.json()) as SessionDocument;
}

/**
 * The approvals that wait for whoever the token is of, across sessions, oldest first.
 *
 * @param url address of any node
 * @throws SessionmeshError a code of the server; a failed `fetch` throws its own error
 */
export async function readInbox(url: string, options: HttpOptions = {}): Promise<Inbox> {
  return (await (await request(httpUrl(url, '/v1/inbox'), options)).json()) as Inbox;
}

/**
 * The chain of decisions of a session: who decided what about which payload.
 *
 * @param url address of any node
 * @throws SessionmeshError a code of the server; a failed `fetch` throws its own error
 */
export async function readAudit(url: string, id: string, options: HttpOptions = {}): Promise<AuditDocument> {
  return (await (await request(httpUrl(url, `/v1/sessions/${encodeURIComponent(id)}/audit`), options)).json()) as AuditDocument;
}

/**
 * The nodes of the cluster, for the `urls` of `connect`.
 *
 * @param url address of any node
 * @throws SessionmeshError a code of the server; a failed `fetch` throws its own error
 */
export async function clusterView(url: string, options: HttpOptions = {}): Promise<ClusterView> {
  const response = await request(httpUrl(url, '/v1/cluster'), options);
  return (await response.json()) as ClusterView;
}

/**
 * The text of a payload that is too long for the log, such as `input.blob` or `tool_result.result.blob`; JSON where the place that
 * refers to it holds JSON.
 *
 * @param url address of any node
 * @throws SessionmeshError a code of the server, such as `blob_not_found`; a failed `fetch` throws its own error
 */
export async function readBlob(url: string, session: string, blob: BlobReference, options: HttpOptions = {}): Promise<string> {
  const path = `/v1/sessions/${encodeURIComponent(session)}/blobs/${encodeURIComponent(blob.hash)}`;
  return (await request(httpUrl(url, path), options)).text();
}

/** Asks, and throws what the server refuses with. */
export async function request(url: string, options: HttpOptions, init: RequestInit = {}): Promise<Response> {
  const send = options.fetch ?? fetch;
  const headers = new Headers(init.headers);
  if (options.token !== undefined) headers.set('authorization', `Bearer ${await tokenOf(options.token)}`);
  const response = await send(url, { ...init, headers, ...(options.signal === undefined ? {} : { signal: options.signal }) });
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => undefined);
  const error = (body as { error?: unknown } | undefined)?.error;
  if (typeof error === 'object' && error !== null) throw SessionmeshError.of(error as Record<string, unknown>);
  throw new SessionmeshError('http_error', `${response.status} ${response.statusText}`, { retryable: response.status >= 500 });
}
