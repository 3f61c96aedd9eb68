import type { Attendance, Attendee } from '../src/index.js';
import { h } from './dom.js';

/** The first letter of a name in a circle, of one colour for each person. */
export function avatar(name: string, attributes: Readonly<Record<string, string | undefined>> = {}): HTMLElement {
  return h('span', { class: 'avatar', 'data-person': name, ...attributes }, [...name][0]?.toUpperCase() ?? '?');
}

/** Who else is here, and who of them types. */
export class Avatars {
  readonly element = h('ul', { class: 'avatars', 'aria-label': 'Also here' });
  #shown = '';

  update({ here, more }: Attendance, seat: string): void {
    const people = byName(here.filter((each) => each.kind === 'person' && each.user !== seat));
    const key = JSON.stringify([[...people].map(([name, tabs]) => [name, tabs.length, isTyping(tabs)]), more]);
    if (key === this.#shown) return;
    this.#shown = key;
    const items = [...people].map(([name, tabs]) => {
      const what = `${name} is here${tabs.length > 1 ? ` in ${tabs.length} tabs` : ''}${isTyping(tabs) ? ' and types' : ''}`;
      const face = avatar(name, { 'aria-hidden': 'true' });
      return h('li', { title: what, 'data-typing': isTyping(tabs) ? 'true' : undefined }, face, h('span', { class: 'visually-hidden' }, what));
    });
    if (more > 0) items.push(h('li', { class: 'more' }, `+${more}`));
    this.element.replaceChildren(...items);
  }
}

function byName(here: readonly Attendee[]): ReadonlyMap<string, readonly Attendee[]> {
  const people = new Map<string, Attendee[]>();
  for (const each of [...here].sort((a, b) => a.user.localeCompare(b.user, 'en'))) people.set(each.user, [...(people.get(each.user) ?? []), each]);
  return people;
}

function isTyping(tabs: readonly Attendee[]): boolean {
  return tabs.some((tab) => tab.typing === true);
}
