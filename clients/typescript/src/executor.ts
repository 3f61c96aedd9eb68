import type { Claims } from './claims.js';
import type { ToolClaim, ToolHandler } from './commands.js';
import type { Conversation, ToolCall } from './conversation.js';
import { isActive } from './conversation.js';
import { SessionmeshError } from './errors.js';

/** Refusals that mean no more than that the call is not ours to execute. */
const NOT_OURS = new Set(['already_claimed', 'not_claimed', 'not_targeted', 'already_decided', 'too_late', 'wrong_state', 'call_not_found', 'closed']);

/** Executes front-end calls by handlers: each call in one tab, each taken call once. */
export class Executor {
  readonly #claims: Claims;
  readonly #device: string | undefined;
  readonly #failed: (error: SessionmeshError) => void;
  readonly #handlers = new Map<string, ToolHandler>();
  /** By call, how often it had been taken when it was tried here: it is tried again only when it was given back since. */
  readonly #tried = new Map<string, number>();

  /** @param failed told what went wrong beyond a call that is somebody else's */
  constructor(claims: Claims, device: string | undefined, failed: (error: SessionmeshError) => void) {
    this.#claims = claims;
    this.#device = device;
    this.#failed = failed;
  }

  /** @throws SessionmeshError `bad_option` */
  add(name: string, handler: ToolHandler): () => void {
    if (this.#handlers.has(name)) throw new SessionmeshError('bad_option', `${name} has a handler already`);
    this.#handlers.set(name, handler);
    return () => {
      if (this.#handlers.get(name) === handler) this.#handlers.delete(name);
    };
  }

  /** Takes what is offered. To be called only where the conversation is up to date: what is offered in an old log is done long ago. */
  look(conversation: Conversation): void {
    for (const callId of this.#tried.keys()) {
      if (!conversation.toolCalls.some((call) => call.callId === callId && isOpen(call))) this.#tried.delete(callId);
    }
    for (const call of conversation.toolCalls) {
      const handler = this.#handlers.get(call.name);
      if (handler === undefined || !this.#isOffered(call, conversation)) continue;
      this.#tried.set(call.callId, call.claims);
      void this.#execute(call, handler);
    }
  }

  #isOffered(call: ToolCall, conversation: Conversation): boolean {
    if (call.executor !== 'client' || !isOpen(call) || call.claim !== undefined || this.#claims.held(call.callId) !== undefined) return false;
    if (call.needsApproval === true && call.decision !== 'approved') return false;
    if (call.target?.device !== undefined && call.target.device !== this.#device) return false;
    if (conversation.turns.some((turn) => turn.id === call.turn && !isActive(turn.status))) return false;
    return this.#tried.get(call.callId) !== call.claims;
  }

  async #execute(call: ToolCall, handler: ToolHandler): Promise<void> {
    try {
      const claim = await this.#claims.take(call.callId);
      await run(call, handler, claim);
    } catch (error) {
      if (!(error instanceof SessionmeshError)) throw error;
      if (!NOT_OURS.has(error.code)) this.#failed(error);
    }
  }
}

async function run({ callId, name, turn, arguments: args }: ToolCall, handler: ToolHandler, claim: ToolClaim): Promise<void> {
  let outcome: { readonly value: unknown } | { readonly message: string };
  try {
    outcome = { value: await handler(args, { callId, name, turn, signal: claim.signal }) };
  } catch (error) {
    outcome = { message: error instanceof Error ? error.message : String(error) };
  }
  if (claim.signal.aborted) return;
  if ('message' in outcome) return void (await claim.error(outcome.message));
  try {
    await claim.result(outcome.value);
  } catch (error) {
    // Something that is no JSON, or too much of it: the agent has to know, or it would wait for the end of its patience.
    if (error instanceof SessionmeshError && error.code !== 'too_large') throw error;
    await claim.error(`the result can't be handed in: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isOpen(call: ToolCall): boolean {
  return call.state === 'requested';
}
