import type { Conversation, Message, ToolCall, ToolCallState, TimelineEntry } from './conversation.js';
import { EMPTY_CONVERSATION } from './conversation.js';
import { appended, lyingApart, withCall, withMessage, withTurn } from './fold.js';
import type { BlobReference, MessageFrame, SnapshotFrame, TurnStatus } from './frames.js';

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
  const conversation = withMessage(before.conversation, { ...grown, ...lyingApart(frame.blob), status: frame.status ?? grown.status });
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
    state: state ?? stateOf(text(row, 'status'), text(row, 'decision')) ?? call.state,
    deadline: text(row, 'deadline') ?? call.deadline,
    decision: (text(row, 'decision') as ToolCall['decision']) ?? call.decision,
    decidedBy: text(row, 'decidedBy') ?? text(row, 'by') ?? call.decidedBy,
    decidedAt: text(row, 'at') ?? call.decidedAt,
    reason: text(row, 'reason') ?? call.reason,
    result: row['result'] ?? call.result,
    error: text(row, 'error') ?? call.error,
    ...lyingApart((row['blob'] as BlobReference | undefined) ?? call.blob),
  }));
}

function stateOf(word: string | undefined, decision: string | undefined): ToolCallState | undefined {
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
    case 'settled':
      return decision === 'rejected' ? 'rejected' : decision === undefined || decision === 'approved' ? 'ok' : 'cancelled';
    case undefined:
      return undefined;
    default:
      return 'requested';
  }
}

/**
 * A snapshot does not say where between the messages a tool call happened. An agent mostly speaks, calls, and speaks about the
 * result: so one call is placed after each message of its turn, and what is left after the last one.
 */
function readingOrder(conversation: Conversation): readonly TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const waiting = [...conversation.toolCalls];
  conversation.messages.forEach((message, index) => {
    entries.push({ kind: 'message', id: message.messageId });
    const last = conversation.messages[index + 1]?.turn !== message.turn;
    if (message.role === 'user' && !last) return;
    const own = waiting.filter((call) => call.turn === message.turn).slice(0, last ? undefined : 1);
    for (const call of own) entries.push(entryOf(waiting.splice(waiting.indexOf(call), 1)[0] as ToolCall));
  });
  return [...waiting.map(entryOf), ...entries];
}

function entryOf(call: ToolCall): TimelineEntry {
  return { kind: 'tool_call', id: call.callId };
}

function text(row: Row, field: string): string | undefined {
  const value = row[field];
  return typeof value === 'string' ? value : undefined;
}
