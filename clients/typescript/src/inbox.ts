import { Backoff } from './backoff.js';
import type { Clock } from './clock.js';
import { systemClock } from './clock.js';
import type { Inbox, WaitingApproval } from './documents.js';
import { SessionmeshError } from './errors.js';
import type { HttpOptions } from './request.js';
import { request } from './request.js';
import type { Limits } from './limits.js';
import { limitsOf } from './options.js';
import { Silence } from './silence.js';
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

/** How to follow an inbox. */
export interface InboxOptions extends Omit<HttpOptions, 'signal'> {
  /** Other bounds than the default ones; `streamQuietMs` and those of the back-off count. */
  readonly limits?: Partial<Limits>;
  /** Time; handed in by tests. */
  readonly clock?: Clock;
  /** Numbers from 0 (included) to 1 (excluded), for the jitter; handed in by tests. */
  readonly random?: () => number;
}

/**
 * Follows the approvals that wait for whoever the token is of, across sessions. A stream that is lost, or silent for `streamQuietMs`, is
 * opened again, at the next address and after a back-off, and begins with all there is.
 *
 * @param urls addresses of the nodes, tried in this order
 * @returns a function that ends it; the listener is told nothing any more
 * @throws SessionmeshError `bad_option` when there is no address, or a limit is out of range
 */
export function followInbox(urls: readonly string[], listener: InboxListener, options: InboxOptions = {}): () => void {
  if (urls.length === 0) throw new SessionmeshError('bad_option', 'urls is empty');
  const abort = new AbortController();
  void follow(urls, listener, options, limitsOf(options.limits ?? {}), abort.signal);
  return () => abort.abort();
}

async function follow(
  urls: readonly string[],
  listener: InboxListener,
  options: InboxOptions,
  limits: Limits,
  stopped: AbortSignal,
): Promise<void> {
  const { clock = systemClock, random = Math.random } = options;
  const backoff = new Backoff(limits.backoffBaseMs, limits.backoffCapMs, random);
  for (let attempt = 0; !stopped.aborted; attempt++) {
    let retryAfterMs: number | undefined;
    try {
      await readUntilSilent(urls[attempt % urls.length] as string, options, clock, limits.streamQuietMs, stopped, (inbox) => {
        backoff.reset();
        listener.changed(inbox);
      });
    } catch (error) {
      if (stopped.aborted) return;
      const coded = error instanceof SessionmeshError ? error : new SessionmeshError('http_error', String(error), { retryable: true });
      listener.failed?.(coded);
      if (!coded.retryable) return;
      retryAfterMs = coded.retryAfterMs;
    }
    if (!stopped.aborted) await waited(clock, backoff.next(retryAfterMs), stopped);
  }
}

/**
 * Reads one stream to its end, or until nothing of it was heard for too long: a network that dies without a word ends no stream. The wait
 * for its first part counts as well, a token function's included.
 */
async function readUntilSilent(
  url: string,
  options: HttpOptions,
  clock: Clock,
  quietMs: number,
  stopped: AbortSignal,
  changed: (inbox: Inbox) => void,
): Promise<void> {
  const attempt = new AbortController();
  const over = () => attempt.abort();
  stopped.addEventListener('abort', over);
  let giveUp: (why: SessionmeshError) => void = () => undefined;
  const silent = new Promise<never>((_, reject) => (giveUp = reject));
  const silence = new Silence(clock, quietMs, () =>
    giveUp(new SessionmeshError('http_error', `nothing was heard for ${quietMs} ms`, { retryable: true })),
  );
  try {
    await Promise.race([silent, read(url, { ...options, signal: attempt.signal }, attempt.signal, () => silence.heard(), changed)]);
  } finally {
    silence.stop();
    stopped.removeEventListener('abort', over);
    over();
  }
}

/** Reads one stream to its end. */
async function read(url: string, options: HttpOptions, over: AbortSignal, heard: () => void, changed: (inbox: Inbox) => void): Promise<void> {
  const response = await request(httpUrl(url, '/v1/inbox'), options, { headers: { accept: 'text/event-stream' } });
  if (response.body === null) throw new SessionmeshError('http_error', 'the stream has no body', { retryable: true });
  let waiting: readonly WaitingApproval[] = [];
  let text = '';
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    heard();
    const events = (text + decoder.decode(part.value as Uint8Array, { stream: true })).split(/\r?\n\r?\n/);
    text = events.pop() ?? '';
    if (text.length > FRAME_CHARS) throw new SessionmeshError('bad_frame', 'an event of the inbox does not end');
    for (const frame of events.flatMap(frameOf)) {
      if (over.aborted) return;
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

function waited(clock: Clock, ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      callOff();
      stopped.removeEventListener('abort', done);
      resolve();
    };
    const callOff = clock.after(ms, done);
    stopped.addEventListener('abort', done);
  });
}
