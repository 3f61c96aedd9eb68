import type { SessionmeshError } from '../src/index.js';

/** Why something could not be done, in a sentence for the person who wanted it. */
export function refusal(error: SessionmeshError, seat: string): string {
  const text = (name: string) => {
    const value = error.details[name];
    return typeof value === 'string' ? value : undefined;
  };
  switch (error.code) {
    case 'already_decided': {
      const [who, decision] = [text('decidedBy'), text('decision')];
      return who === undefined || decision === undefined ? error.message : `${who === seat ? 'You were' : `${who} was`} first: ${decision}${at(text('at'))}`;
    }
    case 'already_claimed': {
      const who = text('claimedBy');
      return who === undefined ? error.message : who === seat ? 'Another tab of yours is on it' : `${who}'s tab is on it`;
    }
    case 'not_an_approver':
      return 'You asked for this, so somebody else decides';
    case 'arguments_changed':
      return 'Somebody changed the arguments meanwhile: look again';
    default:
      return error.message;
  }
}

function at(time: string | undefined): string {
  const date = new Date(time ?? '');
  return Number.isNaN(date.getTime()) ? '' : ` at ${date.toLocaleTimeString('en', { hour12: false })}`;
}
