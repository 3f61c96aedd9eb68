import type { Conversation, Message, Steer, ToolCall } from '../src/index.js';
import { CallView } from './call.js';
import { h, setText } from './dom.js';
import type { Seam } from './markup.js';
import { MessageView } from './message.js';

/** What a timeline asks of the tab it is part of. */
export interface Host {
  /** How this tab calls the sender of a command, given the command's id and the name the server knows. */
  nameOf(commandId: string | undefined, actor: string | undefined): { readonly name: string; readonly own: boolean };
  /** How this tab calls who decided about a call. */
  deciderOf(call: ToolCall): string;
  /** How this tab calls who gave an instruction. */
  steererOf(steer: Steer): string;
  seamsOf(messageId: string): readonly Seam[];
  decide(callId: string, approved: boolean): Promise<void>;
}

/** Pixels from the end within which the reader counts as following it. */
const FOLLOWING_PX = 48;

/** Shows the conversation; what did not change is not touched, and the end stays in view while the reader is there. */
export class Timeline {
  readonly element = h('div', { class: 'timeline', role: 'log', 'aria-live': 'off', tabindex: '0', 'aria-label': 'Conversation' });
  readonly #host: Host;
  readonly #list = h('div', { class: 'entries' });
  readonly #empty: HTMLElement;
  readonly #dropped = h('p', { class: 'dropped' });
  readonly #views = new Map<string, { readonly view: { readonly element: HTMLElement }; readonly seen: readonly unknown[] }>();
  #following = true;

  constructor(host: Host, empty: HTMLElement) {
    this.#host = host;
    this.#empty = empty;
    this.#dropped.hidden = true;
    this.element.append(empty, this.#dropped, this.#list);
    this.element.addEventListener('scroll', () => {
      const { scrollHeight, scrollTop, clientHeight } = this.element;
      this.#following = scrollHeight - scrollTop - clientHeight < FOLLOWING_PX;
    });
    new ResizeObserver(() => this.#follow()).observe(this.element);
  }

  /** Shows the conversation; `all` also refreshes entries whose names may have become known. */
  update(conversation: Conversation, all = false): void {
    this.#empty.hidden = conversation.timeline.length > 0;
    this.#dropped.hidden = conversation.dropped === 0;
    setText(this.#dropped, `${conversation.dropped} earlier entries are not shown`);
    const keys = new Set<string>();
    let previous: Element | null = null;
    for (const entry of conversation.timeline) {
      const key = `${entry.kind} ${entry.id}`;
      keys.add(key);
      const element = this.#entry(key, entry, conversation, all);
      if (element === undefined) continue;
      const next: Element | null = previous === null ? this.#list.firstElementChild : previous.nextElementSibling;
      if (element !== next) this.#list.insertBefore(element, next);
      previous = element;
    }
    for (const [key, { view }] of this.#views) {
      if (keys.has(key)) continue;
      view.element.remove();
      this.#views.delete(key);
    }
    this.#follow();
  }

  /** Brings the end into view again. */
  toEnd(): void {
    this.#following = true;
    this.#follow();
  }

  #follow(): void {
    if (this.#following) this.element.scrollTop = this.element.scrollHeight;
  }

  #entry(key: string, entry: Conversation['timeline'][number], conversation: Conversation, all: boolean): HTMLElement | undefined {
    switch (entry.kind) {
      case 'message': {
        const message = conversation.messages.find((each) => each.messageId === entry.id);
        return message && this.#message(key, message, conversation, all);
      }
      case 'tool_call': {
        const call = conversation.toolCalls.find((each) => each.callId === entry.id);
        return call && this.#call(key, call, all);
      }
      case 'steer': {
        const steer = conversation.steers.find((each) => each.id === entry.id);
        return steer && this.#steer(key, steer, all);
      }
    }
  }

  #message(key: string, message: Message, conversation: Conversation, all: boolean): HTMLElement {
    const turn = conversation.turns.find((each) => each.id === message.turn);
    const queued = message.role === 'user' && turn?.status === 'received';
    const seams = this.#host.seamsOf(message.messageId);
    const make = () => new MessageView(message.role);
    return this.#shown(key, make, [message, queued, seams.length], all, (view) => {
      const agent = { name: 'Agent', own: false };
      const sender = message.role === 'assistant' ? agent : this.#host.nameOf(message.inputId, message.actor);
      view.update(message, { ...sender, queued, seams });
    });
  }

  #call(key: string, call: ToolCall, all: boolean): HTMLElement {
    const make = () => new CallView((approved) => this.#host.decide(call.callId, approved));
    return this.#shown(key, make, [call], all, (view) => view.update(call, this.#host.deciderOf(call)));
  }

  #steer(key: string, steer: Steer, all: boolean): HTMLElement {
    const make = () => ({ element: h('p', { class: 'steer' }) });
    return this.#shown(key, make, [steer], all, ({ element }) => {
      const name = this.#host.steererOf(steer);
      const end = steer.consumed === undefined ? '' : steer.consumed ? 'taken up' : 'came too late';
      element.replaceChildren(h('span', { class: 'who' }, `${name} steered`), ` ${steer.instruction} `, h('span', { class: 'note' }, end));
    });
  }

  /** The element of an entry: made once, shown anew when what it depends on is not what was seen before. */
  #shown<V extends { readonly element: HTMLElement }>(
    key: string,
    make: () => V,
    seen: readonly unknown[],
    all: boolean,
    show: (view: V) => void,
  ): HTMLElement {
    const known = this.#views.get(key);
    const view = (known?.view as V | undefined) ?? make();
    if (known === undefined || all || !same(known.seen, seen)) {
      show(view);
      this.#views.set(key, { view, seen });
    }
    return view.element;
  }
}

function same(before: readonly unknown[], after: readonly unknown[]): boolean {
  return before.length === after.length && after.every((value, index) => value === before[index]);
}
