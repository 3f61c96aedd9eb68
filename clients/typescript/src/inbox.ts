import { Backoff } from './backoff.js';
import type { Clock } from './clock.js';
import { systemClock } from './clock.js';
import type { Inbox, WaitingApproval } from './documents.js';
import { SessionmeshError } from './errors.js';
import type { HttpOptions } from './http.js';
import { request } from './http.js';
import { DEFAULT_LIMITS } from './limits.js';
import { httpUrl } from './urls.js';

/** What a followed inbox tells. */
export interface InboxListener {
  /** All that waits, whenever that has changed; oldest first. */
  changed(inbox: Inbox): void;
  /** It could not be read for now, and is tried again; or, when the error is not `retryable`, never again. */
  failed?(error: SessionmeshError): void;
}

/** A frame of the stream: all there is, or what changed. */
interface InboxFrame extends Inbox {
  readonly full?: boolean;
  readonly gone?: readonly { readonly session: string; readonly callId: string }[];
}

/** Longest frame of the stream, in characters: a server that sends more is none of ours. */
const FRAME_CHARS = 16_777_216;

/**
 * Follows the approvals that wait for whoever the token is of, across sessions. A lost stream is opened again, at the next address,
 * and begins with all there is.
 *
 * @param urls addresses of the nodes, tried in this order
 * @returns a function that ends it
 * @throws SessionmeshError `bad_option` when there is no address
 */
export function followInbox(
  urls: readonly string[],
  listener: InboxListener,
  options: Omit<HttpOptions, 'signal'> & { readonly clock?: Clock; readonly random?: () => number } = {},
): () => void {
  if (urls.length === 0) throw new SessionmeshError('bad_option', 'urls is empty');
  const abort = new AbortController();
  void follow(urls, listener, options, abort.signal);
  return () => abort.abort();
}

async function follow(
  urls: readonly string[],
  listener: InboxListener,
  options: HttpOptions & { readonly clock?: Clock; readonly random?: () => number },
  signal: AbortSignal,
): Promise<void> {
  const { clock = systemClock, random = Math.random } = options;
  const backoff = new Backoff(DEFAULT_LIMITS.backoffBaseMs, DEFAULT_LIMITS.backoffCapMs, random);
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await read(urls[attempt % urls.length] as string, options, signal, (inbox) => {
        backoff.reset();
        listener.changed(inbox);
      });
    } catch (error) {
      if (signal.aborted) return;
      const coded = error instanceof SessionmeshError ? error : new SessionmeshError('http_error', String(error), { retryable: true });
      listener.failed?.(coded);
      if (!coded.retryable) return;
    }
    if (!signal.aborted) await waited(clock, backoff.next(), signal);
  }
}

/** Reads one stream to its end. */
async function read(url: string, options: HttpOptions, signal: AbortSignal, changed: (inbox: Inbox) => void): Promise<void> {
  const response = await request(httpUrl(url, '/v1/inbox'), { ...options, signal }, { headers: { accept: 'text/event-stream' } });
  if (response.body === null) throw new SessionmeshError('http_error', 'the stream has no body', { retryable: true });
  let waiting: readonly WaitingApproval[] = [];
  let text = '';
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const events = (text + decoder.decode(part.value as Uint8Array, { stream: true })).split(/\r?\n\r?\n/);
    text = events.pop() ?? '';
    if (text.length > FRAME_CHARS) throw new SessionmeshError('bad_frame', 'an event of the inbox does not end');
    for (const frame of events.flatMap(frameOf)) {
      waiting = after(waiting, frame);
      changed({ approvals: waiting, ...(frame.more === undefined ? {} : { more: frame.more }) });
    }
  }
}

/** The frame in the data of a server-sent event; none in comments, which only keep the stream open. */
function frameOf(event: string): readonly InboxFrame[] {
  const data = event.split(/\r?\n/).filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart()).join('\n');
  if (data === '') return [];
  const frame = JSON.parse(data) as { readonly type?: unknown };
  return frame.type === 'inbox' ? [frame as unknown as InboxFrame] : [];
}

/** What waits after a frame. */
function after(before: readonly WaitingApproval[], frame: InboxFrame): readonly WaitingApproval[] {
  if (frame.full === true) return frame.approvals;
  const gone = new Set([...(frame.gone ?? []), ...frame.approvals].map(keyOf));
  const both = [...before.filter((each) => !gone.has(keyOf(each))), ...frame.approvals];
  return both.sort((one, other) => ((one.at ?? '') < (other.at ?? '') ? -1 : (one.at ?? '') > (other.at ?? '') ? 1 : 0));
}

function keyOf(each: { readonly session: string; readonly callId: string }): string {
  return `${each.session} ${each.callId}`;
}

function waited(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const callOff = clock.after(ms, resolve);
    signal.addEventListener('abort', () => {
      callOff();
      resolve();
    }, { once: true });
  });
}
