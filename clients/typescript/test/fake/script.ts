/** What the fake agent does in a turn, step by step. */
export type ScriptStep =
  | { readonly say: string }
  | { readonly think: string }
  | CallStep;

/** A call of a tool. */
export interface CallStep {
  readonly call: string;
  readonly args: unknown;
  readonly approval: boolean | FakeTerms;
  readonly result: unknown;
  readonly executor?: 'client';
  readonly target?: { readonly user?: string; readonly device?: string };
}

/** Who has to approve. */
export interface FakeTerms {
  readonly needed?: number;
  readonly separateDuty?: boolean;
  readonly reason?: string;
}

/** Splits a text into tokens of about a word. */
export function tokensOf(text: string): readonly string[] {
  return text.match(/\s*\S+\s*?(?=\s|$)|\s+/g) ?? [];
}

/**
 * The script for an input: `slow N` counts, `ask` calls a tool, `ask twice` does so twice, `ask both` needs two people, `ask others`
 * somebody else, `tool` wants a front-end tool, `tool DEVICE` one on such a device, `Plan ...` does everything.
 */
export function scriptFor(input: string): readonly ScriptStep[] {
  const slow = /^slow (\d+)$/.exec(input);
  if (slow !== null) return [{ say: Array.from({ length: Number(slow[1]) }, (_, n) => `${n} `).join('') }];
  if (input === 'ask') {
    return [
      { say: 'May I? ' },
      { call: 'publish', args: { version: '2.4' }, approval: true, result: { published: true } },
      { say: 'Done.' },
    ];
  }
  const asked = /^ask (twice|both|others)$/.exec(input)?.[1];
  if (asked !== undefined) {
    const approval = asked === 'both' ? { needed: 2, reason: 'it is final' } : asked === 'others' ? { separateDuty: true } : true;
    const publish = { call: 'publish', args: { version: '2.4' }, approval, result: { published: true } };
    return asked === 'twice' ? [publish, publish, { say: 'Done.' }] : [publish, { say: 'Done.' }];
  }
  const tool = /^tool( (\w+))?$/.exec(input);
  if (tool !== null) {
    const target = tool[2] === undefined ? {} : { target: { device: tool[2] } };
    return [{ call: 'locate', args: { precise: true }, approval: false, result: undefined, executor: 'client', ...target }, { say: 'Thank you.' }];
  }
  if (/^plan/i.test(input)) return plan();
  if (/^write/i.test(input)) return [{ say: 'The lamp in the hut burns all night, and whoever keeps the book writes on. '.repeat(30) }];
  return [{ say: `You said: ${input}` }];
}

function plan(): readonly ScriptStep[] {
  return [
    {
      say:
        'Let me see what is still open before I propose anything. I will look at the issues of the milestone first, ' +
        'because the date depends on them.',
    },
    { call: 'list_issues', args: { milestone: '2.4', state: 'open' }, approval: false, result: { open: 3, blocking: 1 } },
    {
      say:
        'Three issues are open, and **one of them blocks the release**: the migration holds a lock for longer than it ' +
        'should. Here is what I suggest.\n\n' +
        '1. **Freeze on Tuesday at noon** and cut the first candidate from `main` the same afternoon.\n' +
        '2. **Run the upgrade drill** against a copy of production: a rolling restart under load, one node lost in each ' +
        'zone, and a restore from the archive.\n' +
        '3. **Give the candidate to two teams** for a full day before anybody else gets it.\n\n' +
        'If the fix lands by Monday the date holds. I can create the release branch now, so that the work of next week ' +
        'does not get into it by accident.',
    },
    { call: 'create_branch', args: { from: 'main', name: 'release/2.4' }, approval: true, result: { branch: 'release/2.4' } },
    { say: 'The branch `release/2.4` is there. I will post the checklist to the team and look at the drill again on Monday morning.' },
  ];
}
