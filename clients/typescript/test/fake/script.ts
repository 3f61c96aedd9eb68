import type { Call } from './calls.js';
import { demo } from './demo.js';

/** What the fake agent does in a turn, step by step. */
export type ScriptStep =
  /** What it says may depend on the calls of the turn so far. */
  | { readonly say: string | ((calls: readonly Call[]) => string) }
  | { readonly think: string }
  | CallStep;

/** A call of a tool. */
export interface CallStep {
  readonly call: string;
  readonly args: unknown;
  readonly approval: boolean | FakeTerms;
  /** Whether other arguments are such as the tool takes; without it any are. */
  readonly accepts?: (args: unknown) => boolean;
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
 * somebody else, `tool` wants a front-end tool, `tool DEVICE` one on such a device, and what `demo` knows.
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
  return demo(input) ?? [{ say: `You said: ${input}` }];
}
