/** What the part of the address after `#` says: it stays in the browser and is never sent to a server. */
export interface Place {
  readonly session: string;
  /** Address of the control of a local demo, which can kill and start nodes. */
  readonly control: string | undefined;
  readonly token: string | undefined;
}

/** Reads the place from a hash; a visitor without a session gets a fresh one. */
export function placeOf(hash: string, random: () => string): Place {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const session = fields.get('session') ?? '';
  return {
    session: /^[A-Za-z0-9._:-]{1,128}$/.test(session) ? session : `demo-${random()}`,
    control: fields.get('control') ?? undefined,
    token: fields.get('token') ?? undefined,
  };
}

/** The hash that leads to a place. */
export function hashOf(place: Place): string {
  const fields = new URLSearchParams({ session: place.session });
  if (place.control !== undefined) fields.set('control', place.control);
  if (place.token !== undefined) fields.set('token', place.token);
  return `#${fields}`;
}

/** Six characters that nobody mistakes for others; plenty for telling demo sessions apart. */
export function randomName(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => letters[byte % letters.length]).join('');
}
