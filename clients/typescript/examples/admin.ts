declare const token: string;
declare const urls: readonly [string, ...string[]];
// README
import { createWebhook, readUsage, readWebhook, replayWebhook, revoke } from '@sessionmesh/client/admin';

await revoke(urls[0], { user: 'grace' }, { token }); // or a token's jti, a session, the whole tenant
const { sessions, limits, limited } = await readUsage(urls[0], { token });

await createWebhook(urls[0], { id: 'shop', url: 'https://shop.example/hooks/mesh', events: ['agent_status', 'approval*'] }, { token });
const { state, lastError, sessionsBehind } = await readWebhook(urls[0], 'shop', { token });
await replayWebhook(urls[0], 'shop', 'release-planning', 0, { token });
// END
console.log(sessions, limits, limited, state, lastError, sessionsBehind);
