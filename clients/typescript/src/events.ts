import type { CallEvent } from './callevents.js';
import { REQUIRED_OF_CALLS } from './callevents.js';

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

/** A payload that is too long for the log: `readBlob` fetches it. In place of arguments or a result it comes as `{ blob }`. */
export interface BlobReference {
  /** SHA-256 of its bytes, in hex. */
  readonly hash: string;
  /** Its length in UTF-8. */
  readonly bytes: number;
}

/** Tokens that the model read and wrote. */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
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
  /** The id of the command that asked for it. */
  readonly input?: string;
  /** Who asked for it. */
  readonly by?: string;
  /** The turn in whose place it stands, on another branch. */
  readonly replaces?: string;
  /** It answers the words of the turn that it replaces; otherwise it has its own. */
  readonly regenerates?: boolean;
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
  readonly usage?: Usage;
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

/** Somebody told the running turn something. */
export interface SteerEvent extends Logged {
  readonly type: 'steer';
  readonly turn: string;
  readonly instruction: string;
  readonly actor?: string;
  /** The id of the command, and where a server numbers steers, their own one. */
  readonly id?: string;
  readonly steerId?: string;
  /** The id of the input that it was, when the policy `steer` made it an instruction. */
  readonly input?: string;
}

/** Whether the running turn took the instruction up. */
export interface SteerResolvedEvent extends Logged {
  readonly type: 'steer_resolved';
  readonly turn: string;
  readonly id?: string;
  readonly steerId?: string;
  readonly consumed: boolean;
  /** The run of the model that heard it, from 1. */
  readonly step?: number;
}

/** The log goes on under another history, from this event on; `pos` names it from now on. The client keeps it by itself. */
export interface HistoryEvent extends Logged {
  readonly type: 'history';
  readonly pos: string;
}

/** What waits, in the order in which it will run. */
export interface QueueEvent extends Logged {
  readonly type: 'queue';
  /** Turns; absent when none waits. */
  readonly turns?: readonly string[];
  readonly by?: string;
}

/** A turn that has ended is no part of the conversation any more. */
export interface TurnRetractedEvent extends Logged {
  readonly type: 'turn_retracted';
  readonly turn: string;
  readonly by?: string;
}

/** The conversation goes on with the branch of this turn. */
export interface BranchSelectedEvent extends Logged {
  readonly type: 'branch_selected';
  readonly turn: string;
  readonly by?: string;
}

/** A run of the model ended, and another one of the same turn follows. */
export interface StepEvent extends Logged {
  readonly type: 'step';
  readonly turn: string;
  /** From 1. */
  readonly step: number;
  readonly usage?: Usage;
}

/** What a message says is void: the step that said it is tried again. */
export interface MessageSupersededEvent extends Logged {
  readonly type: 'message_superseded';
  readonly turn: string;
  readonly messageId: string;
}

/** The logged events that this version of the client knows. */
export type LoggedEvent =
  | CallEvent
  | InputEvent
  | TurnEvent
  | QueueEvent
  | TurnRetractedEvent
  | BranchSelectedEvent
  | AgentStatusEvent
  | TokenEvent
  | StepEvent
  | MessageSupersededEvent
  | SteerEvent
  | SteerResolvedEvent
  | HistoryEvent;

/** A logged event of a newer server: it takes its place in the log and changes nothing else. */
export interface UnknownEvent extends Logged {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Fields without which an event cannot be used, and their types. */
export const REQUIRED_OF_EVENTS: Readonly<Record<LoggedEvent['type'], Readonly<Record<string, 'string' | 'number' | 'boolean'>>>> = {
  ...REQUIRED_OF_CALLS,
  input: { messageId: 'string', turn: 'string', text: 'string' },
  turn: { turn: 'string' },
  queue: {},
  turn_retracted: { turn: 'string' },
  branch_selected: { turn: 'string' },
  agent_status: { turn: 'string', status: 'string' },
  token: { messageId: 'string', text: 'string' },
  step: { turn: 'string', step: 'number' },
  message_superseded: { turn: 'string', messageId: 'string' },
  steer: { turn: 'string', instruction: 'string' },
  steer_resolved: { turn: 'string', consumed: 'boolean' },
  history: { pos: 'string' },
};
