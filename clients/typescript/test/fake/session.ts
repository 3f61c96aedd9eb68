import type { Clock } from '../../src/clock.js';
import { FakePresence } from './presence.js';
import type { Call } from './calls.js';
import { FakeCalls } from './calls.js';
import type { ScriptStep } from './script.js';
import { scriptFor, tokensOf } from './script.js';

export type Event = Record<string, unknown> & { type: string; seq: number };
type Answer = Record<string, unknown> & { type: string };

interface TurnState {
  id: string;
  status: string;
  runEpoch: number;
  runner: string | undefined;
  input: string;
  by: string;
  words: string;
  /** The turn that it follows. */
  parent: string;
  retracted: boolean;
  /** Runs of the model so far. */
  runs: number;
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
  /** The turn that what is said next follows. */
  #leaf = '';
  readonly calls: FakeCalls;
  #clients = 0;
  #messages = 0;
  #inputs = 0;

  constructor(id: string, clock: Clock, pickRunner: () => string | undefined) {
    this.id = id;
    this.presence = new FakePresence(id);
    this.#clock = clock;
    this.#pickRunner = pickRunner;
    this.calls = new FakeCalls({
      clock,
      append: (event) => this.append(event),
      ready: (call) => this.#ready(call),
      over: (call) => this.#goOn(this.#turnOf(call)),
    });
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
    const path = this.#path();
    const byTurn = new Map<string, (Answer & { text: string })[]>();
    let running = '';
    const of = (turn: string) => byTurn.get(turn) ?? byTurn.set(turn, []).get(turn) as (Answer & { text: string })[];
    for (const event of this.log) {
      if (event.type === 'input') {
        of(String(event['turn'])).push({ ...pick(event, 'messageId', 'turn', 'text', 'actor', 'at'), role: 'user', state: this.#stateOf(String(event['turn'])) } as never);
      } else if (event.type === 'turn' && event['regenerates'] === true) {
        of(String(event['turn'])).push(...of(String(event['replaces'])).filter((each) => each['role'] === 'user'));
      } else if (event.type === 'token') {
        const known = of(running).find((each) => each['messageId'] === event['messageId']);
        if (known !== undefined) known.text += event['text'] as string;
        else of(running).push({ ...pick(event, 'messageId', 'text'), role: 'assistant', turn: running || undefined } as never);
      } else if (event.type === 'agent_status') {
        running = String(event['turn']);
      }
    }
    const streaming = this.#turns.find((turn) => !TERMINAL.has(turn.status))?.message;
    const frames = ['', ...path.map((turn) => turn.id)].flatMap(of).map((message) => ({
      ...message,
      type: 'message',
      session: this.id,
      status: message['messageId'] === streaming ? 'streaming' : 'complete',
    }));
    const branches = path
      .map((turn) => ({ turn: turn.id, beside: this.#turns.filter((each) => each.parent === turn.parent && !each.retracted).map((each) => each.id) }))
      .filter(({ beside }) => beside.length > 1);
    return {
      messages: frames,
      control: {
        seq: this.head,
        messages: frames.length,
        turns: this.#turns.map(({ id, status, runEpoch, runner, input, by }) => ({ id, status, runEpoch, runner, input, by })),
        ...this.calls.rows(),
        branches,
      },
    };
  }

  stop(): void {
    for (const turn of this.#turns) turn.callOff();
  }

  #decide(frame: Record<string, unknown>, id: string, actor: string): Answer | undefined {
    const active = this.#turns.find((turn) => !TERMINAL.has(turn.status) && turn.status !== 'received');
    const named = this.#turns.find((turn) => turn.id === frame['turn']);
    switch (frame['type']) {
      case 'input':
        return this.#input(String(frame['text']), String(frame['policy'] ?? 'enqueue'), id, actor, active);
      case 'edit':
      case 'regenerate':
        if (named === undefined) return this.#error(id, 'turn_not_found');
        if (active !== undefined) this.#end(active, actor, 'interrupted');
        return this.#ask(String(frame['text'] ?? named.words), id, actor, named, frame['type'] === 'regenerate');
      case 'select_branch':
        if (named === undefined) return this.#error(id, 'turn_not_found');
        if (active !== undefined) return this.#error(id, 'turn_active');
        this.#leaf = this.#turns.findLast((turn) => this.#path(turn.id).includes(named) && !turn.retracted)?.id ?? named.id;
        return this.append({ type: 'branch_selected', turn: named.id, by: actor }) as undefined;
      case 'withdraw':
        if (named === undefined) return this.#error(id, 'turn_not_found');
        if (named.status !== 'received') return this.#error(id, 'too_late');
        return this.#retract(named, actor, 'withdrawn');
      case 'reorder':
        return this.#reorder(String(frame['turn']), frame['before'] as string | undefined, id, actor);
      case 'cancel': {
        const turn = named ?? active;
        if (turn === undefined || TERMINAL.has(turn.status)) return this.#error(id, this.#turns.length > 0 ? 'too_late' : 'turn_not_found');
        this.#end(turn, actor, undefined);
        return this.#next();
      }
      case 'steer':
        if (active === undefined) return this.#error(id, 'turn_not_found');
        return this.#steer(active, String(frame['instruction']), actor, undefined);
      case 'presence':
        return this.#error(id, 'unknown_type');
      default: {
        const refused = this.calls.command(frame, actor);
        return refused === undefined ? undefined : { ...this.#error(id, refused.code), ...refused };
      }
    }
  }

  #input(text: string, policy: string, id: string, actor: string, active: TurnState | undefined): Answer | undefined {
    const queue = this.#turns.filter((turn) => turn.status === 'received');
    if (active !== undefined && policy === 'reject') return this.#error(id, 'turn_active');
    if (active !== undefined && policy === 'steer') return this.#steer(active, text, actor, id);
    const last = queue.at(-1);
    if (policy === 'merge' && last !== undefined) return this.#say(last, text, id, actor);
    if (policy === 'latest' || policy === 'rollback') for (const turn of queue) this.#retract(turn, actor, 'replaced');
    if (active !== undefined && policy === 'rollback') this.#retract(active, actor, 'rolled_back');
    if (policy === 'interrupt') for (const turn of [...queue, ...(active === undefined ? [] : [active])]) this.#end(turn, actor, 'interrupted');
    return this.#ask(text, id, actor, undefined, false);
  }

  #ask(words: string, id: string, by: string, replaces: TurnState | undefined, regenerates: boolean): undefined {
    const turn: TurnState = {
      id: `t${this.#turns.length + 1}`,
      status: 'received',
      runEpoch: 0,
      runner: undefined,
      input: id,
      by,
      words,
      parent: replaces?.parent ?? this.#leaf,
      retracted: false,
      runs: 0,
      steps: [...scriptFor(words)],
      tokens: [],
      message: undefined,
      steers: [],
      callOff: () => undefined,
    };
    this.#turns.push(turn);
    this.#leaf = turn.id;
    if (!regenerates) this.#say(turn, words, id, by);
    this.append({ type: 'turn', turn: turn.id, status: 'received', input: id, by, ...(replaces === undefined ? {} : { replaces: replaces.id }), ...(regenerates ? { regenerates } : {}) });
    if (!this.#turns.some((each) => !TERMINAL.has(each.status) && each.status !== 'received')) this.#start(turn);
    return undefined;
  }

  #say(turn: TurnState, text: string, id: string, actor: string): undefined {
    const at = new Date(1_750_000_000_000 + this.#clock.now()).toISOString();
    this.append({ type: 'input', id, messageId: `u${++this.#inputs}`, turn: turn.id, text, actor, at });
  }

  #steer(turn: TurnState, instruction: string, actor: string, input: string | undefined): undefined {
    const steerId = `s${this.head}`;
    this.append({ type: 'steer', turn: turn.id, steerId, instruction, actor, ...(input === undefined ? {} : { input }) });
    turn.steers.push(steerId);
  }

  #reorder(turn: string, before: string | undefined, id: string, by: string): Answer | undefined {
    const queue = this.#turns.filter((each) => each.status === 'received');
    const moved = queue.find((each) => each.id === turn);
    const rest = queue.filter((each) => each !== moved);
    const place = before === undefined ? rest.length : rest.findIndex((each) => each.id === before);
    if (moved === undefined || place < 0) return this.#error(id, 'too_late');
    const order = [...rest.slice(0, place), moved, ...rest.slice(place)];
    let parent = queue[0]?.parent ?? '';
    for (const each of order) {
      each.parent = parent;
      parent = each.id;
    }
    this.#leaf = parent;
    const running = this.#turns.filter((each) => !queue.includes(each));
    this.#turns.splice(0, this.#turns.length, ...running, ...order);
    this.append({ type: 'queue', turns: order.map((each) => each.id), by });
    return undefined;
  }

  #retract(turn: TurnState, by: string, reason: string): undefined {
    this.#end(turn, by, reason);
    turn.retracted = true;
    this.append({ type: 'turn_retracted', turn: turn.id, by });
  }

  #end(turn: TurnState, by: string, reason: string | undefined): void {
    turn.callOff();
    this.calls.cancel(turn.id, by);
    for (const steerId of turn.steers.splice(0)) this.append({ type: 'steer_resolved', turn: turn.id, steerId, consumed: false });
    this.#status(turn, 'cancelled', { by, ...(reason === undefined ? {} : { reason }) });
  }

  #path(to = this.#leaf): TurnState[] {
    const path: TurnState[] = [];
    for (let turn = this.#turns.find((each) => each.id === to); turn !== undefined; ) {
      if (!turn.retracted) path.unshift(turn);
      const { parent } = turn;
      turn = this.#turns.find((each) => each.id === parent);
    }
    return path;
  }

  #stateOf(id: string): string {
    const status = this.#turns.find((turn) => turn.id === id)?.status ?? '';
    return status === 'received' ? 'queued' : TERMINAL.has(status) ? 'processed' : 'processing';
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
    for (const steerId of turn.steers.splice(0)) this.append({ type: 'steer_resolved', turn: turn.id, steerId, consumed: true, step: turn.runs + 1 });
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
    if ('say' in step) turn.tokens = [...tokensOf(typeof step.say === 'string' ? step.say : step.say(this.calls.of(turn.id)))];
    else if ('call' in step) return this.calls.make(turn.id, turn.by, step);
    this.#soon(turn);
  }

  #ready(call: Call): void {
    const turn = this.#turnOf(call);
    if (call.state === 'awaiting_approval') return this.#status(turn, 'awaiting_approval', {});
    if (call.step.executor === 'client') return this.#status(turn, 'awaiting_tool', {});
    if (turn.status !== 'in_progress') this.#status(turn, 'in_progress', {});
    call.state = 'started';
    this.append({ type: 'tool_started', callId: call.callId });
    turn.callOff = this.#clock.after(this.tokenMs * 20, () => {
      if (call.state === 'in_doubt') return;
      this.calls.finish(call, 'ok', { result: call.step.result });
      this.#goOn(turn);
    });
  }

  /** The model hears what came of its call. */
  #goOn(turn: TurnState): void {
    if (turn.status !== 'in_progress') this.#status(turn, 'in_progress', {});
    turn.runs += 1;
    this.append({ type: 'step', turn: turn.id, step: turn.runs });
    const last = [...this.calls.all.values()].findLast((call) => call.turn === turn.id);
    if (last?.decision?.decision === 'rejected') turn.steps = [{ say: 'Then I will leave it as it is.' }];
    this.#soon(turn);
  }

  #turnOf(call: Call): TurnState {
    return this.#turns.find((each) => each.id === call.turn) as TurnState;
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
