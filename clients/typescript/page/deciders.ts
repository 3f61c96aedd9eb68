import type { ToolCall } from '../src/index.js';

/** Whether this person is one of those who may decide, as far as names tell; the server knows for sure. */
export function mayDecide(call: ToolCall, name: string): boolean {
  const { approval } = call;
  if (approval === undefined) return true;
  if (approval.separateDuty && approval.askedBy === name) return false;
  if (approval.votes.some((vote) => vote.by === name)) return false;
  const named = [...(approval.approvers ?? []), ...approval.escalatedTo];
  return named.length === 0 || approval.delegates.includes(name) || named.some((each) => each === `user:${name}` || each.startsWith('role:'));
}

/** What is asked of somebody who may decide. */
export function whatIsWanted(call: ToolCall): string {
  const asker = call.approval?.askedBy;
  const needed = call.approval?.needed ?? 1;
  const who = asker === undefined ? 'The agent asks for a decision.' : `${asker} asked for this.`;
  const how = needed > 1 ? `${call.approval?.votes.length ?? 0} of ${needed} have approved.` : 'The first decision counts.';
  return [who, call.approval?.reason, how].filter((part) => part !== undefined && part !== '').join(' ');
}

/** What is told somebody who may not, or not any more. */
export function othersDecide(call: ToolCall, name: string): string {
  const { approval } = call;
  if (approval?.separateDuty === true && approval.askedBy === name) return 'Waiting for somebody else: you asked for this, so another person decides.';
  if (approval?.votes.some((vote) => vote.by === name) === true) return `You approved. ${approval.votes.length} of ${approval.needed} have.`;
  return 'Waiting for somebody who may decide this.';
}
