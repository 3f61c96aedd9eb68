import { createHash } from 'node:crypto';
import type { Clock } from '../../src/clock.js';
import type { CallStep, FakeTerms } from './script.js';

/** A tool call of the fake agent. */
export interface Call {
  readonly callId: string;
  readonly turn: string;
  readonly name: string;
  readonly askedBy: string;
  readonly step: CallStep;
  arguments: unknown;
  state: 'awaiting_approval' | 'ready' | 'started' | 'in_doubt' | 'settled';
  decision?: { readonly decidedBy: string; readonly decision: string; readonly at: string };
  votes: { by: string; at: string }[];
  delegates: string[];
  escalated: boolean;
  claim?: { readonly claimant: string; readonly by: string };
  claims: number;
  /** What it brought. */
  result?: unknown;
  /** How it ended. */
  outcome?: { readonly status: string; readonly error?: unknown };
  callOffLease: () => void;
}

type Frame = Readonly<Record<string, unknown>>;

/** What becomes of a command: a refusal, or undefined when it was done. */
export type Refusal = { readonly code: string; readonly [detail: string]: unknown } | undefined;

/** What calls need of their session. */
export interface CallSurroundings {
  readonly clock: Clock;
  append(event: Record<string, unknown> & { type: string }): void;
  /** It may run, or was handed to the tabs. */
  ready(call: Call): void;
  /** It is over: the turn goes on. */
  over(call: Call): void;
}

/** The calls of a fake session: approvals, claims and grants by the rules of the real one, as far as clients see them. */
export class FakeCalls {
  readonly all = new Map<string, Call>();
  readonly grants = new Map<string, { tool: string; by: string; at: string }>();
  leaseMs = 15_000;
  readonly #env: CallSurroundings;
  #grants = 0;

  constructor(env: CallSurroundings) {
    this.#env = env;
  }

  make(turn: string, askedBy: string, step: CallStep): void {
    const callId = `k${this.all.size + 1}`;
    const executor = step.executor ?? 'server';
    const call: Call = { callId, turn, name: step.call, askedBy, step, arguments: step.args, state: 'ready', votes: [], delegates: [], escalated: false, claims: 0, callOffLease: () => undefined };
    this.all.set(callId, call);
    const target = step.target === undefined ? {} : { target: step.target };
    this.#env.append({ type: 'tool_call', turn, callId, name: step.call, arguments: step.args, executor, approval: step.approval ? 'required' : 'none', ...target });
    const terms = termsOf(step);
    if (terms === undefined) return this.#env.ready(call);
    call.state = 'awaiting_approval';
    this.#env.append({ type: 'approval', turn, callId, name: step.call, arguments: step.args, argumentsHash: hashOf(call.arguments), askedBy, needed: 1, onExpiry: 'fail', ...terms, deadline: this.#at(300_000), at: this.#at() });
    const grant = [...this.grants].find(([, { tool }]) => tool === call.name);
    if (grant !== undefined) return this.#resolve(call, true, grant[1].by, undefined, grant[0]);
    this.#env.ready(call);
  }

  /** Those of a turn, oldest first. */
  of(turn: string): readonly Call[] {
    return [...this.all.values()].filter((call) => call.turn === turn);
  }

  /** Others are asked as well, as time would do it. */
  escalate(callId: string, to: readonly string[]): void {
    (this.all.get(callId) as Call).escalated = true;
    this.#env.append({ type: 'approval_escalated', callId, to });
  }

  /** The runner was lost while it ran. */
  doubt(callId: string): void {
    (this.all.get(callId) as Call).state = 'in_doubt';
    this.#env.append({ type: 'tool_doubted', callId, deadline: this.#at(300_000) });
  }

  finish(call: Call, status: string, more: Record<string, unknown>): void {
    if (call.state === 'settled') return;
    call.state = 'settled';
    call.result = more['result'];
    call.outcome = { status, ...(more['error'] === undefined ? {} : { error: more['error'] }) };
    call.callOffLease();
    this.#env.append({ type: 'tool_result', callId: call.callId, status, ...more });
  }

  /** The turn ends without them. */
  cancel(turn: string, by: string): void {
    for (const call of this.all.values()) {
      if (call.turn !== turn || call.state === 'settled') continue;
      if (call.state === 'awaiting_approval') this.#env.append({ type: 'approval_resolved', callId: call.callId, decision: 'cancelled', by, at: this.#at() });
      this.finish(call, 'cancelled', { by });
    }
  }

  command(frame: Frame, actor: string): Refusal {
    if (frame['type'] === 'revoke_grant') return this.#revoke(String(frame['grant']), actor);
    const calls = ((frame['callIds'] as string[] | undefined) ?? [String(frame['callId'])]).map((id) => this.all.get(id));
    const call = calls[0];
    if (call === undefined || calls.includes(undefined)) return { code: 'call_not_found' };
    switch (frame['type']) {
      case 'approve':
      case 'reject': {
        const refused = calls.map((each) => this.#mayDecide(each as Call, frame, actor)).find((each) => each !== undefined);
        if (refused === undefined) for (const each of calls) this.#decide(each as Call, frame, actor);
        return refused;
      }
      case 'delegate':
        call.delegates.push(String(frame['to']));
        return this.#env.append({ type: 'approval_delegated', callId: call.callId, by: actor, to: frame['to'] }) as undefined;
      case 'tool_claim':
        return this.#claim(call, frame, actor);
      case 'tool_heartbeat':
        return this.#held(call, frame) ?? this.#lease(call);
      case 'tool_release':
        return this.#held(call, frame) ?? this.#release(call, 'released');
      case 'tool_result':
        return this.#result(call, frame, actor);
      default:
        return this.#settle(call, frame, actor);
    }
  }

  rows(): { approvals: unknown[]; toolCalls: unknown[]; grants: unknown[] } {
    const head = (call: Call) => ({ turn: call.turn, callId: call.callId, name: call.name, arguments: call.arguments });
    const all = [...this.all.values()];
    const pending = all.filter((call) => call.state === 'awaiting_approval');
    return {
      approvals: pending.map((call) => ({
        ...head(call),
        argumentsHash: hashOf(call.arguments),
        askedBy: call.askedBy,
        needed: 1,
        ...termsOf(call.step),
        votes: call.votes,
        ...(call.delegates.length === 0 ? {} : { delegates: call.delegates }),
        ...(call.escalated ? { escalated: true, escalatedTo: ['role:boss'] } : {}),
        deadline: this.#at(300_000),
      })),
      toolCalls: all.map((call) => ({
        ...head(call),
        executor: call.step.executor ?? 'server',
        approval: call.step.approval ? 'required' : 'none',
        status: call.state,
        ...call.outcome,
        ...call.decision,
        ...(call.step.target === undefined ? {} : { target: call.step.target }),
        ...(call.claim === undefined ? {} : { claimedBy: call.claim.by, claimant: call.claim.claimant, claim: call.claims }),
        ...(call.state === 'settled' ? { by: 'somebody' } : { deadline: this.#at(300_000) }),
      })),
      grants: [...this.grants].map(([grant, rest]) => ({ grant, ...rest })),
    };
  }

  #mayDecide(call: Call, frame: Frame, actor: string): Refusal {
    if (call.decision !== undefined) return { code: 'already_decided', ...call.decision };
    if (call.state !== 'awaiting_approval') return { code: 'wrong_state' };
    if (termsOf(call.step)?.separateDuty === true && actor === call.askedBy) return { code: 'not_an_approver' };
    if (frame['arguments'] !== undefined && call.step.accepts?.(frame['arguments']) === false) {
      return { code: 'bad_arguments', message: 'tag: does not match the pattern of the tool' };
    }
    const [about, hash] = [frame['argumentsHash'], hashOf(call.arguments)];
    if (about !== undefined && about !== hash) return { code: 'arguments_changed', argumentsHash: hash };
    const again = frame['type'] === 'approve' && frame['arguments'] === undefined && call.votes.some((vote) => vote.by === actor);
    return again ? { code: 'already_voted' } : undefined;
  }

  #decide(call: Call, frame: Frame, actor: string): void {
    if (frame['type'] === 'reject') return this.#resolve(call, false, actor, frame['reason']);
    if (frame['arguments'] !== undefined) {
      const originalHash = hashOf(call.arguments);
      call.arguments = frame['arguments'];
      call.votes = [];
      this.#env.append({ type: 'approval_edited', callId: call.callId, by: actor, arguments: call.arguments, argumentsHash: hashOf(call.arguments), originalHash, at: this.#at() });
    }
    const needed = termsOf(call.step)?.needed ?? 1;
    if (call.votes.length + 1 < needed) {
      call.votes.push({ by: actor, at: this.#at() });
      this.#env.append({ type: 'approval_vote', callId: call.callId, by: actor, approvals: call.votes.length, needed, at: this.#at() });
      return;
    }
    this.#resolve(call, true, actor, frame['reason']);
    if (frame['remember'] !== 'session') return;
    const grant = `g${++this.#grants}`;
    this.grants.set(grant, { tool: call.name, by: actor, at: this.#at() });
    this.#env.append({ type: 'grant', grant, tool: call.name, by: actor, at: this.#at() });
  }

  #resolve(call: Call, approved: boolean, by: string, reason: unknown, grant?: string): void {
    const decision = approved ? 'approved' : 'rejected';
    call.decision = { decidedBy: by, decision, at: this.#at() };
    this.#env.append({ type: 'approval_resolved', callId: call.callId, decision, by, reason, at: this.#at(), ...(grant === undefined ? {} : { grant }) });
    if (approved) {
      call.state = 'ready';
      return this.#env.ready(call);
    }
    this.finish(call, 'rejected', { error: reason ?? '', by });
    this.#env.over(call);
  }

  #revoke(grant: string, by: string): Refusal {
    if (!this.grants.delete(grant)) return { code: 'grant_not_found' };
    this.#env.append({ type: 'grant_revoked', grant, by });
    return undefined;
  }

  #claim(call: Call, frame: Frame, actor: string): Refusal {
    if (call.state === 'settled') return { code: 'already_decided', decision: 'settled' };
    if (call.step.executor !== 'client' || call.state !== 'ready') return { code: 'wrong_state' };
    if (call.claim !== undefined) return call.claim.claimant === frame['claimant'] ? undefined : claimed(call);
    const { user, device } = call.step.target ?? {};
    if ((user !== undefined && user !== actor) || (device !== undefined && device !== frame['device'])) return { code: 'not_targeted' };
    const claimant = String(frame['claimant']);
    call.claim = { claimant, by: actor };
    call.claims += 1;
    this.#env.append({ type: 'tool_claimed', callId: call.callId, by: actor, claimant, claim: call.claims, deadline: this.#at(this.leaseMs) });
    return this.#lease(call);
  }

  #held(call: Call, frame: Frame): Refusal {
    if (call.state === 'settled') return { code: 'already_decided', decision: 'settled' };
    if (call.claim === undefined) return { code: 'not_claimed' };
    return call.claim.claimant === frame['claimant'] ? undefined : claimed(call);
  }

  #lease(call: Call): undefined {
    call.callOffLease();
    call.callOffLease = this.#env.clock.after(this.leaseMs, () => this.#release(call, 'expired'));
  }

  #release(call: Call, reason: string): undefined {
    call.callOffLease();
    delete call.claim;
    this.#env.append({ type: 'tool_released', callId: call.callId, claim: call.claims, reason });
  }

  #result(call: Call, frame: Frame, by: string): Refusal {
    if (call.state === 'settled') return { code: 'already_decided', decision: 'settled' };
    if (call.claim !== undefined && call.claim.claimant !== frame['claimant']) return claimed(call);
    if (frame['error'] === undefined) this.finish(call, 'ok', { result: frame['result'], by });
    else this.finish(call, 'error', { error: frame['error'], by });
    this.#env.over(call);
    return undefined;
  }

  #settle(call: Call, frame: Frame, by: string): Refusal {
    if (call.state !== 'in_doubt') return { code: 'wrong_state' };
    if (frame['outcome'] === 'retry') {
      call.state = 'ready';
      this.#env.append({ type: 'tool_retried', callId: call.callId, by });
      this.#env.ready(call);
      return undefined;
    }
    this.finish(call, String(frame['outcome']), { by, ...(frame['outcome'] === 'ok' ? { result: frame['result'] ?? null } : { error: frame['error'] ?? '' }) });
    this.#env.over(call);
    return undefined;
  }

  #at(laterMs = 0): string {
    return new Date(1_750_000_000_000 + this.#env.clock.now() + laterMs).toISOString();
  }
}

function claimed(call: Call): Refusal {
  return { code: 'already_claimed', claimedBy: call.claim?.by, claimant: call.claim?.claimant };
}

/** What a decision about these arguments binds to. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function termsOf({ approval }: CallStep): FakeTerms | undefined {
  return approval === true ? {} : approval === false ? undefined : approval;
}
