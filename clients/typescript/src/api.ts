import type { Clock } from './clock.js';
import type { SessionCommands } from './commands.js';
import type { Conversation, Message } from './conversation.js';
import type { TokenSource } from './credential.js';
import type { SessionmeshError } from './errors.js';
import type { LoggedEvent, RecoveringSignal, SnapshotReason, ToolProgressSignal, UnknownEvent } from './frames.js';
import type { Limits } from './limits.js';
import type { WebSocketConstructor } from './link.js';
import type { Presence } from './presence.js';
import type { Wakeups } from './wakeups.js';

/** What `connect` needs and may be given. */
export interface ConnectOptions {
  /**
   * Addresses of the nodes, tried in this order, the next one after each failure: `http(s)` or `ws(s)`, with or without the
   * path `/v1/ws`. Behind a load balancer one address is enough.
   */
  readonly urls: readonly string[];
  /** Constructs WebSockets. Default: the platform's `WebSocket`; Node 20 has none, pass the one of the `ws` package. */
  readonly WebSocket?: WebSocketConstructor;
  /**
   * The bearer token to connect with: letters, digits and ``!#$%&'*+-.^_`|~``, as in a JWT.
   *
   * A string is used as is, and when the server refuses it the connection has `failed`. A function is asked before every
   * connection and before the token expires; the open connection gets the new one. When the server refuses what a function
   * brought, it is asked once more; when it throws, that is a failed attempt like any other. A token is never logged or put
   * into error messages.
   */
  readonly token?: TokenSource;
  /** Further WebSocket subprotocols to offer. */
  readonly protocols?: readonly string[];
  /** Other bounds than the default ones. */
  readonly limits?: Partial<Limits>;
  /** Time; handed in by tests. */
  readonly clock?: Clock;
  /** When to look at once whether the connection lives. Default: the network came back, the page is looked at again. */
  readonly wakeups?: Wakeups;
  /** Numbers from 0 (included) to 1 (excluded), for the jitter; handed in by tests. */
  readonly random?: () => number;
}

/** Where to begin to follow a session. */
export interface AttachOptions {
  /** The opaque position of an earlier attachment; names the lineage of the log. */
  readonly pos?: string;
  /** The last seq seen; 0 asks for the whole log. Without `pos` and `after` a snapshot comes first. */
  readonly after?: number;
  /** The class of this device, such as `phone`, which others are shown: 1-32 characters of `A-Za-z0-9_-`. */
  readonly device?: string;
}

/**
 * Where a connection stands:
 * - `connecting`: a token is being asked for, or a socket is being opened;
 * - `open`: a node said welcome;
 * - `waiting`: backing off before the next attempt;
 * - `offline`: cut by `offline()`;
 * - `closed`: by `close()`, or by the server in good order;
 * - `failed`: the server said not to come back, see `error`.
 */
export type ConnectionState = 'connecting' | 'open' | 'waiting' | 'offline' | 'closed' | 'failed';

/** What a connection tells its listeners. */
export interface ConnectionEvents {
  /** It changed its state. `error` is set with `failed`, `retryInMs` with `waiting`. */
  readonly state: { readonly state: ConnectionState; readonly retryInMs?: number; readonly error?: SessionmeshError };
  /** It is served by this node from now on; `moved` when an open connection was replaced without a break. */
  readonly node: { readonly node: string; readonly url: string; readonly moved: boolean };
  /** A node asked it to go elsewhere; the move begins by itself. */
  readonly goaway: { readonly node: string; readonly reason: string; readonly withinMs: number };
  /** Something went wrong that belongs to no command and to no session. The connection goes on unless its state says otherwise. */
  readonly error: SessionmeshError;
}

/** A connection to the mesh: any number of sessions over one WebSocket, kept up across failures until it is closed. */
export interface Connection {
  readonly state: ConnectionState;
  /** Name of the node that serves it; undefined while there is none. */
  readonly node: string | undefined;
  /** Address of the node that serves it or is being tried. */
  readonly url: string;
  readonly sessions: readonly Session[];
  /**
   * Follows a session from a position, or from a snapshot.
   *
   * Returns at once; `session.whenAttached()` tells when events flow.
   *
   * @throws SessionmeshError `already_attached`, `too_many_sessions`, `bad_option`, or `closed`
   */
  attach(sessionId: string, options?: AttachOptions): Session;
  /** Cuts the connection and stays away until `online()`. Sessions keep their positions and their unanswered commands. */
  offline(): void;
  /** Comes back from `offline()`, or cuts a back-off short. */
  online(): void;
  /**
   * Goes to another node without a break: opens a second connection, attaches there at the same positions, changes over,
   * closes the first. Where nothing is open it merely chooses the node to try next.
   *
   * @param url the address to go to, one of `urls`; when it cannot be reached the connection stays where it is. Default: any
   *   other node, the next one first, tried until one is reached
   * @throws SessionmeshError `bad_option` when `url` is not one of `urls`
   */
  move(url?: string): void;
  /** Ends it. Commands without an answer are rejected with `closed`; they may have taken effect. */
  close(): void;
  /** Adds a listener; the returned function takes it away. */
  on<K extends keyof ConnectionEvents>(name: K, listener: (event: ConnectionEvents[K]) => void): () => void;
}

/**
 * Where a session stands:
 * - `attaching`: an attach is on its way;
 * - `attached`: events flow;
 * - `interrupted`: no connection at the moment; it will attach again by itself;
 * - `closed`: by `close()` here or on the connection;
 * - `failed`: it cannot be followed, see `error`.
 */
export type SessionState = 'attaching' | 'attached' | 'interrupted' | 'closed' | 'failed';

/** An attachment was made. */
export interface Attached {
  readonly node: string;
  /** Last durable seq of the log at that moment. */
  readonly head: number;
  /** The events after the known position follow; otherwise the conversation was replaced by a snapshot. */
  readonly resumed: boolean;
  /** Why it was not resumed. */
  readonly reason: SnapshotReason | undefined;
  /** Events between the known position and `head`, which follow now; 0 after a snapshot. */
  readonly missed: number;
}

/** The folded conversation was thrown away and replaced by a snapshot, after events had been shown. */
export interface Reset {
  /** `diverged`: what was shown after `rewindTo` did not survive; `compacted`: the log no longer reaches back that far; `branch_selected`: the session went over to a branch that this tab had never seen; or another word of the server. */
  readonly reason: SnapshotReason;
  /** Last seq that this tab and the session have in common. */
  readonly rewindTo: number | undefined;
  /** The seq of the snapshot. */
  readonly seq: number;
}

/** The logged events by their type. */
type LoggedEvents = { readonly [Type in LoggedEvent['type']]: Extract<LoggedEvent, { readonly type: Type }> };

/** What a session tells its listeners. A logged event is told once, in the order of the log. */
export interface SessionEvents extends Omit<LoggedEvents, 'agent_status'> {
  /** Also the signal `recovering`, which has no `seq`. */
  readonly agent_status: LoggedEvents['agent_status'] | RecoveringSignal;
  /** While a server-side tool runs, if it says so; nothing of it is in the conversation. */
  readonly tool_progress: ToolProgressSignal;
  /** Any logged event, also of a type this version does not know; after its own listeners. */
  readonly event: LoggedEvent | UnknownEvent;
  /** A message of a snapshot, whole; after `reset` or the first `attached`. */
  readonly message: Message;
  readonly attached: Attached;
  /** Everything that was missed has arrived. */
  readonly caught_up: { readonly events: number };
  readonly reset: Reset;
  /** The server skipped something; the session is being attached again from its position. */
  readonly gap: { readonly expected: number; readonly first: number };
  /** A frame came twice and was dropped. */
  readonly duplicate: { readonly seq: number };
  readonly state: { readonly state: SessionState; readonly error?: SessionmeshError };
  /** A refusal that belongs to no command. */
  readonly error: SessionmeshError;
  /** The folded conversation is another one now. */
  readonly change: Conversation;
}

/** What went over the wire of a session. Counters only grow. */
export interface SessionStats {
  /** Logged events applied; a merged frame counts for as many as it stands for. */
  readonly events: number;
  /** Frames that came twice and were dropped. */
  readonly duplicates: number;
  /** Times the server skipped something, each healed by attaching again. */
  readonly gaps: number;
  /** Attachments made, the first one included. */
  readonly attachments: number;
  /** Moves to another node without a break. */
  readonly moves: number;
  /** Snapshots that replaced what had been shown. */
  readonly resets: number;
  /** Commands sent again. */
  readonly resends: number;
}

/** One followed session, and what can be done with it. */
export interface Session extends SessionCommands {
  readonly id: string;
  readonly state: SessionState;
  /** Why it failed. */
  readonly error: SessionmeshError | undefined;
  /** The conversation as of the last event seen. While the session was attached with `after`, it begins there. */
  readonly conversation: Conversation;
  /** Where it stands: hand it to `attach` later to go on from here. */
  readonly position: AttachOptions;
  readonly stats: SessionStats;
  /** Who is here. */
  readonly presence: Presence;
  /** Commands that wait for their answer. */
  readonly pending: number;
  /** Prefix of the command ids given here: an event whose `id` is `<client>:<n>` was caused by this session object. */
  readonly client: string | undefined;
  /** Resolves once events flow for the first time; rejects when the session fails or is closed before. */
  whenAttached(): Promise<void>;
  /** Stops following. Front-end calls that this tab executes are offered to others; commands without an answer are rejected with `closed`. */
  close(): void;
  /** Adds a listener; the returned function takes it away. */
  on<K extends keyof SessionEvents>(name: K, listener: (event: SessionEvents[K]) => void): () => void;
}
