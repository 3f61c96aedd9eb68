/**
 * The frames of the native protocol, version 1, as docs/protocol.md defines them.
 *
 * A frame with `seq` is a *logged event*: it has a place in the session's log. One without is a *signal*.
 */

import type { Ack } from './commands.js';
import type { BlobReference, LoggedEvent, Logged } from './events.js';
import { REQUIRED_OF_EVENTS } from './events.js';

export type * from './callevents.js';
export type {
  AgentStatusEvent,
  BlobReference,
  BranchSelectedEvent,
  HistoryEvent,
  InputEvent,
  Logged,
  LoggedEvent,
  MessageSupersededEvent,
  QueueEvent,
  RecoveringSignal,
  SteerEvent,
  SteerResolvedEvent,
  StepEvent,
  TokenEvent,
  TurnEvent,
  TurnRetractedEvent,
  TurnStatus,
  UnknownEvent,
  Usage,
} from './events.js';

/** How far an input got: it waits, its turn runs, or its turn has ended. */
export type InputState = 'queued' | 'processing' | 'processed';

/** One message frame of a snapshot. */
export interface MessageFrame {
  readonly type: 'message';
  readonly session?: string;
  readonly messageId: string;
  readonly role: 'user' | 'assistant';
  readonly turn?: string;
  readonly text: string;
  readonly blob?: BlobReference;
  readonly kind?: string;
  readonly part?: number | string;
  readonly status?: 'streaming' | 'complete';
  readonly actor?: string;
  /** RFC 3339. */
  readonly at?: string;
  /** Of a person's message: whether its turn has begun and ended. */
  readonly state?: InputState;
  /** When its turn began, RFC 3339. */
  readonly processedAt?: string;
  /** The next `message` frame continues this one. */
  readonly more?: boolean;
}

/** Why the server could not simply continue from the position it was given. */
export type SnapshotReason = 'new' | 'diverged' | 'compacted' | (string & {});

/** The control part of a snapshot; `messages` counts the message frames that follow. */
export interface SnapshotFrame {
  readonly seq: number;
  readonly messages: number;
  readonly turns?: readonly Readonly<Record<string, unknown>>[];
  readonly approvals?: readonly Readonly<Record<string, unknown>>[];
  readonly toolCalls?: readonly Readonly<Record<string, unknown>>[];
  readonly grants?: readonly Readonly<Record<string, unknown>>[];
  readonly branches?: readonly Readonly<Record<string, unknown>>[];
}

/** The answer to an attach. */
export interface AttachedFrame {
  readonly type: 'attached';
  readonly session: string;
  /** Last durable place in the log when the server answered. */
  readonly head: number;
  /** Opaque; names the lineage of the log. */
  readonly pos: string;
  /** The events after the given position follow; otherwise a snapshot does. */
  readonly resumed: boolean;
  /** Prefix of this client's command ids. */
  readonly client: string;
  readonly reason?: SnapshotReason;
  readonly snapshot?: SnapshotFrame;
  readonly rewindTo?: number;
}

/** The first frame of a connection. */
export interface WelcomeFrame {
  readonly type: 'welcome';
  readonly protocol: number;
  readonly node: string;
  readonly connection?: string;
  readonly heartbeatMs: number;
  readonly limits?: Readonly<Record<string, unknown>>;
  /** How long the token of this connection is good for, in milliseconds; absent when it never expires. */
  readonly expiresInMs?: number;
}

/** Replaces the token of an open connection. From the client. */
export interface AuthFrame {
  readonly type: 'auth';
  readonly token: string;
}

/** The positive answer to an `auth`; the negative one is an `error`, and the connection keeps its old token. */
export interface AuthenticatedFrame {
  readonly type: 'authenticated';
  /** How long the new token is good for, in milliseconds; absent when it never expires. */
  readonly expiresInMs?: number;
}

/** The positive answer to a command. */
export interface AckFrame {
  readonly type: 'ack';
  readonly id: string;
  readonly session?: string;
  readonly seq?: number;
  readonly duplicate?: boolean;
  readonly degraded?: boolean;
}

/** The negative answer to a command or an attach, or a complaint about the connection. */
export interface ErrorFrame {
  readonly type: 'error';
  readonly code: string;
  readonly message?: string;
  readonly id?: string;
  readonly session?: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly [detail: string]: unknown;
}

/** The node wants this connection to move elsewhere. */
export interface GoawayFrame {
  readonly type: 'goaway';
  readonly reason?: 'draining' | 'restarting' | 'no_quorum' | (string & {});
  readonly withinMs?: number;
}

/** Any frame: an object with a `type`. */
export interface Frame {
  readonly type: string;
  readonly session?: string;
  readonly seq?: number;
  readonly from?: number;
  readonly [field: string]: unknown;
}

/** Fields without which a frame of a known type cannot be used, and their types. */
const REQUIRED: Readonly<Record<string, Readonly<Record<string, 'string' | 'number' | 'boolean'>>>> = {
  ...REQUIRED_OF_EVENTS,
  message: { messageId: 'string', role: 'string', text: 'string' },
  attached: { session: 'string', head: 'number', pos: 'string', resumed: 'boolean', client: 'string' },
  welcome: { node: 'string', heartbeatMs: 'number' },
  ack: { id: 'string' },
  error: { code: 'string' },
  tool_progress: { callId: 'string', done: 'number' },
};

/** Types that only exist in the log; without a `seq` they mean nothing. `agent_status` is a signal, too. */
const ONLY_LOGGED = new Set(Object.keys(REQUIRED_OF_EVENTS).filter((type) => type !== 'agent_status'));

/** Types that may say when the token expires. */
const EXPIRING = new Set(['welcome', 'authenticated']);

/**
 * Reads one text frame.
 *
 * @returns the frame, or a sentence that says how it breaks the protocol
 */
export function parseFrame(text: string): Frame | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'the frame is not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'the frame is not a JSON object';
  const frame = value as Record<string, unknown>;
  const type = frame['type'];
  if (typeof type !== 'string') return 'the frame has no type';
  const { seq, from, expiresInMs } = frame;
  // An ack without events says 0.
  if (seq !== undefined && !isPositiveInteger(seq) && !(type === 'ack' && seq === 0)) return `${type}: seq is not a positive integer`;
  if (from !== undefined && seq !== undefined && (!isPositiveInteger(from) || from > seq)) return `${type}: from does not lie before seq`;
  if (seq === undefined && ONLY_LOGGED.has(type)) return `${type}: seq is missing`;
  if (Object.hasOwn(REQUIRED, type)) {
    for (const [field, kind] of Object.entries(REQUIRED[type] ?? {})) {
      if (typeof frame[field] !== kind) return `${type}: ${field} is not a ${kind}`;
    }
  }
  if (type === 'welcome' && !((frame['heartbeatMs'] as number) >= 1)) return 'welcome: heartbeatMs is not positive';
  if (EXPIRING.has(type) && expiresInMs !== undefined && !isPositiveInteger(expiresInMs)) {
    return `${type}: expiresInMs is not a positive integer`;
  }
  if (type === 'attached' && frame['resumed'] === false && !isSnapshot(frame['snapshot'])) return 'attached: snapshot is missing';
  return frame as Frame;
}

/** Whether a frame has a place in the log. */
export function isLogged(frame: Frame): frame is Frame & Logged {
  return frame.seq !== undefined && frame.type !== 'ack';
}

/** What an answer tells whoever sent the command. */
export function ackOf(frame: AckFrame): Ack {
  const seq = frame.seq === 0 ? undefined : frame.seq;
  return { id: frame.id, seq, duplicate: frame.duplicate === true, degraded: frame.degraded === true };
}

/** Whether this version of the client knows the type of a logged event. */
export function isKnownEvent(event: Logged & { readonly type: string }): event is LoggedEvent {
  return Object.hasOwn(REQUIRED_OF_EVENTS, event.type);
}

function isPositiveInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isSnapshot(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { seq, messages } = value as Record<string, unknown>;
  return Number.isSafeInteger(seq) && (seq as number) >= 0 && Number.isSafeInteger(messages) && (messages as number) >= 0;
}
