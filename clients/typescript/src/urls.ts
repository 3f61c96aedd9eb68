import { SessionmeshError } from './errors.js';

const WS_PATH = '/v1/ws';

/**
 * The WebSocket address of a node: `http` becomes `ws`, and `/v1/ws` is added unless the address ends with it.
 *
 * @throws SessionmeshError `bad_option` when it is no http(s) or ws(s) address
 */
export function webSocketUrl(base: string): string {
  const url = parse(base);
  if (url.protocol === 'http:') url.protocol = 'ws:';
  if (url.protocol === 'https:') url.protocol = 'wss:';
  if (!url.pathname.endsWith(WS_PATH)) url.pathname = url.pathname.replace(/\/+$/, '') + WS_PATH;
  return url.href;
}

/** What follows the question mark; fields that are undefined are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/**
 * The HTTP address `path` (such as `/v1/cluster`) of the same node.
 *
 * @throws SessionmeshError `bad_option` when it is no http(s) or ws(s) address
 */
export function httpUrl(base: string, path: string, query: Query = {}): string {
  const url = parse(base);
  if (url.protocol === 'ws:') url.protocol = 'http:';
  if (url.protocol === 'wss:') url.protocol = 'https:';
  url.pathname = url.pathname.replace(/\/v1\/ws$/, '').replace(/\/+$/, '') + path;
  url.search = '';
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url.href;
}

function parse(base: string): URL {
  let url: URL;
  try {
    url = new URL(base);
  } catch {
    throw new SessionmeshError('bad_option', `not an address: ${base}`);
  }
  if (!['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol)) {
    throw new SessionmeshError('bad_option', `neither an http(s) nor a ws(s) address: ${base}`);
  }
  url.hash = '';
  return url;
}

/** A list of node addresses and the one in use; after a failure the next one is tried. */
export class UrlRotation {
  readonly #urls: readonly string[];
  #index = 0;

  /** @throws SessionmeshError `bad_option` when the list is empty or holds something else than addresses */
  constructor(urls: readonly string[]) {
    if (urls.length === 0) throw new SessionmeshError('bad_option', 'urls is empty');
    this.#urls = [...new Set(urls.map(webSocketUrl))];
  }

  get current(): string {
    return this.#urls[this.#index] as string;
  }

  /** The address after the given one; the same when there is no other. */
  after(url: string): string {
    return this.#urls[(this.#urls.indexOf(url) + 1) % this.#urls.length] as string;
  }

  /** Makes an address of the list the one in use; false when it is not on the list. */
  use(url: string): boolean {
    const index = this.#urls.indexOf(webSocketUrl(url));
    if (index >= 0) this.#index = index;
    return index >= 0;
  }
}
