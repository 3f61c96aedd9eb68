import type { LogEvent } from './bands.js';

/** A row of a log: one event, or the words of a message that nothing interrupted. */
export interface Row {
  readonly from: number;
  readonly seq: number;
  readonly type: string;
  /** Who or what did it. */
  readonly who: string;
  /** What happened, in words. */
  readonly text: string;
  readonly at: string | undefined;
  readonly tone: 'plain' | 'said' | 'good' | 'warn' | 'bad';
  /** How many events it stands for. */
  readonly events: number;
}

const SHOWN = 400;

type Fields = Readonly<Record<string, unknown>>;

/** Rows of events. Tokens of one message that follow each other are one row. */
export function rowsOf(events: readonly LogEvent[]): readonly Row[] {
  const rows: Row[] = [];
  let message: string | undefined;
  for (const event of events) {
    const row = rowOf(event);
    const fields: Fields = event as unknown as Fields;
    const said = event.type === 'token' ? `${String(fields['messageId'])} ${String(fields['kind'] ?? '')}` : undefined;
    const before = rows.at(-1);
    if (said !== undefined && said === message && before !== undefined) {
      rows[rows.length - 1] = { ...before, seq: row.seq, text: before.text + row.text, events: before.events + row.events };
    } else {
      rows.push(row);
    }
    message = said;
  }
  return rows;
}

/** One event in words; of a type that this console does not know, its fields. */
export function rowOf(event: LogEvent): Row {
  const fields = event as unknown as Fields;
  const text = (name: string) => (typeof fields[name] === 'string' ? (fields[name] as string) : '');
  const from = event.from ?? event.seq;
  const row = (who: string, words: string, tone: Row['tone'] = 'plain'): Row => ({
    from,
    seq: event.seq,
    type: event.type,
    who,
    text: words,
    at: text('at') === '' ? undefined : text('at'),
    tone,
    events: event.seq - from + 1,
  });
  const call = text('callId');
  switch (event.type) {
    case 'input':
      return row(text('actor') || 'anonymous', text('text') || blob(fields), 'said');
    case 'token':
      return row(text('kind') === 'reasoning' ? 'agent, thinking' : 'agent', text('text'), 'said');
    case 'turn':
      return row(text('by'), `asks for turn ${text('turn')}${text('replaces') === '' ? '' : `, in place of ${text('replaces')}`}`);
    case 'agent_status':
      return status(fields, text, row);
    case 'tool_call':
      return row('agent', `calls ${text('name')} (${call}) with ${short(fields['arguments'])}`);
    case 'approval':
      return row('agent', `asks for approval of ${text('name')} (${call})`, 'warn');
    case 'approval_vote':
      return row(text('by'), `approves ${call}: ${String(fields['approvals'] ?? 1)} of ${String(fields['needed'] ?? 1)}`);
    case 'approval_resolved':
      return row(text('by'), `${call} is ${text('decision')}${text('reason') === '' ? '' : `: ${text('reason')}`}`, text('decision') === 'approved' ? 'good' : 'warn');
    case 'tool_started':
      return row('runner', `runs ${call}`);
    case 'tool_doubted':
      return row('mesh', `${call} had begun when its runner was lost: somebody has to settle it`, 'bad');
    case 'tool_result':
      return row('runner', `${call} gave ${text('status') || 'a result'} ${short(fields['result'] ?? fields['error'])}`, text('status') === 'error' ? 'bad' : 'plain');
    case 'history':
      return row('mesh', 'the log goes on under another history from here', 'warn');
    case 'steer':
      return row(text('actor'), `steers: ${text('instruction')}`, 'said');
    case 'step':
      return row('model', `ended run ${String(fields['step'])} of turn ${text('turn')}`);
    default:
      return row(text('by') || text('actor') || 'mesh', `${event.type.replaceAll('_', ' ')} ${rest(fields)}`.trim());
  }
}

function status(fields: Fields, text: (name: string) => string, row: (who: string, words: string, tone?: Row['tone']) => Row): Row {
  const turn = text('turn');
  const runner = text('runner');
  if (runner !== '') {
    const epoch = `epoch ${String(fields['runEpoch'])}`;
    return fields['takeover'] === true ? row(runner, `takes turn ${turn} over, ${epoch}`, 'warn') : row(runner, `runs turn ${turn}, ${epoch}`);
  }
  const why = text('code') === '' ? '' : `: ${text('code')}${text('reason') === '' ? '' : ` (${text('reason')})`}`;
  const state = text('status');
  const tone = state === 'completed' ? 'good' : state === 'failed' || state === 'expired' ? 'bad' : 'plain';
  return row(text('by') || 'runner', `turn ${turn} is ${state.replaceAll('_', ' ')}${why}`, tone);
}

function rest(fields: Fields): string {
  const shown = Object.entries(fields).filter(([name]) => !['type', 'seq', 'from', 'session', 'by', 'actor', 'at'].includes(name));
  return shown.length === 0 ? '' : short(Object.fromEntries(shown));
}

function blob(fields: Fields): string {
  const { blob: known } = fields as { blob?: { bytes?: number } };
  return known === undefined ? '' : `a text of ${String(known.bytes)} bytes, stored apart`;
}

function short(value: unknown): string {
  const text = value === undefined ? '' : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** The log as JSON Lines, an event a line. */
export function jsonLines(events: readonly LogEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}
