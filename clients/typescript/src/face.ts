import type { SessionEvents, SessionState, SessionStats } from './api.js';
import { Claims } from './claims.js';
import type { Clock } from './clock.js';
import type {
  Ack,
  ApproveOptions,
  CancelAnswer,
  InputPolicy,
  RedoPolicy,
  SessionCommands,
  Settlement,
  SteerReceipt,
  ToolClaim,
  ToolHandler,
} from './commands.js';
import type { Conversation } from './conversation.js';
import { Emitter } from './emitter.js';
import { SessionmeshError } from './errors.js';
import { Executor } from './executor.js';
import { Receipts } from './receipts.js';

/** A command without its session and id. */
export type Body = Readonly<Record<string, unknown>>;

/** Codes of the client after which nobody knows whether the command took effect, or it was never sent. */
const UNKNOWN_EFFECT = new Set<string>(['closed', 'id_expired', 'too_large']);

/** The side of a session that an application sees: its state, its listeners, its commands. Nothing here knows of links. */
export abstract class SessionFace implements SessionCommands {
  protected readonly emitter = new Emitter<SessionEvents>();
  protected readonly receipts = new Receipts();
  protected readonly claims: Claims;
  protected readonly executor: Executor;
  #state: SessionState = 'interrupted';
  #error: SessionmeshError | undefined;

  /** @param device the class of this device */
  constructor(clock: Clock, device: string | undefined) {
    const send = (body: Body) => this.#command(body);
    this.claims = new Claims({ clock, device, send, client: () => this.client, leaseMs: () => this.leaseMs });
    this.executor = new Executor(this.claims, device, (error) => this.emitter.emit('error', error));
  }

  abstract get stats(): SessionStats;

  abstract get client(): string | undefined;

  abstract get conversation(): Conversation;

  /** Takes a command of a session that is not over, and resolves with its answer. */
  protected abstract submit(body: Body): Promise<Ack>;

  /** How long the session waits for a heartbeat of a claim, in milliseconds. */
  protected abstract get leaseMs(): number;

  /** Executes what is offered to this tab, if it is up to date. */
  protected abstract lookForCalls(): void;

  get state(): SessionState {
    return this.#state;
  }

  get error(): SessionmeshError | undefined {
    return this.#error;
  }

  on<K extends keyof SessionEvents>(name: K, listener: (event: SessionEvents[K]) => void): () => void {
    return this.emitter.on(name, listener);
  }

  whenAttached(): Promise<void> {
    if (this.stats.attachments > 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const check = () => {
        if (this.#state !== 'attached' && !this.over) return;
        stop();
        if (this.over) reject(this.#whyOver());
        else resolve();
      };
      const stop = this.emitter.on('state', check);
      check();
    });
  }

  input(text: string, options: { readonly policy?: InputPolicy } = {}): Promise<Ack> {
    return this.#command({ type: 'input', text, ...given({ policy: options.policy }) });
  }

  edit(turn: string, text: string, options: { readonly policy?: RedoPolicy } = {}): Promise<Ack> {
    return this.#command({ type: 'edit', turn, text, ...given({ policy: options.policy }) });
  }

  regenerate(turn: string, options: { readonly policy?: RedoPolicy } = {}): Promise<Ack> {
    return this.#command({ type: 'regenerate', turn, ...given({ policy: options.policy }) });
  }

  selectBranch(turn: string): Promise<Ack> {
    return this.#command({ type: 'select_branch', turn });
  }

  reorder(turn: string, before?: string): Promise<Ack> {
    return this.#command({ type: 'reorder', turn, ...given({ before }) });
  }

  withdraw(turn: string): Promise<Ack> {
    return this.#command({ type: 'withdraw', turn });
  }

  async cancel(turn?: string): Promise<CancelAnswer> {
    try {
      return { answer: 'accepted', ack: await this.#command({ type: 'cancel', ...given({ turn }) }) };
    } catch (error) {
      if (!(error instanceof SessionmeshError) || error.retryable || UNKNOWN_EFFECT.has(error.code)) throw error;
      const { code, message: reason } = error;
      return code === 'too_late' ? { answer: 'too_late', reason } : { answer: 'refused', code, reason };
    }
  }

  async steer(instruction: string, turn?: string): Promise<SteerReceipt> {
    return this.receipts.of(await this.#command({ type: 'steer', instruction, ...given({ turn }) }));
  }

  approve(calls: string | readonly string[], options: ApproveOptions = {}): Promise<Ack> {
    const { remember, reason } = options;
    const edited = Object.hasOwn(options, 'arguments') ? { arguments: options.arguments ?? null } : {};
    return this.#command({ type: 'approve', ...this.#about(calls, options.argumentsHash), ...edited, ...given({ remember, reason }) });
  }

  reject(calls: string | readonly string[], reason?: string, options: Pick<ApproveOptions, 'argumentsHash'> = {}): Promise<Ack> {
    return this.#command({ type: 'reject', ...this.#about(calls, options.argumentsHash), ...given({ reason }) });
  }

  delegate(callId: string, to: string): Promise<Ack> {
    return this.#command({ type: 'delegate', callId, to });
  }

  revokeGrant(grant: string): Promise<Ack> {
    return this.#command({ type: 'revoke_grant', grant });
  }

  settle(callId: string, settlement: Settlement): Promise<Ack> {
    return this.#command({ type: 'settle', callId, ...settlement });
  }

  executeTool(name: string, handler: ToolHandler): () => void {
    const stop = this.executor.add(name, handler);
    this.lookForCalls();
    return stop;
  }

  toolClaim(callId: string): Promise<ToolClaim> {
    return this.claims.take(callId);
  }

  toolResult(callId: string, result: unknown): Promise<Ack> {
    const claim = this.claims.held(callId);
    if (claim !== undefined) return claim.result(result);
    return this.#command({ type: 'tool_result', callId, result: result === undefined ? null : result });
  }

  toolError(callId: string, message: string): Promise<Ack> {
    return this.claims.held(callId)?.error(message) ?? this.#command({ type: 'tool_result', callId, error: message });
  }

  protected get over(): boolean {
    return this.#state === 'closed' || this.#state === 'failed';
  }

  /** Changes the state and tells it; `error` says why it `failed`. */
  protected enter(state: SessionState, error?: SessionmeshError): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#error = error;
    this.emitter.emit('state', error === undefined ? { state } : { state, error });
  }

  /** What a decision is about: of a single call, what is shown of it now. */
  #about(calls: string | readonly string[], argumentsHash: string | undefined): Body {
    if (typeof calls !== 'string') return { callIds: calls, ...given({ argumentsHash }) };
    const shown = this.conversation.approvals.find((call) => call.callId === calls)?.approval?.argumentsHash;
    return { callId: calls, ...given({ argumentsHash: argumentsHash ?? shown }) };
  }

  #command(body: Body): Promise<Ack> {
    return this.over ? Promise.reject(this.#whyOver()) : this.submit(body);
  }

  #whyOver(): SessionmeshError {
    return this.#error ?? new SessionmeshError('closed', 'the session was closed');
  }
}

/** The fields that have a value. */
function given(fields: Body): Body {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
