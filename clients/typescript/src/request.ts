import type { TokenSource } from './credential.js';
import { tokenOf } from './credential.js';
import { SessionmeshError } from './errors.js';
import type { Query } from './urls.js';
import { httpUrl } from './urls.js';

/** How to reach a node over HTTP. */
export interface HttpOptions {
  /** The bearer token to ask with; a function is asked before every request. See `ConnectOptions`. */
  readonly token?: TokenSource;
  /** Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
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

/** The document at a path of a node. */
export async function get<Document>(url: string, path: string, options: HttpOptions, query: Query = {}): Promise<Document> {
  return (await (await request(httpUrl(url, path, query), options)).json()) as Document;
}

/** Sends JSON to a path of a node. */
export function send(method: 'POST' | 'PUT', url: string, path: string, body: unknown, options: HttpOptions): Promise<Response> {
  return request(httpUrl(url, path), options, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

/** A name within a path. */
export function segment(name: string): string {
  // A browser would resolve these two, escaped or not, and ask for another path. No session or webhook has such a name.
  if (name === '' || name === '.' || name === '..') throw new SessionmeshError('bad_option', `no id: ${JSON.stringify(name)}`);
  return encodeURIComponent(name);
}
