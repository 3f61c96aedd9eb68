import type { AttachOptions, Connection, ConnectionEvents, ConnectionState, ConnectOptions, Session } from './api.js';
import { Backoff } from './backoff.js';
import type { Clock } from './clock.js';
import { systemClock } from './clock.js';
import { UNAUTHORIZED, verdictOf } from './closing.js';
import { Credential } from './credential.js';
import { Emitter } from './emitter.js';
import { SessionmeshError } from './errors.js';
import type { ErrorFrame, Frame, GoawayFrame, WelcomeFrame } from './frames.js';
import type { Limits } from './limits.js';
import type { Dial, Ending, LinkListener } from './link.js';
import { Link } from './link.js';
import { dialOf, limitsOf } from './options.js';
import { AttachedSession } from './session.js';
import type { Surroundings } from './surroundings.js';
import { UrlRotation } from './urls.js';
import { platformWakeups } from './wakeups.js';

const NOTHING = (): void => undefined;

/** Keeps one link up, or two while it moves, and hands frames to the sessions they belong to. */
export class MeshConnection implements Connection, LinkListener {
  readonly #urls: UrlRotation;
  readonly #dial: Dial;
  readonly #credential: Credential | undefined;
  readonly #limits: Limits;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #backoff: Backoff;
  readonly #moveBackoff: Backoff;
  readonly #emitter = new Emitter<ConnectionEvents>();
  readonly #sessions = new Map<string, AttachedSession>();
  readonly #env: Surroundings;
  #state: ConnectionState = 'connecting';
  #link: Link | undefined;
  #next: Link | undefined;
  #moving: 'no' | 'there' | 'anywhere' = 'no';
  /** Links in a row that were opened without anything being attached over them so far. */
  #fruitless = 0;
  /** The server refused a token, and has not said welcome since. */
  #tokenRefused = false;
  /** The node moved to has asked to be left, too. */
  #nextDrains = false;
  readonly #stopWakeups: () => void;
  #callOffRetry: () => void = NOTHING;
  #callOffMove: () => void = NOTHING;

  constructor(options: ConnectOptions) {
    this.#urls = new UrlRotation(options.urls);
    this.#dial = dialOf(options);
    this.#limits = limitsOf(options.limits ?? {});
    this.#clock = options.clock ?? systemClock;
    if (options.token !== undefined) this.#credential = new Credential(options.token, this.#clock, this.#limits.tokenTimeoutMs);
    this.#random = options.random ?? Math.random;
    this.#backoff = this.#newBackoff();
    this.#moveBackoff = this.#newBackoff();
    this.#env = {
      clock: this.#clock,
      limits: this.#limits,
      backoff: () => this.#newBackoff(),
      settled: () => this.#finishMove(),
      elsewhere: (link, reason) => link.abandon(reason),
      gone: (session) => this.#forget(session),
    };
    this.#stopWakeups = (options.wakeups ?? platformWakeups)(() => this.#woken());
    this.#open();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get node(): string | undefined {
    return this.#link?.welcome?.node;
  }

  get url(): string {
    return this.#link?.url ?? this.#urls.current;
  }

  get sessions(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  on<K extends keyof ConnectionEvents>(name: K, listener: (event: ConnectionEvents[K]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  attach(sessionId: string, options: AttachOptions = {}): Session {
    if (this.#over()) throw new SessionmeshError('closed', 'the connection is over');
    if (sessionId === '') throw new SessionmeshError('bad_option', 'the session id is empty');
    if (options.after !== undefined && !(Number.isSafeInteger(options.after) && options.after >= 0)) {
      throw new SessionmeshError('bad_option', `after is no seq: ${options.after}`);
    }
    if (options.device !== undefined && !/^[A-Za-z0-9_-]{1,32}$/.test(options.device)) {
      throw new SessionmeshError('bad_option', `no class of a device: ${options.device}`);
    }
    if (this.#sessions.has(sessionId)) throw new SessionmeshError('already_attached', `${sessionId} is followed already`);
    if (this.#sessions.size >= this.#limits.sessions) {
      throw new SessionmeshError('too_many_sessions', `at most ${this.#limits.sessions} sessions on one connection`);
    }
    const session = new AttachedSession(sessionId, options, this.#env);
    this.#sessions.set(sessionId, session);
    // During a move the sessions are on their way to the new link: this one begins there.
    const link = this.#next?.welcome === undefined ? this.#link : this.#next;
    if (link?.welcome !== undefined) session.useLink(link);
    return session;
  }

  offline(): void {
    if (this.#over() || this.#state === 'offline') return;
    this.#dropLinks();
    this.#setState('offline');
  }

  online(): void {
    if (this.#state !== 'offline' && this.#state !== 'waiting') return;
    this.#backoff.reset();
    this.#open();
  }

  move(url?: string): void {
    if (this.#over()) return;
    const target = url ?? this.#urls.after(this.url);
    const here = this.#urls.current;
    if (!this.#urls.use(target)) throw new SessionmeshError('bad_option', `not one of the urls: ${target}`);
    if (this.#link?.welcome === undefined) {
      if (this.#state === 'connecting') this.#restart();
      return;
    }
    const goal = this.#urls.current;
    // Until the move is made, the place to fall back on is where we are.
    this.#urls.use(here);
    if (goal !== this.#link.url) this.#openNext(goal, url === undefined ? 'anywhere' : 'there');
  }

  close(): void {
    if (this.#over()) return;
    for (const session of this.#sessions.values()) session.farewell();
    this.#finish('closed', new SessionmeshError('closed', 'the connection was closed'));
  }

  // ---- links ----

  welcomed(link: Link, frame: WelcomeFrame): void {
    this.#fruitless += 1;
    this.#tokenRefused = false;
    if (link === this.#link) {
      this.#setState('open');
      this.#emitter.emit('node', { node: frame.node, url: link.url, moved: false });
      for (const session of [...this.#sessions.values()]) session.useLink(link);
    } else if (link === this.#next) {
      for (const session of [...this.#sessions.values()]) session.moveTo(link);
      this.#finishMove();
    }
  }

  received(link: Link, frame: Frame): void {
    if (frame.type === 'goaway') return this.#goaway(link, frame as unknown as GoawayFrame);
    if (frame.type === 'attached') this.#fruitless = 0;
    const session = this.#sessionOf(frame);
    if (session !== undefined) return session.receive(link, frame);
    if (frame.type === 'error') this.#emitter.emit('error', SessionmeshError.of(frame as unknown as ErrorFrame));
  }

  erred(error: SessionmeshError): void {
    this.#emitter.emit('error', error);
  }

  awaits(link: Link): boolean {
    return [...this.#sessions.values()].some((session) => session.awaits(link));
  }

  ended(link: Link, ending: Ending): void {
    if (link === this.#next) {
      this.#next = undefined;
      this.#release(link);
      if (this.#isFinal(link, ending) || this.#moving === 'there') this.#moving = 'no';
      else this.#retryMove(link);
    } else if (link === this.#link) {
      if (this.#next?.welcome !== undefined) return this.#promote(link);
      const next = this.#next;
      this.#link = next;
      this.#next = undefined;
      this.#release(link);
      this.#moving = 'no';
      if (next !== undefined) return this.#setState('connecting');
      this.#dropNext();
      if (this.#isFinal(link, ending)) this.#stayAway(ending);
      else this.#comeBack(link);
    }
  }

  #open(): void {
    this.#callOffRetry();
    this.#setState('connecting');
    this.#link = this.#newLink(this.#urls.current);
    this.#link.open();
  }

  /** The network changed or the page was asleep: nobody knows what became of the links. */
  #woken(): void {
    this.#link?.check();
    this.#next?.check();
    if (this.#state === 'waiting') this.online();
  }

  #restart(): void {
    this.#dropLinks();
    this.#open();
  }

  #comeBack(link: Link): void {
    if (this.#over() || this.#state === 'offline') return;
    if (link.welcome !== undefined && link.ageMs >= this.#limits.stableMs) this.#backoff.reset();
    this.#urls.use(this.#urls.after(link.url));
    const retryInMs = this.#backoff.next();
    this.#callOffRetry = this.#clock.after(retryInMs, () => this.#open());
    this.#setState('waiting', { retryInMs });
  }

  /** Whether the server has the last word. A refused token may merely have expired: where there may be another, that is tried once. */
  #isFinal(link: Link, { code }: Ending): boolean {
    if (code !== UNAUTHORIZED || this.#credential?.renewable !== true) return verdictOf(code) === 'stay_away';
    const refusedBefore = this.#tokenRefused && link.welcome === undefined;
    this.#tokenRefused = true;
    return refusedBefore;
  }

  #stayAway(ending: Ending): void {
    if (ending.code === 1000) {
      return this.#finish('closed', new SessionmeshError('closed', ending.reason || 'the server closed the connection'));
    }
    const word = ending.code === UNAUTHORIZED ? 'unauthorized' : ending.code === 4403 ? 'forbidden' : 'connection_refused';
    const sentence = `the server closed with ${ending.code}${ending.reason === '' ? '' : ` ${ending.reason}`}`;
    this.#finish('failed', new SessionmeshError(word, sentence, { details: { closeCode: ending.code } }));
  }

  // ---- moving ----

  #goaway(link: Link, frame: GoawayFrame): void {
    if (link !== this.#link && link !== this.#next) return;
    const { reason = 'draining', withinMs = 0 } = frame;
    this.#emitter.emit('goaway', { node: link.welcome?.node ?? '', reason, withinMs });
    if (link.ageMs >= this.#limits.stableMs) this.#moveBackoff.reset();
    if (link === this.#next) this.#nextDrains = true;
    else if (this.#moving === 'no') this.#moveOn(link);
    else this.#moving = 'anywhere';
  }

  /** Leaves a node that drains: at once, but with back-off when one after the other does so. */
  #moveOn(link: Link): void {
    const drained = this.#moveBackoff.failures > 0;
    const waitMs = this.#moveBackoff.next();
    if (drained) this.#moveLater(link, waitMs);
    else this.#openNext(this.#urls.after(link.url), 'anywhere');
  }

  #moveLater(from: Link, waitMs: number): void {
    this.#callOffMove();
    this.#moving = 'anywhere';
    this.#callOffMove = this.#clock.after(waitMs, () => {
      let url = this.#urls.after(from.url);
      if (url === this.#link?.url) url = this.#urls.after(url);
      this.#openNext(url, 'anywhere');
    });
  }

  #openNext(url: string, goal: 'there' | 'anywhere'): void {
    this.#dropNext();
    this.#nextDrains = false;
    this.#moving = goal;
    this.#next = this.#newLink(url);
    this.#next.open();
  }

  #retryMove(failed: Link): void {
    if (this.#link === undefined || this.#moving === 'no') return;
    this.#moveLater(failed, this.#moveBackoff.next());
  }

  /** Ends the move once every session has changed over. */
  #finishMove(): void {
    const next = this.#next;
    if (next?.welcome === undefined) return;
    if ([...this.#sessions.values()].some((session) => session.movingTo(next))) return;
    const old = this.#link;
    this.#becomeCurrent(next);
    old?.close();
  }

  /** The old link died while the new one was open already: the sessions go on there. */
  #promote(old: Link): void {
    const next = this.#next as Link;
    for (const session of [...this.#sessions.values()]) session.lost(old);
    // The last session to change over has ended the move; without sessions it ends here.
    if (this.#link === old) this.#becomeCurrent(next);
  }

  #becomeCurrent(next: Link): void {
    this.#link = next;
    this.#next = undefined;
    this.#moving = 'no';
    this.#callOffMove();
    this.#urls.use(next.url);
    for (const session of [...this.#sessions.values()]) if (!session.uses(next)) session.useLink(next);
    this.#emitter.emit('node', { node: next.welcome?.node ?? '', url: next.url, moved: true });
    if (this.#nextDrains && this.#link === next && this.#moving === 'no') this.#moveOn(next);
  }

  // ---- the rest ----

  #newLink(url: string): Link {
    // Over a slow network the first large frame may hold up the pong behind it: each time it does, more time is given.
    const pongTimeoutMs = this.#limits.pongTimeoutMs * 2 ** Math.min(this.#fruitless, 2);
    return new Link(url, this.#dial, this.#credential, { ...this.#limits, pongTimeoutMs }, this.#clock, this);
  }

  #sessionOf(frame: Frame): AttachedSession | undefined {
    if (frame.session !== undefined) return this.#sessions.get(frame.session);
    const id = frame['id'];
    // Only answers have the id of one of our commands; in events it may be anybody's.
    if (typeof id === 'string' && (frame.type === 'ack' || frame.type === 'error')) return [...this.#sessions.values()].find((session) => session.owns(id));
    // A frame may leave its session out while the connection follows exactly one; an error without one is about the connection.
    return frame.type !== 'error' && this.#sessions.size === 1 ? [...this.#sessions.values()][0] : undefined;
  }

  #forget(session: { readonly id: string }): void {
    this.#sessions.delete(session.id);
    this.#finishMove();
  }

  #finish(state: 'closed' | 'failed', error: SessionmeshError): void {
    this.#stopWakeups();
    this.#dropLinks();
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of sessions) session.end(state, error);
    this.#setState(state, state === 'failed' ? { error } : {});
  }

  #dropLinks(): void {
    this.#callOffRetry();
    const link = this.#link;
    this.#link = undefined;
    this.#dropNext();
    link?.close();
    if (link !== undefined) this.#release(link);
  }

  #dropNext(): void {
    this.#callOffMove();
    this.#moving = 'no';
    const next = this.#next;
    this.#next = undefined;
    next?.close();
    if (next !== undefined) this.#release(next);
  }

  /** A link is over: the sessions on it go back to the other one, if that is open, and wait otherwise. */
  #release(over: Link): void {
    const other = this.#link;
    for (const session of [...this.#sessions.values()]) {
      session.lost(over);
      if (other?.welcome !== undefined && !session.uses(other)) session.useLink(other);
    }
  }

  #newBackoff(): Backoff {
    return new Backoff(this.#limits.backoffBaseMs, this.#limits.backoffCapMs, this.#random);
  }

  #over(): boolean {
    return this.#state === 'closed' || this.#state === 'failed';
  }

  #setState(state: ConnectionState, more: { retryInMs?: number; error?: SessionmeshError } = {}): void {
    if (this.#state === state && state !== 'waiting') return;
    this.#state = state;
    this.#emitter.emit('state', { state, ...more });
  }
}
