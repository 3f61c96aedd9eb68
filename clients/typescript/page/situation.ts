import type { Connection, Conversation, Session, Turn } from '../src/index.js';

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
): Situation {
  if (connection.state === 'offline') return { tone: 'quiet', text: `This tab is offline. The others go on without it.${waiting(session)}` };
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
  return notice ?? usual(session.conversation);
}

function usual(conversation: Conversation): Situation {
  const turn = conversation.activeTurn;
  if (turn === undefined) return ended(conversation);
  switch (turn.status) {
    case 'awaiting_approval':
      return { tone: 'ask', text: 'The agent waits for a decision' };
    case 'awaiting_tool':
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

function ended(conversation: Conversation): Situation {
  const turn = conversation.turns.at(-1);
  switch (turn?.status) {
    case 'failed':
      return { tone: 'warn', text: `The turn failed${turn.reason === undefined ? '' : `: ${turn.reason}`}` };
    case 'expired':
      return { tone: 'warn', text: 'The turn expired' };
    case 'cancelled':
      return { tone: 'quiet', text: 'The turn was cancelled' };
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
