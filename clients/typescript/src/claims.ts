import type { Clock } from './clock.js';
import type { Ack, ToolClaim } from './commands.js';
import type { Conversation, ToolCall } from './conversation.js';
import { SessionmeshError } from './errors.js';

/** What claims need of their session. */
export interface ClaimSurroundings {
  readonly clock: Clock;
  /** How long the session waits for a heartbeat, in milliseconds. */
  leaseMs(): number;
  /** The client id of this tab, by which the session knows it across reconnects. */
  client(): string | undefined;
  readonly device: string | undefined;
  send(body: Readonly<Record<string, unknown>>): Promise<Ack>;
}

/** Refusals of a heartbeat after which the claim may come back: its lease ran out, and nobody else has the call. */
const LAPSED = 'not_claimed';

/** The front-end calls that this tab executes: takes them, keeps them by heartbeats, and notices when they are somebody else's. */
export class Claims {
  readonly #env: ClaimSurroundings;
  readonly #held = new Map<string, HeldClaim>();

  constructor(env: ClaimSurroundings) {
    this.#env = env;
  }

  held(callId: string): ToolClaim | undefined {
    return this.#held.get(callId);
  }

  async take(callId: string): Promise<ToolClaim> {
    const known = this.#held.get(callId);
    if (known !== undefined) return known;
    const claim = new HeldClaim(callId, this.#env, () => this.#held.delete(callId));
    await claim.take();
    // Two takes at once are one claim to the session, and so they are one here.
    const other = this.#held.get(callId);
    if (other !== undefined) {
      claim.end();
      return other;
    }
    this.#held.set(callId, claim);
    return claim;
  }

  /** The conversation is another one: some claims may be lost, or have to be taken again. */
  look(conversation: Conversation): void {
    for (const claim of [...this.#held.values()]) {
      const call = conversation.toolCalls.find((each) => each.callId === claim.callId);
      if (call !== undefined) claim.look(call);
    }
  }

  /** The tab goes away in good order: what it holds is offered to others at once. */
  releaseAll(): void {
    for (const claim of [...this.#held.values()]) claim.release().catch(() => undefined);
  }

  end(): void {
    for (const claim of [...this.#held.values()]) claim.lose('the session is over');
  }
}

/** One claim. Its claimant stays the client that took it, whatever the tab is called later. */
class HeldClaim implements ToolClaim {
  readonly callId: string;
  readonly #env: ClaimSurroundings;
  readonly #gone: () => void;
  readonly #abort = new AbortController();
  #claimant: string | undefined;
  #claims = 0;
  #retaking = false;
  #over = false;
  #callOffBeat: () => void = () => undefined;

  constructor(callId: string, env: ClaimSurroundings, gone: () => void) {
    this.callId = callId;
    this.#env = env;
    this.#gone = gone;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async take(): Promise<void> {
    const { device } = this.#env;
    const claimant = this.#env.client();
    await this.#send('tool_claim', { ...(claimant === undefined ? {} : { claimant }), ...(device === undefined ? {} : { device }) });
    this.#claimant = claimant;
    this.#beatLater();
  }

  result(value: unknown): Promise<Ack> {
    return this.#answer({ result: value === undefined ? null : value });
  }

  error(message: string): Promise<Ack> {
    return this.#answer({ error: message });
  }

  release(): Promise<Ack> {
    this.lose('the call was given back');
    return this.#send('tool_release', this.#as());
  }

  look(call: ToolCall): void {
    if (this.#over) return;
    const ended = !['requested', 'started'].includes(call.state);
    const taken = call.claim !== undefined && call.claim.claimant !== this.#claimant && call.claims > this.#claims;
    if (ended) return this.lose('the call has ended');
    if (taken) return this.lose(`a tab of ${call.claim?.by ?? 'somebody else'} executes it`);
    if (call.claim !== undefined) this.#claims = Math.max(this.#claims, call.claims);
    else if (this.#claims > 0 && call.claims >= this.#claims) this.#retake();
  }

  lose(why: string): void {
    if (this.#over) return;
    this.end();
    this.#abort.abort(new SessionmeshError('not_claimed', why));
  }

  end(): void {
    this.#over = true;
    this.#callOffBeat();
    this.#gone();
  }

  #answer(body: Readonly<Record<string, unknown>>): Promise<Ack> {
    this.end();
    return this.#send('tool_result', { ...this.#as(), ...body });
  }

  /** One heartbeat at a time: one without an answer is sent again by itself, on whichever connection there is. */
  #beatLater(): void {
    this.#callOffBeat();
    this.#callOffBeat = this.#env.clock.after(this.#env.leaseMs() / 3, () => {
      this.#send('tool_heartbeat', this.#as()).then(
        () => this.#over || this.#beatLater(),
        (error: unknown) => this.#missed(error),
      );
    });
  }

  #missed(error: unknown): void {
    if (this.#over) return;
    if (!(error instanceof SessionmeshError)) throw error;
    if (error.code === LAPSED) this.#retake();
    else if (error.retryable || error.code === 'outbox_full' || error.code === 'id_expired') this.#beatLater();
    else this.lose(error.message);
  }

  /** The lease ran out while nobody else wanted the call. */
  #retake(): void {
    if (this.#retaking) return;
    this.#retaking = true;
    this.take()
      .catch((error: unknown) => this.lose(error instanceof Error ? error.message : String(error)))
      .finally(() => (this.#retaking = false));
  }

  #as(): { readonly claimant?: string } {
    return this.#claimant === undefined ? {} : { claimant: this.#claimant };
  }

  #send(type: string, more: Readonly<Record<string, unknown>>): Promise<Ack> {
    return this.#env.send({ type, callId: this.callId, ...more });
  }
}
