import { completed, derived, mapped, withCall } from './contents.js';
import type { Approval, Conversation, ToolCall, ToolCallState } from './conversation.js';
import type { CallEvent } from './callevents.js';
import { REQUIRED_OF_CALLS } from './callevents.js';
import { lyingApart } from './fold.js';
import type { ApprovalEscalatedEvent, ApprovalResolvedEvent, ApprovalTerms, LoggedEvent } from './frames.js';

export function isCallEvent(event: LoggedEvent): event is CallEvent {
  return Object.hasOwn(REQUIRED_OF_CALLS, event.type);
}

/** The conversation after one more event about a tool call. */
export function evolveCall(before: Conversation, event: CallEvent): Conversation {
  switch (event.type) {
    case 'tool_call':
      return withCall(completed(before, event.turn), event.callId, (call) => ({
        ...call,
        turn: event.turn,
        name: event.name,
        arguments: event.arguments,
        executor: event.executor,
        needsApproval: event.approval === undefined ? call.needsApproval : event.approval === 'required',
        target: event.target,
      }));
    case 'approval':
      return withCall(completed(before, event.turn), event.callId, (call) => ({
        ...call,
        turn: event.turn,
        name: event.name,
        arguments: event.arguments ?? call.arguments,
        deadline: event.deadline,
        state: 'awaiting_approval',
        needsApproval: true,
        approval: { ...NO_PROGRESS, ...termsOf(event), escalateAt: event.escalateAt },
      }));
    case 'approval_vote':
      return asked(before, event.callId, (approval) => ({ ...approval, votes: [...approval.votes, { by: event.by, at: event.at }] }));
    case 'approval_edited':
      return known(before, event.callId, (call) => ({
        ...call,
        arguments: event.arguments,
        approval: {
          ...(call.approval ?? NO_PROGRESS),
          votes: [],
          ...(event.argumentsHash === undefined ? {} : { argumentsHash: event.argumentsHash }),
          edited: { by: event.by, original: call.approval?.edited === undefined ? call.arguments : call.approval.edited.original },
        },
      }));
    case 'approval_delegated':
      return asked(before, event.callId, (approval) => ({ ...approval, delegates: [...approval.delegates, event.to] }));
    case 'approval_reminder':
      return asked(before, event.callId, (approval) => ({ ...approval, reminders: event.no ?? approval.reminders + 1 }));
    case 'approval_escalated':
      return asked(before, event.callId, (approval) => escalated(approval, event));
    case 'approval_resolved':
      return withCall(before, event.callId, (call) => resolved(call, event));
    case 'grant':
      return { ...before, grants: [...before.grants, { grant: event.grant, tool: event.tool, by: event.by, at: event.at }] };
    case 'grant_revoked':
      return { ...before, grants: before.grants.filter((each) => each.grant !== event.grant) };
    case 'tool_claimed':
      return withCall(before, event.callId, (call) => ({
        ...call,
        claim: { by: event.by, claimant: event.claimant, deadline: event.deadline },
        claims: event.claim,
      }));
    case 'tool_released':
      return withCall(before, event.callId, (call) => ({ ...call, claim: undefined, claims: event.claim ?? call.claims }));
    case 'tool_started':
      return withCall(before, event.callId, (call) => ({ ...call, state: 'started' }));
    case 'tool_doubted':
      return withCall(before, event.callId, (call) => ({ ...call, state: 'awaiting_settlement', deadline: event.deadline }));
    case 'tool_retried':
      return withCall(before, event.callId, (call) => ({ ...call, state: 'requested' }));
    case 'tool_result':
      return withCall(before, event.callId, (call) => ({
        ...call,
        state: event.status,
        claim: undefined,
        settledBy: event.by,
        result: event.result,
        error: event.error,
        ...lyingApart(event.blob),
      }));
  }
}

/** An approval of which nobody has said anything. */
export const NO_PROGRESS: Approval = {
  votes: [],
  delegates: [],
  escalated: false,
  escalatedTo: [],
  escalateAt: undefined,
  reminders: 0,
  edited: undefined,
};

/** The terms among the fields of an event or a row of a document. */
export function termsOf(given: ApprovalTerms): ApprovalTerms {
  const { argumentsHash, reason, askedBy, needed, approvers, separateDuty, onExpiry } = given;
  return Object.fromEntries(
    Object.entries({ argumentsHash, reason, askedBy, needed, approvers, separateDuty, onExpiry }).filter(([, value]) => value !== undefined),
  );
}

function escalated(approval: Approval, { to = [] }: ApprovalEscalatedEvent): Approval {
  return { ...approval, escalated: true, escalatedTo: to, escalateAt: undefined };
}

function resolved(call: ToolCall, event: ApprovalResolvedEvent): ToolCall {
  const states: Record<string, ToolCallState> = { approved: 'requested', rejected: 'rejected' };
  return {
    ...call,
    state: states[event.decision] ?? 'cancelled',
    decision: event.decision,
    decidedBy: event.by,
    decidedAt: event.at,
    reason: event.reason,
    grant: event.grant,
  };
}

/** Changes a call that is known, and leaves an unknown one so: its `approval` will come with a snapshot. */
function known(before: Conversation, callId: string, change: (call: ToolCall) => ToolCall): Conversation {
  const after = mapped(before, 'toolCalls', (call) => call.callId === callId, change);
  return after === undefined ? before : derived(after);
}

function asked(before: Conversation, callId: string, change: (approval: Approval) => Approval): Conversation {
  return known(before, callId, (call) => ({ ...call, approval: change(call.approval ?? NO_PROGRESS) }));
}
