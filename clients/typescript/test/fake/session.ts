import type { Clock } from '../../src/clock.js';
import { FakePresence } from './presence.js';
import type { ScriptStep } from './script.js';
import { scriptFor, tokensOf } from './script.js';

export type Event = Record<string, unknown> & { type: string; seq: number };
type Answer = Record<string, unknown> & { type: string };

interface Call {
  callId: string;
  turn: string;
  name: string;
  arguments: unknown;
  executor: string;
  state: 'pending' | 'approved' | 'closed';
  decision?: Record<string, unknown>;
}

interface TurnState {
  id: string;
  status: string;
  runEpoch: number;
  runner: string | undefined;
  input: string;
  steps: ScriptStep[];
  tokens: string[];
  message: string | undefined;
  steers: string[];
  callOff: () => void;
}

const TERMINAL = new Set(['completed', 'failed', 'cancelled', 'expired']);

/** A session of the fake mesh: the durable log that all nodes share, and the scripted agent. */
export class FakeSession {
  readonly id: string;
  readonly log: Event[] = [];
  readonly listeners = new Set<() => void>();
  readonly signals = new Set<(signal: Answer) => void>();
  readonly executed: string[] = [];
  readonly presence: FakePresence;
  history = 'h1';
  tokenMs = 10;
  /** Answers to hold back, or codes to answer with, for the next commands; for fault tests. */
  refuseNext: { code: string; retryable: boolean; retryAfterMs?: number }[] = [];
  /** Clients whose numbers the session does not remember any more. */
  readonly forgotten = new Set<string>();
  readonly #clock: Clock;
  readonly #pickRunner: () => string | undefined;
  readonly #answers = new Map<string, { body: string; answer: Answer }>();
  readonly #turns: TurnState[] = [];
  readonly #calls = new Map<string, Call>();
  #clients = 0;
  #messages = 0;
  #inputs = 0;

  constructor(id: string, clock: Clock, pickRunner: () => string | undefined) {
    this.id = id;
    this.presence = new FakePresence(id);
    this.#clock = clock;
    this.#pickRunner = pickRunner;
  }

  get head(): number {
    return this.log.length;
  }

  newClient(): string {
    return `c${++this.#clients}-${this.id}`;
  }

  append(event: Record<string, unknown> & { type: string }): void {
    this.log.push({ session: this.id, ...event, seq: this.head + 1 });
    for (const listener of [...this.listeners]) listener();
  }

  command(frame: Record<string, unknown>, actor: string): Answer {
    const id = String(frame['id'] ?? `anon-${this.head}-${this.#answers.size}`);
    const body = JSON.stringify({ ...frame, id: undefined });
    if (this.forgotten.has(id.slice(0, id.lastIndexOf(':')))) return this.#error(id, 'id_expired');
    const known = this.#answers.get(id);
    if (known !== undefined) {
      if (known.body !== body) return this.#error(id, 'id_conflict');
      return { ...known.answer, duplicate: true };
    }
    const refusal = this.refuseNext.shift();
    if (refusal !== undefined) return { ...this.#error(id, refusal.code), ...refusal };
    const before = this.head;
    const problem = this.#decide(frame, id, actor);
    const answer = problem ?? { type: 'ack', id, session: this.id, seq: this.head > before ? before + 1 : 0 };
    this.#answers.set(id, { body, answer });
    if (problem === undefined) this.executed.push(id);
    return answer;
  }

  /** The node is gone: its turns show `recovering` at once and go on elsewhere after `takeoverMs`. */
  runnerLost(node: string, takeoverMs: number): void {
    for (const turn of this.#turns.filter((each) => each.runner === node && !TERMINAL.has(each.status))) {
      turn.callOff();
      for (const signal of [...this.signals]) {
        signal({ type: 'agent_status', session: this.id, turn: turn.id, status: 'recovering' });
      }
      turn.callOff = this.#clock.after(takeoverMs, () => this.#takeOver(turn));
    }
  }

  snapshot(): { control: Record<string, unknown>; messages: Answer[] } {
    const messages: (Answer & { text: string })[] = [];
    let running: unknown;
    for (const event of this.log) {
      if (event.type === 'input') {
        messages.push({ ...pick(event, 'messageId', 'turn', 'text'), role: 'user', status: 'complete' } as never);
      } else if (event.type === 'token') {
        const known = messages.find((each) => each['messageId'] === event['messageId']);
        if (known !== undefined) known.text += event['text'] as string;
        else messages.push({ ...pick(event, 'messageId', 'text'), role: 'assistant', turn: running } as never);
      } else if (event.type === 'agent_status') {
        running = event['turn'];
      }
    }
    const streaming = this.#turns.find((turn) => !TERMINAL.has(turn.status))?.message;
    const frames = messages.map((message) => ({
      ...message,
      type: 'message',
      session: this.id,
      status: message['messageId'] === streaming ? 'streaming' : 'complete',
    }));
    const calls = [...this.#calls.values()];
    return {
      messages: frames,
      control: {
        seq: this.head,
        messages: frames.length,
        turns: this.#turns.map(({ id, status, runEpoch, runner, input }) => ({ id, status, runEpoch, runner, input })),
        approvals: calls.filter((call) => call.state === 'pending').map((call) => pick(call as never, 'callId', 'turn', 'name', 'arguments')),
        toolCalls: calls.map((call) => ({
          ...pick(call as never, 'callId', 'turn', 'name', 'arguments', 'executor'),
          status: call.state === 'closed' ? 'ok' : call.state === 'pending' ? 'awaiting_approval' : 'started',
          ...call.decision,
        })),
      },
    };
  }

  stop(): void {
    for (const turn of this.#turns) turn.callOff();
  }

  #decide(frame: Record<string, unknown>, id: string, actor: string): Answer | undefined {
    const active = this.#turns.find((turn) => !TERMINAL.has(turn.status));
    switch (frame['type']) {
      case 'input':
        return this.#input(String(frame['text']), id, actor, active);
      case 'approve':
      case 'reject':
        return this.#resolve(frame, id, actor);
      case 'tool_result':
        return this.#toolResult(frame, id, actor);
      case 'cancel':
        if (active === undefined) return this.#error(id, 'turn_not_found');
        active.callOff();
        for (const call of this.#calls.values()) {
          if (call.state !== 'pending') continue;
          call.state = 'closed';
          this.append({ type: 'approval_resolved', callId: call.callId, decision: 'cancelled', by: actor });
        }
        active.status = 'cancelled';
        this.append({ type: 'agent_status', turn: active.id, status: 'cancelled', runEpoch: active.runEpoch, by: actor });
        return this.#next();
      case 'steer': {
        if (active === undefined) return this.#error(id, 'turn_not_found');
        const steerId = `s${this.head}`;
        this.append({ type: 'steer', turn: active.id, steerId, instruction: frame['instruction'], actor });
        active.steers.push(steerId);
        return undefined;
      }
      default:
        return this.#error(id, 'unknown_type');
    }
  }

  #input(text: string, id: string, actor: string, active: TurnState | undefined): undefined {
    const turn: TurnState = {
      id: `t${this.#turns.length + 1}`,
      status: 'received',
      runEpoch: 0,
      runner: undefined,
      input: id,
      steps: [...scriptFor(text)],
      tokens: [],
      message: undefined,
      steers: [],
      callOff: () => undefined,
    };
    this.#turns.push(turn);
    const at = new Date(1_750_000_000_000 + this.#clock.now()).toISOString();
    this.append({ type: 'input', id, messageId: `u${++this.#inputs}`, turn: turn.id, text, actor, at });
    this.append({ type: 'turn', turn: turn.id, status: 'received', input: id });
    if (active === undefined) this.#start(turn);
    return undefined;
  }

  #start(turn: TurnState): void {
    turn.runner = this.#pickRunner();
    turn.runEpoch = 1;
    this.#status(turn, 'in_progress', { runner: turn.runner });
    this.#soon(turn);
  }

  #takeOver(turn: TurnState): void {
    turn.runner = this.#pickRunner();
    if (turn.runner === undefined) {
      turn.callOff = this.#clock.after(100, () => this.#takeOver(turn));
      return;
    }
    turn.runEpoch += 1;
    const status = turn.status === 'awaiting_approval' || turn.status === 'awaiting_tool' ? turn.status : 'in_progress';
    this.#status(turn, status, { runner: turn.runner, takeover: true });
    if (status === 'in_progress') this.#soon(turn);
  }

  #soon(turn: TurnState): void {
    turn.callOff = this.#clock.after(this.tokenMs, () => this.#work(turn));
  }

  #work(turn: TurnState): void {
    for (const steerId of turn.steers.splice(0)) this.append({ type: 'steer_resolved', turn: turn.id, steerId, consumed: true });
    const token = turn.tokens.shift();
    if (token !== undefined) {
      turn.message ??= `m${++this.#messages}`;
      this.append({ type: 'token', messageId: turn.message, text: token });
      return this.#soon(turn);
    }
    const step = turn.steps.shift();
    if (step === undefined) {
      this.#status(turn, 'completed', {});
      this.#next();
      return;
    }
    turn.message = undefined;
    if ('say' in step) turn.tokens = [...tokensOf(step.say)];
    else if ('call' in step) return this.#call(turn, step);
    this.#soon(turn);
  }

  #call(turn: TurnState, step: Extract<ScriptStep, { call: string }>): void {
    const callId = `k${this.#calls.size + 1}`;
    const executor = step.executor ?? 'server';
    const call: Call = { callId, turn: turn.id, name: step.call, arguments: step.args, executor, state: 'approved' };
    this.#calls.set(callId, call);
    const approval = step.approval ? 'required' : 'none';
    this.append({ type: 'tool_call', turn: turn.id, callId, name: step.call, arguments: step.args, executor, approval });
    if (step.approval) {
      call.state = 'pending';
      const deadline = new Date(1_750_000_300_000 + this.#clock.now()).toISOString();
      this.append({ type: 'approval', turn: turn.id, callId, name: step.call, arguments: step.args, deadline });
      return this.#status(turn, 'awaiting_approval', {});
    }
    if (step.executor === 'client') return this.#status(turn, 'awaiting_tool', {});
    this.#execute(turn, callId, step.result);
  }

  #execute(turn: TurnState, callId: string, result: unknown): void {
    this.append({ type: 'tool_started', callId });
    turn.callOff = this.#clock.after(this.tokenMs * 20, () => {
      const call = this.#calls.get(callId);
      if (call !== undefined) call.state = 'closed';
      this.append({ type: 'tool_result', callId, status: 'ok', result });
      this.#soon(turn);
    });
  }

  #resolve(frame: Record<string, unknown>, id: string, actor: string): Answer | undefined {
    const call = this.#calls.get(String(frame['callId']));
    if (call === undefined) return this.#error(id, 'call_not_found');
    if (call.decision !== undefined) return { ...this.#error(id, 'already_decided'), ...call.decision };
    if (call.state !== 'pending') return this.#error(id, 'wrong_state');
    const decision = frame['type'] === 'approve' ? 'approved' : 'rejected';
    const at = new Date(1_750_000_000_000 + this.#clock.now()).toISOString();
    call.decision = { decidedBy: actor, decision, at };
    call.state = decision === 'approved' ? 'approved' : 'closed';
    const turn = this.#turns.find((each) => each.id === call.turn) as TurnState;
    this.append({ type: 'approval_resolved', callId: call.callId, decision, by: actor, reason: frame['reason'], at });
    this.#status(turn, 'in_progress', {});
    if (decision === 'approved') {
      this.#execute(turn, call.callId, { done: true });
    } else {
      this.append({ type: 'tool_result', callId: call.callId, status: 'rejected', error: frame['reason'] ?? 'rejected' });
      turn.steps = [{ say: 'Then I will leave it as it is.' }];
      this.#soon(turn);
    }
    return undefined;
  }

  #toolResult(frame: Record<string, unknown>, id: string, actor: string): Answer | undefined {
    const call = this.#calls.get(String(frame['callId']));
    if (call === undefined) return this.#error(id, 'call_not_found');
    if (call.state === 'closed') return this.#error(id, 'already_decided');
    call.state = 'closed';
    const turn = this.#turns.find((each) => each.id === call.turn) as TurnState;
    this.append({ type: 'tool_result', callId: call.callId, status: 'ok', result: frame['result'], by: actor });
    this.#status(turn, 'in_progress', {});
    this.#soon(turn);
    return undefined;
  }

  #next(): undefined {
    const waiting = this.#turns.find((turn) => turn.status === 'received');
    if (waiting !== undefined) this.#start(waiting);
  }

  #status(turn: TurnState, status: string, more: Record<string, unknown>): void {
    turn.status = status;
    this.append({ type: 'agent_status', turn: turn.id, status, runEpoch: turn.runEpoch, ...more });
  }

  #error(id: string, code: string): Answer {
    return { type: 'error', id, session: this.id, code, message: `refused: ${code}`, retryable: false };
  }
}

function pick(from: Record<string, unknown>, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]));
}
