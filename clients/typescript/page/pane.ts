import type { Connection, Session, ToolCall, Turn } from '../src/index.js';
import { connect, SessionmeshError } from '../src/index.js';
import { h, setAttribute, setText, soon } from './dom.js';
import type { Seam } from './markup.js';
import type { People } from './people.js';
import type { Notice } from './situation.js';
import { situationOf } from './situation.js';
import { Timeline } from './timeline.js';
import { Witness } from './witness.js';

/** How long a notice stays, in milliseconds. */
const NOTICE_MS = 7_000;

const SUGGESTIONS = ['Plan the 2.4 release', 'Explain durable sessions', 'Write a long text'];

/** What a pane is given. */
export interface PaneOptions {
  /** "Tab A". */
  readonly name: string;
  /** What it says before anything was said. */
  readonly welcome: string;
  readonly sessionId: string;
  /** Addresses of the nodes, its own one first. */
  readonly urls: readonly string[];
  readonly people: People;
  /** Whether some tab has heard that the runner of this turn was lost: one that was just reconnecting has not. */
  readonly isRecovering: (turn: Turn) => boolean;
  /** Something changed that others show too. */
  readonly changed: () => void;
  readonly announce: (text: string) => void;
}

/** One tab of the session: its own connection, on a node of its own choice as long as that lives. */
export class Pane {
  readonly element: HTMLElement;
  readonly name: string;
  readonly connection: Connection;
  readonly session: Session;
  readonly witness = new Witness();
  readonly #options: PaneOptions;
  readonly #timeline: Timeline;
  readonly #seams = new Map<string, Seam[]>();
  readonly #where = h('span', { class: 'where' });
  readonly #position = h('span', { class: 'position', title: 'Place in the log of the last event this tab has seen' });
  readonly #line = h('p', { class: 'line' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), h('span', { class: 'line-text' }));
  readonly #stop: HTMLButtonElement;
  readonly #offline: HTMLButtonElement;
  readonly #input: HTMLTextAreaElement;
  readonly #steer: HTMLButtonElement;
  readonly #show: () => void;
  #notice: Notice | undefined;
  #noticeUntilMs = 0;
  #lastNode: string | undefined;
  #runner: string | undefined;
  #comingBack = false;
  #upToDate = false;

  constructor(options: PaneOptions) {
    this.#options = options;
    this.name = options.name;
    this.connection = connect({ urls: options.urls });
    // The whole log rather than a snapshot: it also tells who said and decided what, and where nodes took over.
    this.session = this.connection.attach(options.sessionId, { after: 0 });
    this.#stop = h('button', { type: 'button', class: 'quiet stop', onclick: () => void this.#run(this.session.cancel()) }, 'Stop');
    this.#offline = h('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false', onclick: () => this.toggleOffline() }, 'Go offline');
    this.#input = h('textarea', {
      rows: '1',
      maxlength: '8000',
      placeholder: 'Message the agent',
      'aria-label': `Message from ${options.name}`,
      onkeydown: (event) => this.#key(event as KeyboardEvent),
      oninput: () => this.#show(),
    });
    this.#steer = h('button', { type: 'button', class: 'plain', onclick: () => this.#send('steer'), title: 'Tell the running turn something while it works' }, 'Steer');
    this.#timeline = new Timeline(
      {
        nameOf: (id, actor) => {
          const name = options.people.sender(id, actor);
          return name === this.name ? { name: 'You', own: true } : { name, own: false };
        },
        deciderOf: (call) => this.#deciderOf(call),
        steererOf: (steer) => {
          const name = options.people.steerer(steer.seq, steer.actor);
          return name === this.name ? 'You' : name;
        },
        seamsOf: (messageId) => this.#seams.get(messageId) ?? [],
        decide: (callId, approved) => this.#decide(callId, approved),
      },
      this.#emptyState(),
    );
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
    const [home] = this.#options.urls;
    if (home !== undefined && this.connection.state === 'open' && new URL(this.connection.url).host !== new URL(home).host) {
      this.connection.move(home);
    }
  }

  /** Shows everything again: names may have become known. */
  refresh(): void {
    this.#timeline.update(this.session.conversation, true);
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
      if (session.client !== undefined) this.#options.people.isTab(session.client, this.name);
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

  async #decide(callId: string, approved: boolean): Promise<void> {
    try {
      await (approved ? this.session.approve(callId) : this.session.reject(callId));
      this.#options.people.decided(callId, this.name);
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  #deciderOf(call: ToolCall): string {
    const name = this.#options.people.decider(call.callId, call.decidedBy);
    return name === this.name ? 'you' : name;
  }

  // ---- what the person does ----

  #key(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send('input');
  }

  #send(kind: 'input' | 'steer', text = this.#input.value.trim()): void {
    if (text === '') return this.#input.focus();
    this.#input.value = '';
    this.#timeline.toEnd();
    void this.#run(kind === 'steer' ? this.#steerWith(text) : this.session.input(text));
    this.#show();
  }

  async #steerWith(instruction: string): Promise<void> {
    const { seq } = await this.session.steer(instruction);
    if (seq !== undefined) this.#options.people.steered(seq, this.name);
  }

  async #run(command: Promise<unknown>): Promise<void> {
    await command.catch((error: unknown) => this.#failed(error));
    this.#show();
  }

  #failed(error: unknown): void {
    if (!(error instanceof SessionmeshError)) throw error;
    const who = error.details['decidedBy'];
    const first = error.code === 'already_decided' && typeof who === 'string';
    this.#tell('warn', first ? `Somebody was first: ${String(error.details['decision'])} by ${who}` : error.message);
  }

  #tell(tone: Notice['tone'], text: string): void {
    this.#notice = { tone, text };
    this.#noticeUntilMs = performance.now() + NOTICE_MS;
    setTimeout(this.#show, NOTICE_MS + 20);
    this.#show();
  }

  // ---- what is shown ----

  #layout(): HTMLElement {
    const form = h(
      'form',
      {
        class: 'composer',
        onsubmit: (event) => {
          event.preventDefault();
          this.#send('input');
        },
      },
      this.#input,
      h('div', { class: 'buttons' }, this.#steer, h('button', { type: 'submit', class: 'primary' }, 'Send')),
    );
    return h(
      'section',
      { class: 'pane', 'aria-label': this.name },
      h('header', { class: 'pane-bar' }, h('h2', {}, this.name), this.#where, this.#position, this.#offline),
      this.#timeline.element,
      h('div', { class: 'status' }, this.#line, this.#stop),
      form,
    );
  }

  #emptyState(): HTMLElement {
    const suggestions = SUGGESTIONS.map((text) =>
      h('li', {}, h('button', { type: 'button', class: 'suggestion', onclick: () => this.#send('input', text) }, text)),
    );
    return h(
      'div',
      { class: 'empty' },
      h('p', {}, this.#options.welcome),
      h('ul', {}, ...suggestions),
    );
  }

  #render(): void {
    const { connection, session } = this;
    if (this.#notice !== undefined && performance.now() >= this.#noticeUntilMs) this.#notice = undefined;
    const situation = situationOf(connection, session, this.#notice, this.#lastNode, this.#options.isRecovering);
    const { activeTurn } = session.conversation;
    const live = session.state === 'attached';
    setText(this.#where, connection.node ?? (connection.state === 'offline' ? 'offline' : 'no node'));
    setAttribute(this.#where, 'data-node', connection.node);
    setText(this.#position, `seq ${session.position.after ?? 0}`);
    setText(this.#line.lastElementChild as HTMLElement, situation.text);
    setAttribute(this.#line, 'data-tone', situation.tone);
    setAttribute(this.#line, 'title', situation.text);
    setAttribute(this.element, 'data-live', live ? 'true' : 'false');
    const offline = connection.state === 'offline';
    setText(this.#offline, offline ? 'Go online' : 'Go offline');
    setAttribute(this.#offline, 'aria-pressed', String(offline));
    this.#stop.disabled = activeTurn === undefined || !live;
    const over = session.state === 'failed' || session.state === 'closed';
    this.#steer.disabled = activeTurn === undefined || over;
    this.#input.disabled = over;
    // Where the browser cannot size a field by its content, its rows follow the lines in it.
    this.#input.rows = Math.min(4, this.#input.value.split('\n').length);
    this.#timeline.update(session.conversation);
  }
}

function caughtUp(events: number): string {
  return events === 0 ? 'nothing missed' : events === 1 ? 'caught up 1 event' : `caught up ${events} events`;
}
