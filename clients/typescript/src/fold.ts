import { evolveCall, isCallEvent } from './callfold.js';
import { arranged, completed, everyMessage, mapped, pruned, withMessage, withSteer, withTurn } from './contents.js';
import type { Conversation, Message, MessagePart } from './conversation.js';
import { isActive } from './conversation.js';
import type { AgentStatusEvent, BlobReference, InputEvent, LoggedEvent, RecoveringSignal, SteerEvent, TokenEvent, TurnEvent } from './frames.js';
import { received, reordered, retracted, selected, withItems, withoutItem } from './tree.js';

/** The conversation after one more event of the log. Pure; replaying a log from the start gives the same value. */
export function evolve(before: Conversation, event: LoggedEvent): Conversation {
  if (isCallEvent(event)) return evolveCall(before, event);
  switch (event.type) {
    case 'input':
      return onInput(before, event);
    case 'turn':
      return onTurn(before, event);
    case 'queue':
      return onQueue(before, event.turns ?? []);
    case 'turn_retracted':
      return pruned(before, retracted(before.tree, event.turn));
    case 'branch_selected':
      return arranged(before, selected(before.tree, event.turn));
    case 'agent_status':
      return onStatus(before, event);
    case 'token':
      return onToken(before, event);
    case 'step':
      return withTurn(completed(before, event.turn), event.turn, (turn) => ({ ...turn, steps: event.step }));
    case 'message_superseded':
      return pruned(before, withoutItem(before.tree, (item) => item.kind === 'message' && item.id === event.messageId));
    case 'steer':
      return onSteer(before, event);
    case 'steer_resolved': {
      const id = event.steerId ?? event.id;
      return mapped(before, 'steers', (steer) => steer.id === id, (steer) => ({ ...steer, consumed: event.consumed, step: event.step })) ?? before;
    }
    case 'history':
      return before;
  }
}

/** The conversation after the news that the runner of a turn was lost. */
export function recovering(before: Conversation, signal: RecoveringSignal): Conversation {
  const turn = before.turns.find((each) => each.id === signal.turn);
  // The signal is not ordered with the log: it must not bring an ended turn back.
  if (turn === undefined || !isActive(turn.status)) return before;
  return withTurn(before, signal.turn, (each) => ({ ...each, recovering: true }));
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

function onInput(before: Conversation, event: InputEvent): Conversation {
  // An instruction that nobody heard is said anew: it stands where it is answered.
  const restated = event.id === undefined ? [] : before.steers.filter((steer) => steer.inputId === event.id).map((steer) => steer.id);
  const earlier = restated.length === 0 ? before : pruned(before, withoutItem(before.tree, (item) => item.kind === 'steer' && restated.includes(item.id)));
  return withMessage(earlier, {
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
    state: 'queued',
    processedAt: undefined,
  });
}

function onTurn(before: Conversation, event: TurnEvent): Conversation {
  const after = withTurn(before, event.turn, (turn) => ({
    ...turn,
    status: event.status,
    input: event.input,
    askedBy: event.by,
    replaces: event.replaces,
  }));
  let tree = received(after.tree, event.turn, event.replaces);
  if (event.regenerates === true && event.replaces !== undefined) {
    const users = new Set([...after.messages, ...after.tree.hidden.messages].filter((each) => each.role === 'user').map((each) => each.messageId));
    const asked = tree.nodes.get(event.replaces)?.items.filter((item) => item.kind === 'message' && users.has(item.id)) ?? [];
    tree = withItems(tree, event.turn, asked);
  }
  return tree === before.tree ? after : arranged(after, tree);
}

function onQueue(before: Conversation, order: readonly string[]): Conversation {
  const moved = order.flatMap((id) => before.turns.find((turn) => turn.id === id) ?? []);
  const turns = before.turns.map((turn) => (moved.includes(turn) ? undefined : turn));
  const queue = [...moved];
  return arranged({ ...before, turns: turns.map((turn) => turn ?? queue.shift()).filter((turn) => turn !== undefined) }, reordered(before.tree, order));
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
  const active = isActive(event.status);
  const told = everyMessage(after, (message) => {
    if (message.turn !== event.turn || message.role !== 'user') return message;
    // What was cancelled before it began was never processed.
    const state = active ? 'processing' : message.state === 'queued' ? 'queued' : 'processed';
    return message.state === state ? message : { ...message, state };
  });
  return active ? told : completed(told, event.turn);
}

function onToken(before: Conversation, event: TokenEvent): Conversation {
  const grow = (message: Message) => appended(message, event.text, event.kind, event.part);
  const known = mapped(before, 'messages', (each) => each.messageId === event.messageId, grow);
  if (known !== undefined) return known;
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
    state: undefined,
    processedAt: undefined,
  };
  return withMessage(turn === undefined ? before : completed(before, turn), grow(fresh));
}

function onSteer(before: Conversation, event: SteerEvent): Conversation {
  return withSteer(before, {
    id: event.steerId ?? event.id ?? `steer@${event.seq}`,
    seq: event.seq,
    turn: event.turn,
    instruction: event.instruction,
    actor: event.actor,
    consumed: undefined,
    step: undefined,
    inputId: event.input,
  });
}
