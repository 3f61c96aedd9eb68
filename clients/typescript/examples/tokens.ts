import { connect, createSession } from '@sessionmesh/client';
declare const urls: readonly [string, ...string[]];
// README
const token = async () => (await (await fetch('/token', { method: 'POST' })).json()).token; // your back end knows who asks
const connection = connect({ urls, token });
await createSession(urls[0], { id: 'release-planning' }, { token });
// END
connection.close();
