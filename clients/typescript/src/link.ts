import type { Clock } from './clock.js';
import type { Frame, WelcomeFrame } from './frames.js';
import { parseFrame } from './frames.js';
import type { Limits } from './limits.js';
import { Pulse } from './pulse.js';

/** The part of a WebSocket that this client uses; browsers, Node from 22 on, and the `ws` package provide it. */
export interface WebSocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

/** Constructs a WebSocket; pass `WebSocket` of the `ws` package on Node 20. */
export type WebSocketConstructor = new (url: string, protocols?: string | string[]) => WebSocketLike;

/** How a link ended: a close code, 1006 when there was none, and why. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** Who is told what happens on a link. Nothing is told after `ended`. */
export interface LinkListener {
  welcomed(link: Link, frame: WelcomeFrame): void;
  received(link: Link, frame: Frame): void;
  broken(link: Link, sentence: string): void;
  /** Whether something that was sent over this link has no answer yet. */
  awaits(link: Link): boolean;
  ended(link: Link, ending: Ending): void;
}

/** One WebSocket: opens, speaks JSON, and notices its own death. It is used once. */
export class Link {
  readonly url: string;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #listener: LinkListener;
  readonly #socket: WebSocketLike;
  readonly #openedAt: number;
  #welcome: WelcomeFrame | undefined;
  #over = false;
  #pulse: Pulse | undefined;
  #pings = 0;
  readonly #callOffConnect: () => void;

  constructor(
    url: string,
    make: WebSocketConstructor,
    protocols: readonly string[],
    limits: Limits,
    clock: Clock,
    listener: LinkListener,
  ) {
    this.url = url;
    this.#clock = clock;
    this.#listener = listener;
    this.#openedAt = clock.now();
    this.#limits = limits;
    const { connectTimeoutMs } = limits;
    this.#callOffConnect = clock.after(connectTimeoutMs, () => this.abandon(`no welcome within ${connectTimeoutMs} ms`));
    const socket = protocols.length === 0 ? new make(url) : new make(url, [...protocols]);
    this.#socket = socket;
    socket.onmessage = (event: { data: unknown }) => this.#message(event.data);
    socket.onclose = (event: { code?: number; reason?: string }) =>
      this.#end({ code: event.code ?? 1006, reason: event.reason ?? '' });
    // An error is always followed by a close, which says more.
    socket.onerror = () => undefined;
  }

  /** The server's first frame, once it came: from then on the link is open. */
  get welcome(): WelcomeFrame | undefined {
    return this.#welcome;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Age in milliseconds. */
  get ageMs(): number {
    return this.#clock.now() - this.#openedAt;
  }

  /** Sends a frame; a link that is over swallows it, because whoever sent it will be told that the link ended. */
  send(frame: Readonly<Record<string, unknown>>): void {
    if (this.#over || this.#welcome === undefined) return;
    this.#socket.send(JSON.stringify(frame));
    this.#pulse?.sent();
  }

  /** When the server gave its last sign of life, on the client's clock. */
  get heardAtMs(): number {
    return this.#pulse?.heardAtMs ?? this.#openedAt;
  }

  /** Asks the server whether it is still there; without an answer in time the link is given up. */
  check(): void {
    this.#pulse?.check();
  }

  /** Ends the link in good order; the listener is not told. */
  close(): void {
    if (this.#over) return;
    this.#finish();
    this.#socket.close(1000);
  }

  /** Gives the link up without waiting for the other side, and tells the listener. */
  abandon(reason: string): void {
    if (this.#over) return;
    this.#finish();
    this.#socket.close();
    this.#listener.ended(this, { code: 1006, reason });
  }

  #message(data: unknown): void {
    if (this.#over) return;
    const frame = typeof data === 'string' ? parseFrame(data) : 'the frame is not text';
    this.#pulse?.heard();
    if (typeof frame === 'string') {
      this.#listener.broken(this, frame);
      return;
    }
    if (this.#welcome === undefined) {
      if (frame.type !== 'welcome') {
        this.#listener.broken(this, `the first frame is ${frame.type}, not welcome`);
        return;
      }
      this.#welcome = frame as unknown as WelcomeFrame;
      this.#callOffConnect();
      this.#pulse = new Pulse(this.#clock, this.#limits, this.#welcome.heartbeatMs, {
        awaiting: () => this.#listener.awaits(this),
        ping: () => this.send({ type: 'ping', id: `ping-${++this.#pings}` }),
        dead: (why) => this.abandon(why),
      });
      this.#listener.welcomed(this, this.#welcome);
      return;
    }
    if (frame.type !== 'pong') this.#listener.received(this, frame);
  }

  #end(ending: Ending): void {
    if (this.#over) return;
    this.#finish();
    this.#listener.ended(this, ending);
  }

  #finish(): void {
    this.#over = true;
    this.#callOffConnect();
    this.#pulse?.stop();
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
  }
}
