import type { AttachOptions, Session, SessionStats } from './api.js';
import type { Backoff } from './backoff.js';
import type { Ack } from './commands.js';
import type { Conversation } from './conversation.js';
import type { Way } from './dispatch.js';
import { Dispatch } from './dispatch.js';
import { SessionmeshError } from './errors.js';
import type { Body } from './face.js';
import { SessionFace } from './face.js';
import { Follower } from './follower.js';
import type { Step } from './follower.js';
import type { AckFrame, AttachedFrame, ErrorFrame, Frame, ToolProgressSignal } from './frames.js';
import { isLogged } from './frames.js';
import { Handover } from './handover.js';
import type { Link } from './link.js';
import { Narrator } from './narrator.js';
import { SessionPresence } from './presence.js';
import type { Surroundings } from './surroundings.js';
import { GONE, NODE_REFUSED, POSITION_REFUSED } from './surroundings.js';

/** Characters of an id, at most. */
const ID_CHARS = 128;

/** Attaches without a single new event between them, after which the connection itself is given up. */
const FRUITLESS_ATTACHES = 3;

/** Follows one session over whatever links its connection provides. */
export class AttachedSession extends SessionFace implements Session {
  readonly id: string;
  readonly presence: SessionPresence;
  readonly #device: { readonly device?: string };
  readonly #attachId: string;
  readonly #detachId: string;
  readonly #env: Surroundings;
  readonly #follower: Follower;
  readonly #dispatch: Dispatch;
  readonly #narrator = new Narrator(this.emitter);
  #link: Link | undefined;
  #next: { readonly link: Link; readonly handover: Handover } | undefined;
  #attachBackoff: Backoff | undefined;
  #callOffAttach: () => void = () => undefined;
  #callOffHandover: () => void = () => undefined;
  #fruitless = 0;
  /** Why the next snapshot takes the place of what was shown, where the server can't know. */
  #resetReason: string | undefined;
  /** The last seq that the session had when it was attached: from there on, what is offered is news. */
  #head = Number.POSITIVE_INFINITY;

  constructor(id: string, start: AttachOptions, env: Surroundings) {
    super(env.clock, start.device);
    this.id = id;
    this.#attachId = `attach.${id}`.slice(0, ID_CHARS);
    this.#detachId = `detach.${id}`.slice(0, ID_CHARS);
    this.#env = env;
    this.#device = start.device === undefined ? {} : { device: start.device };
    this.presence = new SessionPresence(`presence.${id}`.slice(0, ID_CHARS), env.clock, (frame) => this.#signal(frame));
    this.#follower = new Follower(start, env.limits.timelineEntries);
    this.#dispatch = new Dispatch(id, env.limits, env.clock, env.backoff, () => this.#way(), (commandId) => this.#clientForgotten(commandId));
  }

  get conversation(): Conversation {
    return this.#follower.conversation;
  }

  get position(): AttachOptions {
    const { pos, last } = this.#follower;
    return { ...(pos === undefined ? {} : { pos }), ...(last === undefined ? {} : { after: last }) };
  }

  get client(): string | undefined {
    return this.#follower.client;
  }

  get stats(): SessionStats {
    return { ...this.#narrator.counts, resends: this.#dispatch.resends };
  }

  get pending(): number {
    return this.#dispatch.pending;
  }

  close(): void {
    if (this.over) return;
    this.farewell();
    if (this.#link !== undefined) this.#detach(this.#link);
    this.end('closed', new SessionmeshError('closed', 'the session was closed'));
    this.#env.gone(this);
  }

  // ---- what the connection calls ----

  /** It is about to be closed in good order: what only this tab could do is given to others. */
  farewell(): void {
    this.claims.releaseAll();
  }

  /** Whether the session still waits to change over to this link. */
  movingTo(link: Link): boolean {
    return this.#next?.link === link;
  }

  /** Whether the session follows over this link, or waits to change over from it. */
  uses(link: Link): boolean {
    return this.#link === link;
  }

  /** Whether an attach or a command that went over this link has no answer yet. */
  awaits(link: Link): boolean {
    if (this.#next?.link === link) return this.#next.handover.attached === undefined;
    return this.#link === link && (this.state === 'attaching' || this.#dispatch.awaiting);
  }

  /** Follows over this link from now on. */
  useLink(link: Link): void {
    this.#dropNext();
    this.#leave(link);
    this.#attach(link);
  }

  /** Attaches over this link too, and changes over to it without a gap. */
  moveTo(link: Link): void {
    const last = this.#follower.last;
    if (this.#link === undefined || !this.#follower.following || last === undefined) return this.useLink(link);
    this.#dropNext();
    this.#next = { link, handover: new Handover(last, this.#env.limits.handoverFrames) };
    this.#sendAttach(link);
    this.#callOffHandover = this.#env.clock.after(this.#env.limits.attachTimeoutMs, () => {
      this.#env.elsewhere(link, 'no answer to an attach');
    });
  }

  /** This link ended. */
  lost(link: Link): void {
    if (this.#next?.link === link) {
      this.#dropNext();
      return this.#renewClient();
    }
    if (this.#link !== link) return;
    const next = this.#next;
    if (next !== undefined && next.handover.attached !== undefined) return this.#changeOver();
    if (next !== undefined) return this.#takeInFlight(next.link);
    this.#follower.interrupt();
    this.#callOffAttach();
    this.#link = undefined;
    this.enter('interrupted');
  }

  /** A frame of this session came over this link. */
  receive(link: Link, frame: Frame): void {
    if (this.over) return;
    if (frame.type === 'ack') return this.#dispatch.acked(frame as unknown as AckFrame);
    if (frame.type === 'error') return this.#refused(link, frame as unknown as ErrorFrame);
    if (link === this.#next?.link) return this.#fromNext(frame);
    if (link !== this.#link) return;
    if (frame.type === 'presence') return this.presence.receive(frame);
    if (frame.type === 'tool_progress') return this.emitter.emit('tool_progress', frame as unknown as ToolProgressSignal);
    this.#handle(frame);
    if (this.#next?.handover.aligned(this.#follower.last ?? 0) === true) this.#changeOver();
  }

  /** Whether a command of this session, or its attach, carries this id. */
  owns(id: string): boolean {
    return [this.#attachId, this.#detachId, this.presence.id].includes(id) || this.#dispatch.owns(id);
  }

  /** Ends the session: no frames, no commands any more. */
  end(state: 'closed' | 'failed', error: SessionmeshError): void {
    if (this.over) return;
    this.#dropNext();
    this.#callOffAttach();
    this.#link = undefined;
    this.#follower.interrupt();
    this.claims.end();
    this.#dispatch.end(error);
    this.presence.end();
    this.receipts.end(error);
    this.enter(state, state === 'failed' ? error : undefined);
  }

  protected submit(body: Body): Promise<Ack> {
    return this.#dispatch.submit(body);
  }

  protected get leaseMs(): number {
    const told = this.#link?.welcome?.limits?.['toolClaimMs'];
    return typeof told === 'number' && told > 0 ? told : this.#env.limits.toolClaimMs;
  }

  protected lookForCalls(): void {
    if (this.state !== 'attached' || (this.#follower.last ?? 0) < this.#head) return;
    this.claims.look(this.conversation);
    this.executor.look(this.conversation);
  }

  // ---- attaching ----

  #attach(link: Link): void {
    this.#follower.interrupt();
    this.enter('attaching');
    this.#sendAttach(link);
    this.#awaitAttached(link);
  }

  /** The id is there for the refusal: not every refusal can name the session. */
  #sendAttach(link: Link): void {
    link.send({ type: 'attach', session: this.id, id: this.#attachId, ...this.#follower.attachFields(), ...this.#device });
  }

  #awaitAttached(link: Link, otherwise = (silent: Link) => this.#env.elsewhere(silent, 'no answer to an attach')): void {
    this.#callOffAttach();
    this.#callOffAttach = this.#env.clock.after(this.#env.limits.attachTimeoutMs, () => otherwise(link));
  }

  #reattach(link: Link): void {
    this.#fruitless += 1;
    if (this.#fruitless > FRUITLESS_ATTACHES) {
      this.#fruitless = 0;
      this.#env.elsewhere(link, 'the log does not continue here');
      return;
    }
    this.#detach(link);
    this.#attach(link);
  }

  #clientForgotten(commandId: string): void {
    this.#follower.forgetClient(commandId);
    this.#renewClient();
  }

  /** Only an attach brings a new client id. During a move the next attachment may bring it, or else ask for it. */
  #renewClient(): void {
    const link = this.#link;
    if (!this.#follower.clientForgotten || link === undefined || this.#next !== undefined || this.state !== 'attached') return;
    this.#reattach(link);
  }

  /** The id is there for the refusal, which is of no interest: the server may have ended the attachment first. */
  #detach(link: Link): void {
    link.send({ type: 'detach', session: this.id, id: this.#detachId });
  }

  #refused(link: Link, frame: ErrorFrame): void {
    if (frame.id === this.#detachId) return;
    if (frame.id === this.presence.id) return this.emitter.emit('error', SessionmeshError.of(frame));
    if (frame.id !== undefined && frame.id !== this.#attachId) return this.#dispatch.refused(frame);
    const error = SessionmeshError.of(frame);
    const attaching = link === this.#next?.link || (link === this.#link && this.state === 'attaching');
    if (!attaching) return this.emitter.emit('error', error);
    if (link === this.#next?.link && !GONE.has(error.code)) return this.#env.elsewhere(link, error.message);
    this.#callOffAttach();
    if (POSITION_REFUSED.has(error.code) && this.#narrator.counts.attachments > 0 && this.#resetReason === undefined) {
      this.emitter.emit('error', error);
      this.#resetReason = error.code;
      this.#follower.forgetPosition();
      return this.#attach(link);
    }
    if (!error.retryable) {
      this.end('failed', error);
      return this.#env.gone(this);
    }
    this.emitter.emit('error', error);
    if (NODE_REFUSED.has(error.code)) return this.#env.elsewhere(link, error.message);
    this.#attachBackoff ??= this.#env.backoff();
    this.#callOffAttach = this.#env.clock.after(this.#attachBackoff.next(error.retryAfterMs), () => {
      if (this.#link === link && !link.over) this.#attach(link);
    });
  }

  // ---- changing over ----

  #fromNext(frame: Frame): void {
    const next = this.#next;
    if (next === undefined) return;
    if (frame.type === 'attached') {
      const attached = frame as unknown as AttachedFrame;
      this.#callOffHandover();
      next.handover.accept(frame);
      if (!attached.resumed) return this.#changeOver();
      this.#callOffHandover = this.#env.clock.after(this.#env.limits.handoverMs, () => this.#changeOver());
    } else if (frame.type === 'detached' && next.handover.attached !== undefined) {
      return this.useLink(next.link);
    } else if (isLogged(frame) && !next.handover.hold(frame)) {
      return this.#changeOver();
    }
    if (next.handover.aligned(this.#follower.last ?? 0)) this.#changeOver();
  }

  #changeOver(): void {
    const next = this.#next;
    const attached = next?.handover.attached as unknown as AttachedFrame | undefined;
    if (next === undefined || attached === undefined) return;
    const held = next.handover.release();
    this.#dropNext();
    this.#leave(next.link);
    this.#narrator.moved();
    if (attached.resumed) {
      this.#callOffAttach();
      this.#follower.takeOver(attached.pos);
      this.enter('attached');
      this.#dispatch.flush();
      this.presence.attached(this.#follower.last ?? 0);
      this.#renewClient();
    } else {
      this.#follower.interrupt();
      this.#handle(next.handover.attached as Frame);
    }
    for (const frame of held) if (this.#link === next.link) this.#handle(frame);
    this.#env.settled();
  }

  /** The old link ended while the attach on the new one is on its way: wait for its answer there. */
  #takeInFlight(link: Link): void {
    this.#dropNext();
    this.#follower.interrupt();
    this.#follower.expectOverlap();
    this.#leave(link);
    this.enter('attaching');
    this.#awaitAttached(link);
    this.#env.settled();
  }

  /** Goes from the present link to another; detaches there, because the session may have to come back while that one lives. */
  #leave(forLink: Link): void {
    if (this.#link !== undefined) this.#detach(this.#link);
    this.#link = forLink;
    this.#dispatch.rerouted();
  }

  #dropNext(): void {
    this.#callOffHandover();
    this.#next = undefined;
  }

  // ---- following ----

  #handle(frame: Frame): void {
    const before = this.#follower.conversation;
    const last = this.#follower.last;
    const step = this.#follower.receive(frame);
    this.#act(step, last);
    if (this.#follower.conversation !== before) this.emitter.emit('change', this.#follower.conversation);
    this.lookForCalls();
  }

  /** The session went over to a branch that was never seen here. */
  #showWhole(link: Link): void {
    this.#resetReason = 'branch_selected';
    this.#follower.forgetPosition();
    this.#reattach(link);
  }

  /** What a frame asks of the session itself; the rest is for its listeners. */
  #act(step: Step, last: number | undefined): void {
    switch (step.kind) {
      case 'applied':
        this.#fruitless = 0;
        this.receipts.see(step.event);
        this.#narrator.applied(step.event, this.#follower.last ?? 0);
        if (this.#follower.incomplete && this.#link !== undefined) this.#showWhole(this.#link);
        return;
      case 'signal':
        return this.#narrator.signal(step.signal);
      case 'attached':
        return this.#attachedNow(step.frame, step.reset, last);
      case 'duplicate':
        return step.expected ? undefined : this.#narrator.duplicate(step.seq);
      case 'gap':
        if (!step.overlap) this.#narrator.gap(step.expected, step.first);
        if (this.#link !== undefined) this.#reattach(this.#link);
        return;
      case 'arriving':
        // A snapshot may be long and the network slow: it is given up only when it stands still.
        return this.#link === undefined ? undefined : this.#awaitAttached(this.#link, (link) => this.#reattach(link));
      case 'detached':
        // Attaching again tells why: the session was deleted, say.
        return this.#link === undefined ? undefined : this.#reattach(this.#link);
      case 'ignored':
        return;
    }
  }

  #attachedNow(frame: AttachedFrame, reset: boolean, before: number | undefined): void {
    this.#callOffAttach();
    this.#attachBackoff?.reset();
    this.enter('attached');
    this.#head = frame.head;
    this.#narrator.attached(frame, this.#link?.welcome?.node ?? '', before);
    if (reset) this.#narrator.reset(frame, this.#resetReason, this.#follower.last ?? 0, this.#follower.conversation.messages);
    if (reset) this.#resetReason = undefined;
    if (reset) this.receipts.reset(this.#follower.last ?? 0, this.#follower.conversation);
    this.#narrator.expects(frame.head, this.#follower.last ?? frame.head);
    this.#dispatch.flush();
    this.presence.attached(this.#follower.last ?? frame.head);
    this.#narrator.reached(this.#follower.last ?? 0);
    this.#renewClient();
  }

  /** A frame of presence, which is said again by the next attachment where it can't be sent. */
  #signal(frame: Body): boolean {
    if (this.#link === undefined || this.state !== 'attached') return false;
    this.#link.send({ ...frame, session: this.id });
    return true;
  }

  /** Commands go where events come from, once the client is known there. */
  #way(): ReturnType<Way> {
    const [link, client] = [this.#link, this.#follower.client];
    if (link === undefined || this.state !== 'attached' || client === undefined) return undefined;
    return { client, link };
  }
}
