declare const token: string;
declare const urls: readonly [string, ...string[]];
// README
import { createTicket, deleteSession, listSessions, readEvents, readMessages, readPresence, sendCommand } from '@sessionmesh/client/http';

await sendCommand(urls[0], 'release-planning', 'nightly-17', { type: 'input', text: 'What changed since yesterday?' }, { token });

const { messages } = await readMessages(urls[0], 'release-planning', { token });
const { events, head } = await readEvents(urls[0], 'release-planning', { token, after: 40 }); // go on behind the last one until head
const { here } = await readPresence(urls[0], 'release-planning', { token });

let after: string | undefined;
do {
  const page = await listSessions(urls[0], { token, after });
  for (const { id } of page.sessions) if (id.startsWith('scratch-')) await deleteSession(urls[0], id, { token });
  after = page.next;
} while (after !== undefined);

const { ticket, expiresInMs } = await createTicket(urls[0], { token }); // for a browser: good for one WebSocket, `/v1/ws?ticket=`
// END
console.log(messages, events, head, here, ticket, expiresInMs);
