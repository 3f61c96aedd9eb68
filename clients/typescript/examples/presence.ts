import type { Attendee, Connection, Departed } from '@sessionmesh/client';
declare const connection: Connection;
declare const editor: { oninput: () => void };
declare const seq: number;
declare function render(here: readonly Attendee[], left: readonly Departed[], more: number): void;
// README
const session = connection.attach('release-planning', { device: 'laptop' });
const stop = session.presence.subscribe(({ here, left, more }) => render(here, left, more));
editor.oninput = () => session.presence.setTyping(true); // ends by itself; false ends it at once
session.presence.setFocus('section 3');
session.presence.setStatus('back at 3');
session.presence.markRead(seq);
// END
stop();
