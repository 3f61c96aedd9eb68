import type { Clock } from './clock.js';
import { Emitter } from './emitter.js';
import type { Frame } from './frames.js';

/** A tab that follows the session, or an agent that runs its turn. */
export interface Attendee {
  /** Unique in the mesh; of an agent, the id of its turn. */
  readonly tab: string;
  readonly user: string;
  readonly kind: 'person' | 'agent' | (string & {});
  /** The class of its device, when it said so. */
  readonly device?: string;
  /** The turn that an agent runs. */
  readonly turn?: string;
  /** RFC 3339. */
  readonly joinedAt?: string;
  /** When somebody last did something in it, to within half a minute. */
  readonly lastSeenAt?: string;
  readonly typing?: boolean;
  readonly focus?: string;
  readonly status?: string;
  /** The last seq that was read. */
  readonly read?: number;
}

/** A device of a user that was here. */
export interface Departed {
  readonly tab: string;
  readonly user: string;
  readonly device?: string;
  readonly lastSeenAt?: string;
  readonly read?: number;
}

/** Who is here. Immutable. */
export interface Attendance {
  /** By tab, those who came first. */
  readonly here: readonly Attendee[];
  /** Devices that left, the latest first; some of the earlier ones are forgotten. */
  readonly left: readonly Departed[];
  /** How many are here that are not listed. */
  readonly more: number;
}

/** Who is in a session, and what this tab tells of itself. Everything told is told again after a reconnect, on whichever node. */
export interface Presence {
  /** As of the last frame; empty until somebody subscribes and the server has answered. */
  readonly current: Attendance;
  /** Tells who is here, from now on and whenever it changes. Without subscribers nothing is asked of the server. */
  subscribe(listener: (attendance: Attendance) => void): () => void;
  /** Call it with every key stroke: it is told at once, and ends by itself soon after the last call, or with `false`. */
  setTyping(typing: boolean): void;
  /** What this tab looks at, in the application's words; at most 256 bytes. */
  setFocus(focus: string): void;
  /** What this tab says of itself; at most 256 bytes. */
  setStatus(status: string): void;
  /** Somebody has read up to this seq. It never goes back. */
  markRead(seq: number): void;
}

/** The client frame `presence`, and `read`. */
type Saying = Readonly<Record<string, unknown>>;

/** Sayings of one tab, at most one in this time: a tenth of what a server lets through, so that many sessions fit into a connection. */
const PACE_MS = 250;
/** Typing is said again this often: well within the server's 6 s. */
const TYPING_AGAIN_MS = 3_000;
/** Departed devices kept. */
const REMEMBERED = 64;

const NOBODY: Attendance = { here: [], left: [], more: 0 };

/** Keeps the list by the frames that come, and what this tab said until the server has it. */
export class SessionPresence implements Presence {
  /** Of its frames; it is there for the refusal. */
  readonly id: string;
  readonly #clock: Clock;
  readonly #say: (frame: Saying) => boolean;
  readonly #emitter = new Emitter<{ change: Attendance }>();
  #current = NOBODY;
  #subscribers = 0;
  #focus = '';
  #status = '';
  #read = 0;
  #typing = false;
  #typedAt = -Infinity;
  #typingSaidAt = -Infinity;
  #saidAt = -Infinity;
  #unsaid: Record<string, unknown> = {};
  #unread = false;
  #callOff: (() => void) | undefined;

  /** @param say sends a frame of this session; false when it has no way at the moment */
  constructor(id: string, clock: Clock, say: (frame: Saying) => boolean) {
    this.id = id;
    this.#clock = clock;
    this.#say = say;
  }

  get current(): Attendance {
    return this.#current;
  }

  subscribe(listener: (attendance: Attendance) => void): () => void {
    const stop = this.#emitter.on('change', listener);
    if (this.#subscribers++ === 0) this.#tell({ watch: true });
    let subscribed = true;
    return () => {
      stop();
      if (!subscribed) return;
      subscribed = false;
      if (--this.#subscribers > 0) return;
      this.#current = NOBODY;
      this.#tell({ watch: false });
    };
  }

  setTyping(typing: boolean): void {
    const now = this.#clock.now();
    const due = now - this.#typingSaidAt >= TYPING_AGAIN_MS;
    const changed = typing !== this.#typing;
    this.#typing = typing;
    this.#typedAt = now;
    if (!changed && !(typing && due)) return;
    this.#typingSaidAt = now;
    this.#tell({ typing });
  }

  setFocus(focus: string): void {
    if (focus === this.#focus) return;
    this.#focus = focus;
    this.#tell({ focus });
  }

  setStatus(status: string): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#tell({ status });
  }

  markRead(seq: number): void {
    if (!(seq > this.#read)) return;
    this.#read = seq;
    this.#unread = true;
    this.#flushInTime();
  }

  // ---- what the session calls ----

  /**
   * The session follows over another attachment, which knows nothing of this tab yet.
   *
   * @param last the last seq that this tab knows of its log; what was read of another log counts no more
   */
  attached(last: number): void {
    this.#read = Math.min(this.#read, last);
    this.#unread = this.#read > 0;
    const typing = this.#typing && this.#clock.now() - this.#typedAt < TYPING_AGAIN_MS;
    this.#unsaid = {
      ...(this.#subscribers > 0 ? { watch: true } : {}),
      ...(typing ? { typing: true } : {}),
      ...(this.#focus === '' ? {} : { focus: this.#focus }),
      ...(this.#status === '' ? {} : { status: this.#status }),
    };
    this.#typing = typing;
    this.#flush();
  }

  receive(frame: Frame): void {
    if (this.#subscribers === 0) return;
    const here = new Map<string, Attendee>();
    if (frame['full'] !== true) for (const one of this.#current.here) here.set(one.tab, one);
    const left = listOf<Partial<Departed> & { tab: string }>(frame['left']);
    for (const one of left) here.delete(one.tab);
    for (const one of listOf<Attendee>(frame['here'])) here.set(one.tab, one);
    const more = typeof frame['more'] === 'number' ? frame['more'] : 0;
    const known = frame['full'] === true ? [] : this.#current.left;
    this.#current = { here: [...here.values()], left: remembered(left.filter(isDeparted), known, here), more };
    this.#emitter.emit('change', this.#current);
  }

  end(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#emitter.clear();
  }

  // ---- saying ----

  #tell(what: Record<string, unknown>): void {
    this.#unsaid = { ...this.#unsaid, ...what };
    this.#flushInTime();
  }

  #flushInTime(): void {
    if (this.#callOff !== undefined) return;
    const wait = this.#saidAt + PACE_MS - this.#clock.now();
    if (wait <= 0) return this.#flush();
    this.#callOff = this.#clock.after(wait, () => this.#flush());
  }

  /** What can't be said now is said by the next attachment. */
  #flush(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    const words = Object.keys(this.#unsaid).length > 0;
    if (words && !this.#say({ type: 'presence', id: this.id, ...this.#unsaid })) return;
    this.#unsaid = {};
    if (this.#unread && !this.#say({ type: 'read', id: this.id, seq: this.#read })) return;
    this.#unread = false;
    this.#saidAt = this.#clock.now();
  }
}

function listOf<T extends { readonly tab: string }>(value: unknown): T[] {
  return Array.isArray(value) ? value.filter((one): one is T => typeof one?.tab === 'string') : [];
}

/** Others are only off the list, or agents whose turn ended. */
function isDeparted(one: Partial<Departed> & { tab: string }): one is Departed {
  return typeof one.user === 'string';
}

/** The latest first, one per device, and none that is here. */
function remembered(fresh: readonly Departed[], known: readonly Departed[], here: ReadonlyMap<string, Attendee>): Departed[] {
  const device = (one: { user: string; device?: string }) => JSON.stringify([one.user, one.device ?? '']);
  const seen = new Set([...here.values()].map(device));
  const kept: Departed[] = [];
  for (const one of [...fresh, ...known]) {
    if (seen.has(device(one)) || kept.length === REMEMBERED) continue;
    seen.add(device(one));
    kept.push(one);
  }
  return kept;
}
