import type { Conversation, Message, Steer, ToolCall } from '../src/index.js';
import type { Acts, Seat } from './acts.js';
import { CallView } from './call.js';
import { h, setText } from './dom.js';
import type { Seam } from './markup.js';
import { MessageView } from './message.js';
import { called } from './people.js';
import { chancesOf } from './question.js';

/** What a timeline asks of the pane it is part of. */
export interface Host {
  seat(): Seat;
  seamsOf(messageId: string): readonly Seam[];
  readonly acts: Acts;
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
    const sized = new ResizeObserver(() => this.#follow());
    sized.observe(this.element);
    sized.observe(this.#list);
  }

  update(conversation: Conversation): void {
    this.#empty.hidden = conversation.timeline.length > 0;
    this.#dropped.hidden = conversation.dropped === 0;
    setText(this.#dropped, `${conversation.dropped} earlier entries are not shown`);
    const keys = new Set<string>();
    let previous: Element | null = null;
    for (const entry of conversation.timeline) {
      const key = `${entry.kind} ${entry.id}`;
      keys.add(key);
      const element = this.#entry(key, entry, conversation);
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

  #entry(key: string, entry: Conversation['timeline'][number], conversation: Conversation): HTMLElement | undefined {
    switch (entry.kind) {
      case 'message': {
        const message = conversation.messages.find((each) => each.messageId === entry.id);
        return message && this.#message(key, message, conversation);
      }
      case 'tool_call': {
        const call = conversation.toolCalls.find((each) => each.callId === entry.id);
        return call && this.#call(key, call);
      }
      case 'steer': {
        const steer = conversation.steers.find((each) => each.id === entry.id);
        return steer && this.#steer(key, steer);
      }
    }
  }

  #message(key: string, message: Message, conversation: Conversation): HTMLElement {
    const seams = this.#host.seamsOf(message.messageId);
    const chances = message.role === 'user' ? chancesOf(message, conversation) : undefined;
    const make = () => new MessageView(message.role, this.#host.acts);
    return this.#shown(key, make, [message, seams.length, ...Object.values(chances ?? {})], (view) => {
      const { name } = this.#host.seat();
      const sender = message.role === 'assistant' ? 'Agent' : called(message.actor, name);
      view.update(message, { name: sender, own: message.role === 'user' && message.actor === name, seams, chances });
    });
  }

  #call(key: string, call: ToolCall): HTMLElement {
    const seat = this.#host.seat();
    return this.#shown(key, () => new CallView(this.#host.acts), [call, seat.client], (view) => view.update(call, seat));
  }

  #steer(key: string, steer: Steer): HTMLElement {
    const make = () => ({ element: h('p', { class: 'steer' }) });
    return this.#shown(key, make, [steer], ({ element }) => {
      const name = called(steer.actor, this.#host.seat().name);
      element.replaceChildren(h('span', { class: 'who' }, `${name} steered`), ` ${steer.instruction} `, h('span', { class: 'note' }, receiptOf(steer)));
    });
  }

  /** The element of an entry: made once, shown anew when what it depends on is not what was seen before. */
  #shown<V extends { readonly element: HTMLElement }>(
    key: string,
    make: () => V,
    seen: readonly unknown[],
    show: (view: V) => void,
  ): HTMLElement {
    const known = this.#views.get(key);
    const view = (known?.view as V | undefined) ?? make();
    if (known === undefined || !same(known.seen, seen)) {
      show(view);
      this.#views.set(key, { view, seen });
    }
    return view.element;
  }
}

function same(before: readonly unknown[], after: readonly unknown[]): boolean {
  return before.length === after.length && after.every((value, index) => value === before[index]);
}

/** What became of an instruction. */
function receiptOf(steer: Steer): string {
  if (steer.consumed === undefined) return 'not heard yet';
  if (!steer.consumed) return 'not heard: the turn was over';
  return steer.step === undefined ? 'heard' : `heard at step ${steer.step}`;
}
