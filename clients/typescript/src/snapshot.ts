import type { Conversation, Message, ToolCall, ToolCallState, TimelineEntry } from './conversation.js';
import { EMPTY_CONVERSATION } from './conversation.js';
import { appended, withCall, withMessage, withTurn } from './fold.js';
import type { MessageFrame, SnapshotFrame, TurnStatus } from './frames.js';

type Row = Readonly<Record<string, unknown>>;

/**
 * A snapshot on its way in: the conversation so far, and how many message frames are still to come.
 *
 * It is built aside and replaces the old conversation only when it is whole, so that a connection lost half-way changes nothing.
 */
export interface Restoring {
  readonly seq: number;
  readonly remaining: number;
  readonly control: SnapshotFrame;
  readonly conversation: Conversation;
}

/** The start of a snapshot, before its first message frame. */
export function startRestoring(control: SnapshotFrame): Restoring {
  return { seq: control.seq, remaining: control.messages, control, conversation: EMPTY_CONVERSATION };
}

/** The snapshot after one more message frame. */
export function restore(before: Restoring, frame: MessageFrame): Restoring {
  const known = before.conversation.messages.find((each) => each.messageId === frame.messageId);
  const message: Message = known ?? {
    messageId: frame.messageId,
    role: frame.role,
    turn: frame.turn,
    text: '',
    parts: [],
    status: 'complete',
    actor: text(frame as unknown as Row, 'actor'),
    at: text(frame as unknown as Row, 'at'),
    inputId: text(frame as unknown as Row, 'id'),
  };
  const grown = appended(message, frame.text, frame.kind, frame.part);
  const conversation = withMessage(before.conversation, { ...grown, status: frame.status ?? grown.status });
  return { ...before, remaining: before.remaining - 1, conversation };
}

/** The conversation of a whole snapshot: turns and tool calls are added to its messages. */
export function restored(whole: Restoring): Conversation {
  let conversation = whole.conversation;
  for (const row of whole.control.turns ?? []) {
    const id = text(row, 'id') ?? text(row, 'turn');
    if (id === undefined) continue;
    conversation = withTurn(conversation, id, (turn) => ({
      ...turn,
      status: row['status'] === 'recovering' ? 'in_progress' : ((text(row, 'status') as TurnStatus | undefined) ?? turn.status),
      recovering: row['status'] === 'recovering' || row['recovering'] === true,
      runEpoch: typeof row['runEpoch'] === 'number' ? row['runEpoch'] : turn.runEpoch,
      runner: text(row, 'runner'),
      input: text(row, 'input'),
      code: text(row, 'code'),
      reason: text(row, 'reason'),
      by: text(row, 'by'),
    }));
  }
  for (const row of whole.control.toolCalls ?? []) conversation = withRow(conversation, row, undefined);
  for (const row of whole.control.approvals ?? []) conversation = withRow(conversation, row, 'awaiting_approval');
  return { ...conversation, timeline: readingOrder(conversation) };
}

function withRow(before: Conversation, row: Row, state: ToolCallState | undefined): Conversation {
  const callId = text(row, 'callId') ?? text(row, 'id');
  if (callId === undefined) return before;
  return withCall(before, callId, (call) => ({
    ...call,
    turn: text(row, 'turn') ?? call.turn,
    name: text(row, 'name') ?? call.name,
    arguments: row['arguments'] ?? call.arguments,
    executor: (text(row, 'executor') as ToolCall['executor']) ?? call.executor,
    state: state ?? stateOf(text(row, 'status') ?? text(row, 'state')) ?? call.state,
    deadline: text(row, 'deadline') ?? call.deadline,
    decision: (text(row, 'decision') as ToolCall['decision']) ?? call.decision,
    decidedBy: text(row, 'decidedBy') ?? text(row, 'by') ?? call.decidedBy,
    decidedAt: text(row, 'at') ?? call.decidedAt,
    reason: text(row, 'reason') ?? call.reason,
    result: row['result'] ?? call.result,
    error: text(row, 'error') ?? call.error,
  }));
}

function stateOf(word: string | undefined): ToolCallState | undefined {
  switch (word) {
    case 'awaiting_approval':
    case 'started':
    case 'requested':
    case 'ok':
    case 'error':
    case 'rejected':
    case 'in_doubt':
    case 'cancelled':
      return word;
    case undefined:
      return undefined;
    default:
      return 'requested';
  }
}

/**
 * A snapshot does not say where between the messages a tool call happened. The calls of a turn are placed after its first
 * assistant message, which is where an agent that explains itself before it acts makes them.
 */
function readingOrder(conversation: Conversation): readonly TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const waiting = [...conversation.toolCalls];
  for (const message of conversation.messages) {
    if (message.role === 'user') entries.push(...callsBefore(waiting, message.turn));
    entries.push({ kind: 'message', id: message.messageId });
    if (message.role === 'assistant') entries.push(...callsOf(waiting, message.turn));
  }
  return [...entries, ...waiting.map(entryOf)];
}

/** Calls of earlier turns that had no assistant message come before the next person's message. */
function callsBefore(waiting: ToolCall[], turn: string | undefined): TimelineEntry[] {
  const next = waiting.findIndex((call) => call.turn === turn);
  return next <= 0 ? [] : waiting.splice(0, next).map(entryOf);
}

function callsOf(waiting: ToolCall[], turn: string | undefined): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  for (let index = 0; index < waiting.length; ) {
    if (waiting[index]?.turn === turn) entries.push(...waiting.splice(index, 1).map(entryOf));
    else index += 1;
  }
  return entries;
}

function entryOf(call: ToolCall): TimelineEntry {
  return { kind: 'tool_call', id: call.callId };
}

function text(row: Row, field: string): string | undefined {
  const value = row[field];
  return typeof value === 'string' ? value : undefined;
}
