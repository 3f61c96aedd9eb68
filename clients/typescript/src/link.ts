import type { Clock } from './clock.js';
import type { Frame, WelcomeFrame } from './frames.js';
import { parseFrame } from './frames.js';
import { DEAD_AFTER_HEARTBEATS } from './limits.js';

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
  ended(link: Link, ending: Ending): void;
}

/** One WebSocket: opens, speaks JSON, keeps the heartbeat and notices its own death. It is used once. */
export class Link {
  readonly url: string;
  readonly #clock: Clock;
  readonly #listener: LinkListener;
  readonly #socket: WebSocketLike;
  readonly #openedAt: number;
  #welcome: WelcomeFrame | undefined;
  #over = false;
  #heardSincePing = true;
  #pings = 0;
  #callOff: () => void;

  constructor(
    url: string,
    make: WebSocketConstructor,
    protocols: readonly string[],
    connectTimeoutMs: number,
    clock: Clock,
    listener: LinkListener,
  ) {
    this.url = url;
    this.#clock = clock;
    this.#listener = listener;
    this.#openedAt = clock.now();
    this.#callOff = clock.after(connectTimeoutMs, () => this.abandon(`no welcome within ${connectTimeoutMs} ms`));
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
    if (!this.#over && this.#welcome !== undefined) this.#socket.send(JSON.stringify(frame));
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
    this.#heardSincePing = true;
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
      this.#callOff();
      this.#watch(this.#welcome.heartbeatMs);
      this.#listener.welcomed(this, this.#welcome);
      return;
    }
    if (frame.type !== 'pong') this.#listener.received(this, frame);
  }

  /**
   * After a heartbeat of silence a ping is sent; after 1.5 more without any frame the link is dead.
   *
   * Death is declared only after a ping went unanswered, because a browser may hold back the timers of a hidden tab for long.
   */
  #watch(heartbeatMs: number): void {
    const listen = () => {
      this.#heardSincePing = false;
      this.#callOff = this.#clock.after(heartbeatMs, () => {
        if (this.#heardSincePing) return listen();
        this.send({ type: 'ping', id: `ping-${++this.#pings}` });
        this.#callOff = this.#clock.after(heartbeatMs * (DEAD_AFTER_HEARTBEATS - 1), () => {
          if (this.#heardSincePing) return listen();
          this.abandon(`nothing heard for ${DEAD_AFTER_HEARTBEATS} heartbeats`);
        });
      });
    };
    listen();
  }

  #end(ending: Ending): void {
    if (this.#over) return;
    this.#finish();
    this.#listener.ended(this, ending);
  }

  #finish(): void {
    this.#over = true;
    this.#callOff();
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
  }
}
