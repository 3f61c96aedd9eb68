/** Somebody who sits at one of the panes. Nobody proves anything to a demo on one's own machine: a pane says who it is. */
export interface Person {
  readonly name: string;
  /** What the pane says before anything was said. */
  readonly welcome: string;
}

/** The three of the demo: one asks, another one decides. */
export const PEOPLE: readonly [Person, Person, Person] = [
  { name: 'Ada', welcome: 'Three people, one session, each on another node. What one says shows at all, and so does the answer.' },
  { name: 'Bo', welcome: 'Let Ada ask for a release: the agent needs a second person to agree. Approve it here, or change the tag first.' },
  { name: 'Cy', welcome: 'Take this tab offline or kill its node while the agent works: it comes back exactly where it was.' },
];

/** How a pane calls somebody: "You" for the person who sits at it. */
export function called(name: string | undefined, seat: string): string {
  return name === seat ? 'You' : (name ?? 'Somebody');
}

/** The same within a sentence. */
export function calledWithin(name: string | undefined, seat: string): string {
  return name === seat ? 'you' : (name ?? 'somebody');
}

/** The address of a node as this person opens it. */
export function addressFor(url: string, person: string): string {
  const address = new URL(url);
  address.searchParams.set('user', person);
  return address.href;
}
