declare const token: string;
declare const urls: readonly [string, ...string[]];
// README
import { drainNode, findSessions, readMesh } from '@sessionmesh/client/operator';

const { nodes, missing } = await readMesh(urls[0], { token }); // the nodes' admin token
const waiting = await findSessions(urls[0], { waiting: true, limit: 20 }, { token }); // of all tenants, and nothing of what was said
await drainNode(urls[0], 'n2', { token }); // whichever node is asked
// END
console.log(nodes, missing, waiting.sessions);
