import type { Connection, Session, Turn } from '../src/index.js';
import { connect, SessionmeshError } from '../src/index.js';
import type { Acts } from './acts.js';
import { Composer } from './composer.js';
import { h, setAttribute, setText, soon } from './dom.js';
import { Grants } from './grants.js';
import type { Seam } from './markup.js';
import { PaneBar } from './panebar.js';
import type { Person } from './people.js';
import { addressFor } from './people.js';
import { refusal } from './refusals.js';
import type { Notice } from './situation.js';
import { situationOf } from './situation.js';
import { Timeline } from './timeline.js';
import { Witness } from './witness.js';

/** How long a notice stays, in milliseconds. */
const NOTICE_MS = 7_000;

const SUGGESTIONS = ['Plan the 2.4 release', 'Explain durable sessions', 'Write a long text'];

/** What a pane is given. */
export interface PaneOptions {
  /** Who sits at it. */
  readonly person: Person;
  readonly sessionId: string;
  /** Addresses of the nodes, its own one first. */
  readonly urls: readonly string[];
  /** Whether some tab has heard that the runner of this turn was lost: one that was just reconnecting has not. */
  readonly isRecovering: (turn: Turn) => boolean;
  /** Something changed that others show too. */
  readonly changed: () => void;
  readonly announce: (text: string) => void;
}

/** One person's tab of the session: its own connection, on a node of its own choice as long as that lives. */
export class Pane {
  readonly element: HTMLElement;
  readonly name: string;
  readonly connection: Connection;
  readonly session: Session;
  readonly witness = new Witness();
  readonly #options: PaneOptions;
  readonly #addresses: readonly string[];
  readonly #timeline: Timeline;
  readonly #seams = new Map<string, Seam[]>();
  readonly #bar: PaneBar;
  readonly #grants: Grants;
  readonly #composer: Composer;
  readonly #line = h('p', { class: 'line' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), h('span', { class: 'line-text' }));
  readonly #cancel: HTMLButtonElement;
  readonly #show: () => void;
  #notice: Notice | undefined;
  #noticeUntilMs = 0;
  #lastNode: string | undefined;
  #runner: string | undefined;
  #comingBack = false;
  #upToDate = false;

  constructor(options: PaneOptions) {
    this.#options = options;
    this.name = options.person.name;
    this.#addresses = options.urls.map((url) => addressFor(url, this.name));
    this.connection = connect({ urls: this.#addresses });
    // The whole log rather than a snapshot: it also tells where nodes took over.
    this.session = this.connection.attach(options.sessionId, { after: 0 });
    this.#cancel = h('button', { type: 'button', class: 'quiet stop', onclick: () => void this.#cancelTurn() }, 'Cancel');
    this.#bar = new PaneBar(this.name, () => this.toggleOffline());
    this.#grants = new Grants((grant) => void this.#attempt(this.session.revokeGrant(grant)));
    this.#composer = new Composer(this.name, {
      send: (text) => this.#say(this.session.input(text)),
      steer: (text) => this.#say(this.#steer(text)),
      typing: (going) => this.session.presence.setTyping(going),
    });
    const host = {
      seat: () => ({ name: this.name, client: this.session.client }),
      seamsOf: (messageId: string) => this.#seams.get(messageId) ?? [],
      acts: this.#acts(),
    };
    this.#timeline = new Timeline(host, this.#emptyState());
    this.element = this.#layout();
    this.#show = soon(() => this.#render());
    this.#listen();
  }

  /** Cuts this tab off, or brings it back. */
  toggleOffline(): void {
    if (this.connection.state === 'offline') {
      this.#comingBack = true;
      this.connection.online();
    } else {
      this.witness.cut();
      this.connection.offline();
    }
  }

  /** Goes back to its own node, without a break, when that lives again. */
  goHome(): void {
    const [home] = this.#addresses;
    if (home !== undefined && this.connection.state === 'open' && new URL(this.connection.url).host !== new URL(home).host) {
      this.connection.move(home);
    }
  }

  /** Shows what changed, here or in another tab. */
  show(): void {
    this.#show();
  }

  // ---- what happens ----

  #listen(): void {
    const { session, connection } = this;
    const changed = () => {
      this.#show();
      this.#options.changed();
    };
    session.on('change', changed);
    session.on('state', changed);
    connection.on('state', changed);
    connection.on('node', ({ node, moved }) => {
      if (moved) this.#tell('good', `Moved from ${this.#lastNode ?? 'another node'} to ${node} without a break`);
      this.#lastNode = node;
      changed();
    });
    connection.on('goaway', ({ node, reason }) => this.#tell('warn', `${node} is ${reason}. Moving elsewhere…`));
    session.on('attached', ({ resumed, head }) => {
      const turn = session.conversation.activeTurn;
      this.#runner = turn?.runner;
      if (!resumed) this.witness.begins(session.position.after ?? head, turn?.status === 'in_progress');
    });
    session.on('caught_up', ({ events }) => {
      this.#upToDate = true;
      if (this.#comingBack) this.#tell('good', `Back on ${connection.node}, ${caughtUp(events)}`);
      this.#comingBack = false;
    });
    session.on('event', (event) => this.witness.saw(event, performance.now()));
    session.on('reset', ({ reason }) => this.#tell('warn', `The log changed (${reason}); showing it as it is now`));
    session.on('agent_status', (event) => {
      if (event.seq === undefined) return this.#announce(`${this.#runner ?? 'The runner'} was lost. Another node is taking over.`);
      if (event.takeover === true && event.runner !== undefined) this.#seam(event.turn, event.runner);
      this.#runner = event.runner ?? this.#runner;
    });
    session.on('approval', (approval) => this.#announce(`The agent asks for approval of ${approval.name}.`));
    session.on('approval_resolved', ({ decision, by }) => this.#announce(`${decision} by ${by ?? 'nobody'}.`));
    session.on('tool_claimed', ({ by }) => this.#announce(`${by ?? 'Somebody'}'s tab is on it.`));
    session.on('tool_released', () => this.#announce('It is offered to all tabs again.'));
    session.presence.subscribe(changed);
  }

  /** Another node goes on: marks the place in the text. */
  #seam(turn: string, to: string): void {
    const from = this.#runner ?? '?';
    const message = this.session.conversation.messages.findLast((each) => each.turn === turn && each.status === 'streaming');
    if (message !== undefined && message.text !== '') {
      const seams = this.#seams.get(message.messageId) ?? [];
      this.#seams.set(message.messageId, [...seams, { at: message.text.length, from, to }]);
    }
    this.#announce(`${to} took the turn over from ${from}.`);
  }

  /** What happened before this tab came is no news. */
  #announce(text: string): void {
    if (this.#upToDate) this.#options.announce(text);
  }

  // ---- what the person does ----

  #acts(): Acts {
    const { session } = this;
    return {
      approve: (callId, options) => this.#told(session.approve(callId, options)),
      reject: (callId, reason) => this.#told(session.reject(callId, reason)),
      take: (callId) => this.#told(session.toolClaim(callId)),
      edit: (turn, text) => this.#told(session.edit(turn, text)),
      askAgain: (turn) => this.#told(session.regenerate(turn)),
      selectBranch: (turn) => this.#told(session.selectBranch(turn)),
      moveUp: (turn, before) => this.#told(session.reorder(turn, before)),
      withdraw: (turn) => this.#told(session.withdraw(turn)),
      attempt: (action) => this.#attempt(action),
    };
  }

  #say(command: Promise<unknown>): void {
    this.#timeline.toEnd();
    void this.#attempt(command);
  }

  async #steer(instruction: string): Promise<void> {
    const { consumed } = await this.session.steer(instruction);
    if (consumed === false) this.#tell('warn', 'The turn was over before it heard you');
  }

  async #cancelTurn(): Promise<void> {
    await this.#attempt(
      this.session.cancel().then((cancel) => {
        if (cancel.answer === 'too_late') this.#tell('quiet', 'Too late: the turn was over already');
        if (cancel.answer === 'refused') this.#tell('warn', cancel.reason);
      }),
    );
  }

  /** What comes of a command; why it was refused is told. */
  async #told<T>(command: Promise<T>): Promise<T> {
    // A pane that is cut off says that something waits.
    this.#show();
    try {
      const answer = await command;
      if (this.#notice?.tone === 'warn') this.#notice = undefined;
      return answer;
    } catch (error) {
      // Of arguments that are no good the form itself tells, beside the field.
      if (error instanceof SessionmeshError && error.code !== 'bad_arguments') this.#tell('warn', refusal(error, this.name));
      throw error;
    } finally {
      this.#show();
    }
  }

  async #attempt(command: Promise<unknown>): Promise<void> {
    await this.#told(command).catch((error: unknown) => {
      if (!(error instanceof SessionmeshError)) throw error;
    });
  }

  #tell(tone: Notice['tone'], text: string): void {
    // Why something was refused is not to be missed because the tab has news of itself in the same moment.
    if (tone !== 'warn' && this.#notice?.tone === 'warn' && performance.now() < this.#noticeUntilMs) return;
    this.#notice = { tone, text };
    this.#noticeUntilMs = performance.now() + NOTICE_MS;
    setTimeout(this.#show, NOTICE_MS + 20);
    this.#show();
  }

  // ---- what is shown ----

  #layout(): HTMLElement {
    return h(
      'section',
      { class: 'pane', 'aria-label': this.name },
      this.#bar.element,
      this.#timeline.element,
      this.#grants.element,
      h('div', { class: 'status' }, this.#line, this.#cancel),
      this.#composer.element,
    );
  }

  #emptyState(): HTMLElement {
    const suggestions = SUGGESTIONS.map((text) =>
      h('li', {}, h('button', { type: 'button', class: 'suggestion', onclick: () => this.#say(this.session.input(text)) }, text)),
    );
    return h(
      'div',
      { class: 'empty' },
      h('p', {}, this.#options.person.welcome),
      h('ul', {}, ...suggestions),
    );
  }

  #render(): void {
    const { connection, session } = this;
    if (this.#notice !== undefined && performance.now() >= this.#noticeUntilMs) this.#notice = undefined;
    const situation = situationOf(connection, session, this.#notice, this.#lastNode, this.#options.isRecovering, this.name);
    const { activeTurn, grants } = session.conversation;
    const live = session.state === 'attached';
    this.#bar.update(connection, session.position.after ?? 0, session.presence.current);
    setText(this.#line.lastElementChild as HTMLElement, situation.text);
    setAttribute(this.#line, 'data-tone', situation.tone);
    setAttribute(this.#line, 'title', situation.text);
    setAttribute(this.element, 'data-live', live ? 'true' : 'false');
    this.#cancel.disabled = activeTurn === undefined || !live;
    this.#composer.update(activeTurn !== undefined, session.state === 'failed' || session.state === 'closed');
    this.#grants.update(grants, this.name);
    this.#timeline.update(session.conversation);
  }
}

function caughtUp(events: number): string {
  return events === 0 ? 'nothing missed' : events === 1 ? 'caught up 1 event' : `caught up ${events} events`;
}
