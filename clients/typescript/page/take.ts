import type { ToolCall, ToolClaim } from '../src/index.js';
import type { Acts, Seat } from './acts.js';
import { h, setText } from './dom.js';
import { PICK_DATE } from './scope.js';

/** A front-end tool: the pane that takes the call shows a calendar, all others see whose turn it is. */
export class Take {
  readonly element = h('div', { class: 'take' });
  readonly #acts: Acts;
  readonly #what = h('p');
  readonly #take = h('button', { type: 'button', class: 'primary', onclick: () => void this.#claim() }, 'Pick the day here');
  readonly #day = h('input', { type: 'date', required: '' });
  readonly #use = h('button', { type: 'submit', class: 'primary' }, 'Use this day');
  readonly #handBack = h('button', { type: 'button', class: 'plain', onclick: () => void this.#release() }, 'Hand back');
  readonly #form: HTMLFormElement;
  readonly #offer = h('div', { class: 'buttons' }, this.#take);
  #call: ToolCall | undefined;
  #seat: Seat | undefined;
  #held: ToolClaim | undefined;

  constructor(acts: Acts) {
    this.#acts = acts;
    const submitted = (event: Event) => {
      event.preventDefault();
      void this.#answer();
    };
    this.#form = h(
      'form',
      { class: 'calendar', onsubmit: submitted },
      h('label', {}, h('span', {}, 'Day'), this.#day),
      h('div', { class: 'buttons' }, this.#use, this.#handBack),
    );
    this.element.append(this.#what, this.#offer, this.#form);
  }

  update(call: ToolCall, seat: Seat): void {
    this.#call = call;
    this.#seat = seat;
    const offered = call.executor === 'client' && call.state === 'requested' && call.name === PICK_DATE;
    this.element.hidden = !offered;
    if (!offered) return;
    const here = this.#held !== undefined && !this.#held.signal.aborted;
    this.#offer.hidden = here || call.claim !== undefined;
    this.#take.disabled = false;
    const appeared = this.#form.hidden && here;
    this.#form.hidden = !here;
    if (appeared) this.#day.focus();
    setText(this.#what, here ? 'This tab has the calendar; the others wait for it.' : whose(call, seat));
  }

  async #claim(): Promise<void> {
    const call = this.#call;
    if (call === undefined) return;
    this.#take.disabled = true;
    try {
      this.#held = await this.#acts.take(call.callId);
      this.#day.value = inAWeek();
      this.#shown();
      this.#held.signal.addEventListener('abort', () => this.#shown());
    } catch {
      this.#take.disabled = false;
    }
  }

  async #answer(): Promise<void> {
    const held = this.#held;
    if (held === undefined || this.#day.value === '') return this.#day.focus();
    await this.#acts.attempt(held.result({ date: this.#day.value }));
  }

  async #release(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) await this.#acts.attempt(held.release());
  }

  /** The claim came or went, which the call itself may not tell at this moment. */
  #shown(): void {
    if (this.#call !== undefined && this.#seat !== undefined) this.update(this.#call, this.#seat);
  }
}

function whose(call: ToolCall, seat: Seat): string {
  const { claim } = call;
  if (claim === undefined) return 'One of you picks it: whoever takes the calendar first has it.';
  if (claim.by !== seat.name) return `${claim.by ?? 'Somebody'}'s tab is on it.`;
  return claim.claimant === seat.client ? 'This tab took it and comes back to it.' : 'Another tab of yours is on it.';
}

/** A day that is not over yet, as a start. */
function inAWeek(): string {
  const day = new Date(Date.now() + 7 * 24 * 3_600_000);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
