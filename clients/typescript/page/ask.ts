import type { ToolCall } from '../src/index.js';
import type { Acts, Seat } from './acts.js';
import { mayDecide, othersDecide, whatIsWanted } from './deciders.js';
import { h, setText } from './dom.js';
import { ArgumentFields } from './fields.js';

/** Asks for a decision those who may decide, and tells the others that it is waited for. */
export class Ask {
  readonly element = h('div', { class: 'ask' });
  readonly #acts: Acts;
  readonly #wanted = h('p');
  readonly #wrong = h('p', { class: 'wrong', role: 'alert' });
  readonly #editor = h('div');
  readonly #remember = h('input', { type: 'checkbox' });
  readonly #rememberWhat = h('span');
  readonly #rememberRow = h('label', { class: 'remember' }, this.#remember, this.#rememberWhat);
  readonly #approve = this.#button('Approve', 'primary', () => this.#decide(true));
  readonly #edit = this.#button('Edit…', 'plain', () => this.#open());
  readonly #reject = this.#button('Reject', 'plain', () => (this.#reason.hidden ? this.#openReason() : this.#decide(false)));
  readonly #back = this.#button('Back', 'quiet', () => this.#close());
  readonly #buttons = h('div', { class: 'buttons' }, this.#approve, this.#edit, this.#reject, this.#back);
  readonly #why = h('input', { type: 'text', maxlength: '500', autocomplete: 'off', enterkeyhint: 'send', onkeydown: (event) => this.#keyOfReason(event as KeyboardEvent) });
  /** Below the buttons: the keyboard of a phone leaves both in view. */
  readonly #reason = h('label', { class: 'reason' }, h('span', {}, 'Reason, if you like. Enter rejects, Escape leaves.'), this.#why);
  #call: ToolCall | undefined;
  #fields: ArgumentFields | undefined;

  constructor(acts: Acts) {
    this.#acts = acts;
    this.#wrong.hidden = true;
    this.#editor.hidden = true;
    this.#showReason(false);
    this.element.append(this.#wanted, this.#editor, this.#wrong, this.#rememberRow, this.#buttons, this.#reason);
  }

  update(call: ToolCall, seat: Seat): void {
    const asking = call.state === 'awaiting_approval';
    this.element.hidden = !asking;
    this.#call = call;
    if (!asking) {
      this.#close();
      this.#busy(false);
      return;
    }
    const mine = mayDecide(call, seat.name);
    setText(this.#wanted, mine ? whatIsWanted(call) : othersDecide(call, seat.name));
    this.#buttons.hidden = !mine;
    if (!mine) this.#close();
    const single = (call.approval?.needed ?? 1) === 1;
    this.#rememberRow.hidden = !mine || !single;
    setText(this.#rememberWhat, `Approve ${call.name} for the rest of the session`);
  }

  #button(label: string, kind: string, press: () => void): HTMLButtonElement {
    return h('button', { type: 'button', class: kind, onclick: press }, label);
  }

  #open(): void {
    if (this.#call === undefined) return;
    this.#showReason(false);
    this.#fields = new ArgumentFields(this.#call.arguments, `Arguments of ${this.#call.name}`);
    this.#fields.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#close();
      if (event.key === 'Enter' && event.target instanceof HTMLInputElement) this.#decide(true);
    });
    this.#fields.element.addEventListener('input', () => this.#complain(''));
    this.#editor.replaceChildren(this.#fields.element);
    this.#showEditing(true);
    this.#fields.focus();
  }

  #openReason(): void {
    this.#showReason(true);
    this.#why.focus();
  }

  #keyOfReason(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.#close();
    if (event.key === 'Enter' && !event.isComposing) this.#decide(false);
  }

  /** Leaves the editor or the reason; the focus goes back to the button that opened it. */
  #close(): void {
    if (this.#back.hidden) return;
    const within = [this.#editor, this.#reason, this.#back].some((each) => each.contains(document.activeElement));
    const opener = this.#fields === undefined ? this.#reject : this.#edit;
    this.#fields = undefined;
    this.#editor.replaceChildren();
    this.#showReason(false);
    this.#showEditing(false);
    if (within) opener.focus();
  }

  #showEditing(editing: boolean): void {
    this.#editor.hidden = !editing;
    this.#edit.hidden = editing;
    this.#reject.hidden = editing;
    this.#back.hidden = !editing;
    setText(this.#approve, editing ? 'Approve this' : 'Approve');
    this.#complain('');
  }

  #showReason(asked: boolean): void {
    this.#reason.hidden = !asked;
    this.#back.hidden = !asked;
    this.#why.value = '';
    this.#reject.className = asked ? 'danger' : 'plain';
    this.#approve.className = asked ? 'plain' : 'primary';
    this.#reject.setAttribute('aria-expanded', String(asked));
  }

  #complain(text: string): void {
    setText(this.#wrong, text);
    this.#wrong.hidden = text === '';
  }

  #decide(approved: boolean): void {
    void this.#decided(approved);
  }

  async #decided(approved: boolean): Promise<void> {
    const call = this.#call;
    if (call === undefined) return;
    let edited: { readonly arguments?: unknown };
    try {
      edited = this.#fields === undefined ? {} : { arguments: this.#fields.value() };
    } catch {
      return this.#complain('This is no JSON yet.');
    }
    this.#busy(true);
    try {
      if (approved) await this.#acts.approve(call.callId, { ...edited, ...(this.#remember.checked ? { remember: 'session' } : {}) });
      else await this.#acts.reject(call.callId, this.#why.value.trim());
    } catch (error) {
      this.#busy(false);
      if (this.#fields !== undefined) this.#complain(error instanceof Error ? error.message : String(error));
    }
  }

  #busy(busy: boolean): void {
    for (const button of [this.#approve, this.#edit, this.#reject, this.#back]) button.disabled = busy;
    this.#why.readOnly = busy;
  }
}
