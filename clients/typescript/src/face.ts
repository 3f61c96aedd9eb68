import type { Ack, SessionEvents, SessionState, SessionStats } from './api.js';
import { Emitter } from './emitter.js';
import { SessionmeshError } from './errors.js';

/** A command without its session and id. */
export type Body = Readonly<Record<string, unknown>>;

/** The side of a session that an application sees: its state, its listeners, its commands. Nothing here knows of links. */
export abstract class SessionFace {
  protected readonly emitter = new Emitter<SessionEvents>();
  #state: SessionState = 'interrupted';
  #error: SessionmeshError | undefined;

  abstract get stats(): SessionStats;

  /** Takes a command of a session that is not over, and resolves with its answer. */
  protected abstract submit(body: Body): Promise<Ack>;

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

  input(text: string, options: { readonly policy?: 'enqueue' | 'reject' | 'interrupt' } = {}): Promise<Ack> {
    return this.#command({ type: 'input', text, ...(options.policy === undefined ? {} : { policy: options.policy }) });
  }

  approve(callId: string): Promise<Ack> {
    return this.#command({ type: 'approve', callId });
  }

  reject(callId: string, reason?: string): Promise<Ack> {
    return this.#command({ type: 'reject', callId, ...(reason === undefined ? {} : { reason }) });
  }

  cancel(turn?: string): Promise<Ack> {
    return this.#command({ type: 'cancel', ...(turn === undefined ? {} : { turn }) });
  }

  steer(instruction: string, turn?: string): Promise<Ack> {
    return this.#command({ type: 'steer', instruction, ...(turn === undefined ? {} : { turn }) });
  }

  toolResult(callId: string, result: unknown): Promise<Ack> {
    return this.#command({ type: 'tool_result', callId, result: result === undefined ? null : result });
  }

  toolError(callId: string, message: string): Promise<Ack> {
    return this.#command({ type: 'tool_result', callId, error: message });
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

  #command(body: Body): Promise<Ack> {
    return this.over ? Promise.reject(this.#whyOver()) : this.submit(body);
  }

  #whyOver(): SessionmeshError {
    return this.#error ?? new SessionmeshError('closed', 'the session was closed');
  }
}
