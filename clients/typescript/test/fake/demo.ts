import type { ScriptStep } from './script.js';

const TAG = /^v\d+\.\d+\.\d+(-[a-z0-9.]+)?$/;

/** What the demo agent does with the questions of the page, in fewer words: plans a release, writes something long, explains. */
export function demo(input: string): readonly ScriptStep[] | undefined {
  if (/^plan/i.test(input)) return plan();
  if (/^write/i.test(input)) return [{ say: 'The lamp in the hut burns all night, and whoever keeps the book writes on. '.repeat(30) }];
  if (/^explain/i.test(input)) return [{ say: 'A durable session belongs to nobody\'s connection: it is a log with numbers, kept on several machines. '.repeat(12) }];
  return undefined;
}

function plan(): readonly ScriptStep[] {
  return [
    {
      say:
        'Let me see what is still open before I propose anything. I will look at the issues of the milestone first, ' +
        'because the date depends on them.',
    },
    { call: 'listOpenIssues', args: { milestone: '2.4' }, approval: false, result: { open: 3, blocking: 1 } },
    {
      say:
        'Three issues are open, and **one of them blocks the release**: the migration holds a lock for longer than it ' +
        'should. Here is what I suggest.\n\n' +
        '1. **Freeze on Tuesday at noon** and cut the first candidate from `main` the same afternoon.\n' +
        '2. **Run the upgrade drill** against a copy of production: a rolling restart under load, one node lost in each ' +
        'zone, and a restore from the archive.\n' +
        '3. **Give the candidate to two teams** for a full day before anybody else gets it.\n\n' +
        'If the fix lands by Monday the date holds. May I create the tag?',
    },
    {
      call: 'createTag',
      args: { tag: 'v2.4.0' },
      approval: { separateDuty: true, reason: 'A tag is seen by others, so a second person looks at it first.' },
      accepts: (args) => TAG.test(String((args as { tag?: unknown } | null)?.tag)),
      result: { commit: '8c41f2e' },
    },
    { say: (calls) => `The tag \`${(calls.at(-1)?.arguments as { tag: string }).tag}\` exists. On which day shall it be announced?` },
    { call: 'pickDate', args: { for: 'the announcement of 2.4' }, approval: false, result: undefined, executor: 'client' },
    { say: (calls) => `Noted: it is announced on **${dayOf(calls.at(-1)?.result)}**.` },
  ];
}

function dayOf(result: unknown): string {
  const day = new Date(`${String((result as { date?: unknown } | undefined)?.date)}T00:00:00Z`);
  const part = (options: Intl.DateTimeFormatOptions) => day.toLocaleDateString('en', { ...options, timeZone: 'UTC' });
  return `${part({ weekday: 'long' })}, ${part({ day: 'numeric' })} ${part({ month: 'long' })} ${part({ year: 'numeric' })}`;
}
