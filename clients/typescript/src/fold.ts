import type { Conversation, Message, MessagePart, TimelineEntry, ToolCall, Turn } from './conversation.js';
import { isActive } from './conversation.js';
import type { AgentStatusEvent, BlobReference, LoggedEvent, RecoveringSignal, TokenEvent } from './frames.js';

/** The conversation after one more event of the log. Pure; replaying a log from the start gives the same value. */
export function evolve(before: Conversation, event: LoggedEvent): Conversation {
  switch (event.type) {
    case 'input':
      return withMessage(before, {
        messageId: event.messageId,
        role: 'user',
        turn: event.turn,
        text: event.text,
        ...lyingApart(event.blob),
        parts: [],
        status: 'complete',
        actor: event.actor,
        at: event.at,
        inputId: event.id,
      });
    case 'turn':
      return withTurn(before, event.turn, (turn) => ({ ...turn, status: event.status, input: event.input }));
    case 'agent_status':
      return onStatus(before, event);
    case 'token':
      return onToken(before, event);
    case 'tool_call':
      return withCall(completed(before, event.turn), event.callId, (call) => ({
        ...call,
        turn: event.turn,
        name: event.name,
        arguments: event.arguments,
        executor: event.executor,
      }));
    case 'approval':
      return withCall(completed(before, event.turn), event.callId, (call) => ({
        ...call,
        turn: event.turn,
        name: event.name,
        arguments: event.arguments ?? call.arguments,
        deadline: event.deadline,
        state: 'awaiting_approval',
      }));
    case 'approval_resolved':
      return withCall(before, event.callId, (call) => ({
        ...call,
        state: event.decision === 'approved' ? 'requested' : event.decision === 'rejected' ? 'rejected' : 'cancelled',
        decision: event.decision,
        decidedBy: event.by,
        decidedAt: event.at,
        reason: event.reason,
      }));
    case 'tool_started':
      return withCall(before, event.callId, (call) => ({ ...call, state: 'started' }));
    case 'tool_result':
      return withCall(before, event.callId, (call) => ({
        ...call,
        state: event.status,
        result: event.result,
        error: event.error,
        ...lyingApart(event.blob),
      }));
    case 'steer': {
      const steer = {
        id: event.steerId ?? event.id ?? `steer@${event.seq}`,
        seq: event.seq,
        turn: event.turn,
        instruction: event.instruction,
        actor: event.actor,
        consumed: undefined,
      };
      return withEntry({ ...before, steers: [...before.steers, steer] }, { kind: 'steer', id: steer.id });
    }
    case 'history':
      return before;
    case 'steer_resolved':
      return {
        ...before,
        steers: before.steers.map((steer) => (steer.id === (event.steerId ?? event.id) ? { ...steer, consumed: event.consumed } : steer)),
      };
  }
}

/** The conversation after the news that the runner of a turn was lost. */
export function recovering(before: Conversation, signal: RecoveringSignal): Conversation {
  const turn = before.turns.find((each) => each.id === signal.turn);
  // The signal is not ordered with the log: it must not bring an ended turn back.
  if (turn === undefined || !isActive(turn.status)) return before;
  return withTurn(before, signal.turn, (each) => ({ ...each, recovering: true }));
}

/** Drops the oldest entries beyond `limit`, with everything that belongs to them. */
export function bounded(before: Conversation, limit: number): Conversation {
  const excess = before.timeline.length - limit;
  if (excess <= 0) return before;
  const gone = new Set(before.timeline.slice(0, excess).map((entry) => `${entry.kind} ${entry.id}`));
  const toolCalls = before.toolCalls.filter((call) => !gone.has(`tool_call ${call.callId}`));
  const messages = before.messages.filter((message) => !gone.has(`message ${message.messageId}`));
  const needed = new Set([...messages.map((message) => message.turn), ...toolCalls.map((call) => call.turn)]);
  return derived({
    ...before,
    messages,
    toolCalls,
    steers: before.steers.filter((steer) => !gone.has(`steer ${steer.id}`)),
    turns: before.turns.filter((turn) => needed.has(turn.id) || isActive(turn.status)),
    timeline: before.timeline.slice(excess),
    dropped: before.dropped + excess,
  });
}

/** Adds text to the plain text or to one of the other parts of a message. */
export function appended(message: Message, text: string, kind: string | undefined, part: MessagePart['part']): Message {
  if (kind === undefined || kind === 'text') return { ...message, text: message.text + text };
  const index = message.parts.findIndex((each) => each.part === part && each.kind === kind);
  if (index < 0) return { ...message, parts: [...message.parts, { part, kind, text }] };
  return {
    ...message,
    parts: message.parts.map((each, at) => (at === index ? { ...each, text: each.text + text } : each)),
  };
}

/** The reference to a text that is too long for the log, where there is one. */
export function lyingApart(blob: BlobReference | undefined): { readonly blob?: BlobReference } {
  return blob === undefined ? {} : { blob };
}

/** Adds a message, or replaces the one with its id. */
export function withMessage(before: Conversation, message: Message): Conversation {
  const index = lastIndex(before.messages, (each) => each.messageId === message.messageId);
  if (index >= 0) return { ...before, messages: replaced(before.messages, index, message) };
  return withEntry({ ...before, messages: [...before.messages, message] }, { kind: 'message', id: message.messageId });
}

/** Adds or changes a turn. */
export function withTurn(before: Conversation, id: string, change: (turn: Turn) => Turn): Conversation {
  const index = lastIndex(before.turns, (each) => each.id === id);
  const turns =
    index >= 0
      ? replaced(before.turns, index, change(before.turns[index] as Turn))
      : [...before.turns, change(newTurn(id))];
  return derived({ ...before, turns });
}

/** Adds or changes a tool call. */
export function withCall(before: Conversation, callId: string, change: (call: ToolCall) => ToolCall): Conversation {
  const index = lastIndex(before.toolCalls, (each) => each.callId === callId);
  if (index >= 0) {
    return derived({ ...before, toolCalls: replaced(before.toolCalls, index, change(before.toolCalls[index] as ToolCall)) });
  }
  const grown = { ...before, toolCalls: [...before.toolCalls, change(newCall(callId))] };
  return withEntry(derived(grown), { kind: 'tool_call', id: callId });
}

function onStatus(before: Conversation, event: AgentStatusEvent): Conversation {
  const after = withTurn(before, event.turn, (turn) => ({
    ...turn,
    status: event.status,
    recovering: false,
    runEpoch: event.runEpoch ?? turn.runEpoch,
    runner: event.runner ?? turn.runner,
    takeovers: turn.takeovers + (event.takeover === true ? 1 : 0),
    code: event.code,
    reason: event.reason,
    by: event.by,
    usage: event.usage ?? turn.usage,
  }));
  return isActive(event.status) ? after : completed(after, event.turn);
}

function onToken(before: Conversation, event: TokenEvent): Conversation {
  const index = lastIndex(before.messages, (each) => each.messageId === event.messageId);
  if (index >= 0) {
    const grown = appended(before.messages[index] as Message, event.text, event.kind, event.part);
    return { ...before, messages: replaced(before.messages, index, grown) };
  }
  const turn = before.activeTurn?.id;
  const fresh: Message = {
    messageId: event.messageId,
    role: 'assistant',
    turn,
    text: '',
    parts: [],
    status: 'streaming',
    actor: undefined,
    at: undefined,
    inputId: undefined,
  };
  const earlier = turn === undefined ? before : completed(before, turn);
  return withMessage(earlier, appended(fresh, event.text, event.kind, event.part));
}

/** Nothing more will be added to the messages of a turn that were begun so far. */
function completed(before: Conversation, turn: string): Conversation {
  if (!before.messages.some((each) => each.turn === turn && each.status === 'streaming')) return before;
  return {
    ...before,
    messages: before.messages.map((each) =>
      each.turn === turn && each.status === 'streaming' ? { ...each, status: 'complete' } : each,
    ),
  };
}

function withEntry(before: Conversation, entry: TimelineEntry): Conversation {
  return { ...before, timeline: [...before.timeline, entry] };
}

function derived(before: Conversation): Conversation {
  return {
    ...before,
    approvals: before.toolCalls.filter((call) => call.state === 'awaiting_approval'),
    activeTurn: before.turns.find((turn) => isActive(turn.status) && turn.status !== 'received') ??
      before.turns.find((turn) => isActive(turn.status)),
  };
}

function newTurn(id: string): Turn {
  return {
    id,
    status: 'received',
    recovering: false,
    runEpoch: 0,
    runner: undefined,
    takeovers: 0,
    input: undefined,
    code: undefined,
    reason: undefined,
    by: undefined,
    usage: undefined,
  };
}

function newCall(callId: string): ToolCall {
  return {
    callId,
    turn: undefined,
    name: '',
    arguments: undefined,
    executor: undefined,
    state: 'requested',
    deadline: undefined,
    decision: undefined,
    decidedBy: undefined,
    decidedAt: undefined,
    reason: undefined,
    result: undefined,
    error: undefined,
  };
}

function replaced<T>(list: readonly T[], index: number, value: T): readonly T[] {
  const copy = list.slice();
  copy[index] = value;
  return copy;
}

function lastIndex<T>(list: readonly T[], matches: (value: T) => boolean): number {
  for (let index = list.length - 1; index >= 0; index--) {
    if (matches(list[index] as T)) return index;
  }
  return -1;
}
