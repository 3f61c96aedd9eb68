import type { Clock } from './clock.js';
import type { Credential } from './credential.js';
import { withoutToken } from './credential.js';
import { SessionmeshError } from './errors.js';
import type { AuthenticatedFrame, AuthFrame, Frame, WelcomeFrame } from './frames.js';
import { parseFrame } from './frames.js';
import type { Limits } from './limits.js';
import { Pulse } from './pulse.js';
import { Renewal } from './renewal.js';

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

/** Opens a WebSocket to an address, with a token where there is one; throws where the platform refuses the address. */
export type Dial = (url: string, token: string | undefined) => WebSocketLike;

/** How a link ended: a close code, 1006 when there was none, and why. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** Who is told what happens on a link. Nothing is told after `ended`. */
export interface LinkListener {
  welcomed(link: Link, frame: WelcomeFrame): void;
  received(link: Link, frame: Frame): void;
  /** Something went wrong; the link goes on unless `ended` follows. */
  erred(error: SessionmeshError): void;
  /** Whether something that was sent over this link has no answer yet. */
  awaits(link: Link): boolean;
  ended(link: Link, ending: Ending): void;
}

/** One WebSocket: opens, speaks JSON, keeps its token fresh, and notices its own death. It is used once. */
export class Link {
  readonly url: string;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #listener: LinkListener;
  readonly #dial: Dial;
  readonly #credential: Credential | undefined;
  #socket: WebSocketLike | undefined;
  #openedAt: number;
  #welcome: WelcomeFrame | undefined;
  #over = false;
  #pulse: Pulse | undefined;
  #renewal: Renewal | undefined;
  #pings = 0;
  #callOffToken: () => void = () => undefined;
  #callOffConnect: () => void = () => undefined;

  constructor(url: string, dial: Dial, credential: Credential | undefined, limits: Limits, clock: Clock, listener: LinkListener) {
    this.url = url;
    this.#dial = dial;
    this.#credential = credential;
    this.#clock = clock;
    this.#listener = listener;
    this.#openedAt = clock.now();
    this.#limits = limits;
  }

  /** Opens the socket, once there is a token where one is needed. The listener is told of a failure, maybe before this returns. */
  open(): void {
    if (this.#credential === undefined) return this.#connect(undefined);
    this.#callOffToken = this.#credential.ask((token) => this.#connect(token), (error) => this.#fail(error));
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
    this.#socket?.send(JSON.stringify(frame));
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
    this.#socket?.close(1000);
  }

  /** Gives the link up without waiting for the other side, and tells the listener. */
  abandon(reason: string): void {
    if (this.#over) return;
    this.#finish();
    this.#socket?.close();
    this.#listener.ended(this, { code: 1006, reason });
  }

  #connect(token: string | undefined): void {
    const { connectTimeoutMs } = this.#limits;
    this.#openedAt = this.#clock.now();
    this.#callOffConnect = this.#clock.after(connectTimeoutMs, () => this.abandon(`no welcome within ${connectTimeoutMs} ms`));
    let socket: WebSocketLike;
    try {
      socket = this.#dial(this.url, token);
    } catch (error) {
      // A browser refuses some addresses outright, such as ws: from a page that came over https.
      return this.#fail(new SessionmeshError('bad_option', `${this.url}: ${withoutToken(String(error), token)}`));
    }
    this.#socket = socket;
    socket.onmessage = (event: { data: unknown }) => this.#message(event.data);
    socket.onclose = (event: { code?: number; reason?: string }) =>
      this.#end({ code: event.code ?? 1006, reason: event.reason ?? '' });
    // An error is always followed by a close, which says more.
    socket.onerror = () => undefined;
  }

  #message(data: unknown): void {
    if (this.#over) return;
    const frame = typeof data === 'string' ? parseFrame(data) : 'the frame is not text';
    this.#pulse?.heard();
    if (typeof frame === 'string') return this.#fail(new SessionmeshError('bad_frame', frame));
    if (this.#welcome === undefined) return this.#first(frame);
    if (frame.type === 'authenticated') return this.#renewal?.accepted((frame as unknown as AuthenticatedFrame).expiresInMs);
    if (frame.type !== 'pong') this.#listener.received(this, frame);
  }

  #first(frame: Frame): void {
    // In place of a welcome: the close that follows tells whether to come back.
    if (frame.type === 'error') return this.#listener.received(this, frame);
    if (frame.type !== 'welcome') return this.#fail(new SessionmeshError('bad_frame', `the first frame is ${frame.type}, not welcome`));
    const welcome = frame as unknown as WelcomeFrame;
    this.#welcome = welcome;
    this.#callOffConnect();
    this.#pulse = new Pulse(this.#clock, this.#limits, welcome.heartbeatMs, {
      awaiting: () => this.#listener.awaits(this),
      ping: () => this.send({ type: 'ping', id: `ping-${++this.#pings}` }),
      dead: (why) => this.abandon(why),
    });
    if (this.#credential?.renewable === true) {
      this.#renewal = new Renewal(this.#clock, this.#limits.tokenRetryMs, this.#credential, {
        auth: (token) => this.send({ type: 'auth', token } satisfies AuthFrame),
        failed: (error) => this.#listener.erred(error),
      });
      this.#renewal.accepted(welcome.expiresInMs);
    }
    this.#listener.welcomed(this, welcome);
  }

  #fail(error: SessionmeshError): void {
    this.#listener.erred(error);
    this.abandon(error.message);
  }

  #end(ending: Ending): void {
    if (this.#over) return;
    this.#finish();
    this.#listener.ended(this, ending);
  }

  #finish(): void {
    this.#over = true;
    this.#callOffToken();
    this.#callOffConnect();
    this.#pulse?.stop();
    this.#renewal?.stop();
    if (this.#socket === undefined) return;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
  }
}
