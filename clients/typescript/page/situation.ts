import type { Connection, Conversation, Session, Turn } from '../src/index.js';
import { mayDecide } from './deciders.js';
import { calledWithin } from './people.js';

/** What the line under a conversation says: one sentence, and how it looks. */
export interface Situation {
  readonly tone: 'quiet' | 'busy' | 'warn' | 'ask' | 'good';
  readonly text: string;
}

/** News that outshines the usual sentence for a while. */
export interface Notice {
  readonly tone: Situation['tone'];
  readonly text: string;
}

/** What to say about a tab at this moment. */
export function situationOf(
  connection: Connection,
  session: Session,
  notice: Notice | undefined,
  lastNode: string | undefined,
  isRecovering: (turn: Turn) => boolean,
  seat: string,
): Situation {
  if (connection.state === 'offline') return { tone: 'quiet', text: `This tab is offline.${waiting(session) || ' The others go on without it.'}` };
  if (session.state === 'failed') return { tone: 'warn', text: failure(session) };
  if (connection.state === 'failed' || connection.state === 'closed') return { tone: 'warn', text: 'The server closed the connection for good.' };
  if (session.state !== 'attached') {
    const text = lastNode === undefined ? 'Connecting…' : `Lost ${lastNode}. Going elsewhere…`;
    return { tone: lastNode === undefined ? 'quiet' : 'warn', text: text + waiting(session) };
  }
  const turn = session.conversation.activeTurn;
  if (turn !== undefined && isRecovering(turn)) {
    return { tone: 'warn', text: `${turn.runner ?? 'The runner'} was lost. Another node is taking over…` };
  }
  return notice ?? usual(session.conversation, seat);
}

function usual(conversation: Conversation, seat: string): Situation {
  const turn = conversation.activeTurn;
  if (turn === undefined) return ended(conversation, seat);
  switch (turn.status) {
    case 'awaiting_approval': {
      const yours = conversation.approvals.some((call) => call.turn === turn.id && mayDecide(call, seat));
      return yours ? { tone: 'ask', text: 'The agent waits for your decision' } : { tone: 'busy', text: 'Waiting for somebody else to decide' };
    }
    case 'awaiting_tool': {
      const by = conversation.toolCalls.find((call) => call.turn === turn.id && call.claim !== undefined && call.state === 'requested')?.claim?.by;
      if (by === undefined) return { tone: 'ask', text: 'The agent waits for one of you' };
      return by === seat ? { tone: 'ask', text: 'The agent waits for you' } : { tone: 'busy', text: `${by}'s tab is on it` };
    }
    case 'awaiting_input':
      return { tone: 'ask', text: 'The agent waits for an answer' };
    case 'in_progress': {
      const tool = conversation.toolCalls.find((call) => call.state === 'started' && call.turn === turn.id);
      const where = turn.runner === undefined ? '' : ` on ${turn.runner}`;
      return { tone: 'busy', text: tool === undefined ? `The agent is writing${where}` : `Running ${tool.name}${where}` };
    }
    default:
      return { tone: 'busy', text: 'The turn is about to start' };
  }
}

function ended(conversation: Conversation, seat: string): Situation {
  // What was taken back before it ran is not what ended last.
  const turn = conversation.turns.findLast((each) => each.runEpoch > 0);
  switch (turn?.status) {
    case 'failed':
      return { tone: 'warn', text: `The turn failed${turn.reason === undefined ? '' : `: ${turn.reason}`}` };
    case 'expired':
      return { tone: 'warn', text: 'The turn expired' };
    case 'cancelled':
      return { tone: 'quiet', text: `The turn was cancelled by ${calledWithin(turn.by, seat)}` };
    default:
      return { tone: 'quiet', text: 'Ready' };
  }
}

function failure({ error }: Session): string {
  switch (error?.code) {
    case 'session_deleted':
      return 'This session was deleted. Nothing more will come.';
    case 'session_not_found':
      return 'There is no such session any more.';
    default:
      return error?.message ?? 'The session cannot be followed.';
  }
}

function waiting(session: Session): string {
  return session.pending === 0 ? '' : ` ${session.pending === 1 ? 'One message waits' : `${session.pending} messages wait`} to be sent.`;
}
