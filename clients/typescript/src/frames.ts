/**
 * The frames of the native protocol, version 1, as docs/protocol.md defines them.
 *
 * A frame with `seq` is a *logged event*: it has a place in the session's log. One without is a *signal*.
 */

/** What every logged event carries. */
export interface Logged {
  readonly session?: string;
  /** Last place in the log that this frame stands for; from 1, without holes. */
  readonly seq: number;
  /** First place, when the frame stands for several consecutive events. */
  readonly from?: number;
}

/** States of a turn that are logged. */
export type TurnStatus =
  | 'received'
  | 'in_progress'
  | 'awaiting_approval'
  | 'awaiting_tool'
  | 'awaiting_input'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'expired';

/** How an approval ended. */
export type Decision = 'approved' | 'rejected' | 'expired' | 'cancelled';

/** How a tool call ended; `in_doubt` means that it had started and nobody knows whether it took effect. */
export type ToolStatus = 'ok' | 'error' | 'rejected' | 'in_doubt' | 'cancelled';

/** A payload that is too long for the log: `readBlob` fetches it. In place of arguments or a result it comes as `{ blob }`. */
export interface BlobReference {
  /** SHA-256 of its bytes, in hex. */
  readonly hash: string;
  /** Its length in UTF-8. */
  readonly bytes: number;
}

/** A message of a person. */
export interface InputEvent extends Logged {
  readonly type: 'input';
  readonly id?: string;
  readonly messageId: string;
  readonly turn: string;
  readonly text: string;
  /** Where the text lies; `text` is empty then. */
  readonly blob?: BlobReference;
  readonly actor?: string;
  /** RFC 3339. */
  readonly at?: string;
}

/** A turn was accepted. */
export interface TurnEvent extends Logged {
  readonly type: 'turn';
  readonly turn: string;
  readonly status: 'received';
  readonly input?: string;
}

/** A turn changed its state. */
export interface AgentStatusEvent extends Logged {
  readonly type: 'agent_status';
  readonly turn: string;
  readonly status: TurnStatus;
  readonly runEpoch?: number;
  /** Name of the node that runs the turn. */
  readonly runner?: string;
  /** Another runner took the turn over. */
  readonly takeover?: boolean;
  readonly code?: string;
  readonly reason?: string;
  readonly by?: string;
  readonly usage?: Readonly<Record<string, unknown>>;
}

/** The runner of a turn was lost, another will take over. Not logged. */
export interface RecoveringSignal {
  readonly type: 'agent_status';
  readonly session?: string;
  readonly turn: string;
  readonly status: 'recovering';
  readonly seq?: undefined;
}

/** Text of an assistant message; one frame may stand for several tokens. */
export interface TokenEvent extends Logged {
  readonly type: 'token';
  readonly messageId: string;
  readonly text: string;
  readonly part?: number | string;
  readonly kind?: string;
}

/** The agent calls a tool. */
export interface ToolCallEvent extends Logged {
  readonly type: 'tool_call';
  readonly turn: string;
  readonly callId: string;
  readonly name: string;
  readonly arguments?: unknown;
  readonly executor?: 'client' | 'server';
  readonly approval?: 'none' | 'required';
}

/** A tool call waits for a decision. */
export interface ApprovalEvent extends Logged {
  readonly type: 'approval';
  readonly turn: string;
  readonly callId: string;
  readonly name: string;
  readonly arguments?: unknown;
  /** RFC 3339; afterwards the approval expires. */
  readonly deadline?: string;
}

/** The decision, made exactly once. */
export interface ApprovalResolvedEvent extends Logged {
  readonly type: 'approval_resolved';
  readonly callId: string;
  readonly decision: Decision;
  readonly by?: string;
  readonly reason?: string;
  readonly at?: string;
}

/** A server-side tool began. */
export interface ToolStartedEvent extends Logged {
  readonly type: 'tool_started';
  readonly callId: string;
}

/** A tool call ended. */
export interface ToolResultEvent extends Logged {
  readonly type: 'tool_result';
  readonly callId: string;
  readonly status: ToolStatus;
  readonly result?: unknown;
  readonly error?: string;
  /** Where the error's text lies; `error` is empty then. */
  readonly blob?: BlobReference;
  readonly by?: string;
}

/** Somebody told the running turn something. */
export interface SteerEvent extends Logged {
  readonly type: 'steer';
  readonly turn: string;
  readonly instruction: string;
  readonly actor?: string;
  /** The id of the command, and where a server numbers steers, their own one. */
  readonly id?: string;
  readonly steerId?: string;
}

/** Whether the running turn took the instruction up. */
export interface SteerResolvedEvent extends Logged {
  readonly type: 'steer_resolved';
  readonly turn: string;
  readonly id?: string;
  readonly steerId?: string;
  readonly consumed: boolean;
}

/** The log goes on under another history, from this event on; `pos` names it from now on. The client keeps it by itself. */
export interface HistoryEvent extends Logged {
  readonly type: 'history';
  readonly pos: string;
}

/** The logged events that this version of the client knows. */
export type LoggedEvent =
  | InputEvent
  | TurnEvent
  | AgentStatusEvent
  | TokenEvent
  | ToolCallEvent
  | ApprovalEvent
  | ApprovalResolvedEvent
  | ToolStartedEvent
  | ToolResultEvent
  | SteerEvent
  | SteerResolvedEvent
  | HistoryEvent;

/** A logged event of a newer server: it takes its place in the log and changes nothing else. */
export interface UnknownEvent extends Logged {
  readonly type: string;
  readonly [field: string]: unknown;
}

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
  input: { messageId: 'string', turn: 'string', text: 'string' },
  turn: { turn: 'string' },
  agent_status: { turn: 'string', status: 'string' },
  token: { messageId: 'string', text: 'string' },
  tool_call: { turn: 'string', callId: 'string', name: 'string' },
  approval: { turn: 'string', callId: 'string', name: 'string' },
  approval_resolved: { callId: 'string', decision: 'string' },
  tool_started: { callId: 'string' },
  tool_result: { callId: 'string', status: 'string' },
  steer: { turn: 'string', instruction: 'string' },
  steer_resolved: { turn: 'string', consumed: 'boolean' },
  history: { pos: 'string' },
  message: { messageId: 'string', role: 'string', text: 'string' },
  attached: { session: 'string', head: 'number', pos: 'string', resumed: 'boolean', client: 'string' },
  welcome: { node: 'string', heartbeatMs: 'number' },
  ack: { id: 'string' },
  error: { code: 'string' },
};

/** Types that only exist in the log; without a `seq` they mean nothing. */
const ONLY_LOGGED = new Set([
  'input',
  'turn',
  'token',
  'tool_call',
  'approval',
  'approval_resolved',
  'tool_started',
  'tool_result',
  'steer',
  'steer_resolved',
  'history',
]);

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

/** Whether this version of the client knows the type of a logged event. */
export function isKnownEvent(event: Logged & { readonly type: string }): event is LoggedEvent {
  return ONLY_LOGGED.has(event.type) || event.type === 'agent_status';
}

function isPositiveInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isSnapshot(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { seq, messages } = value as Record<string, unknown>;
  return Number.isSafeInteger(seq) && (seq as number) >= 0 && Number.isSafeInteger(messages) && (messages as number) >= 0;
}
