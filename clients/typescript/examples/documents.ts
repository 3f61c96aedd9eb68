declare const token: string;
declare const urls: readonly [string, ...string[]];
// README
import { createSession, followInbox, readSession } from '@sessionmesh/client';

await createSession(urls[0], {
  id: 'release-planning',
  budget: { turn: { tokens: 50_000, toolCalls: 20 }, session: { tokens: 2_000_000 } },
  tools: [
    { name: 'publish', executor: 'server', source: 'http:publish', approval: { when: 'always', needed: 2, approvers: ['role:lead'], separateDuty: true } },
    { name: 'locate', executor: 'client', target: { user: 'asker', device: 'phone' } },
  ],
}, { token });

const { spent, budget, audit } = await readSession(urls[0], 'release-planning', { token });
console.log(spent.outputTokens, 'of', budget.turn?.tokens, 'audit entry', audit.entries, audit.hash);

const stop = followInbox(urls, {
  changed: ({ approvals }) => console.log(approvals.map(({ session, name, deadline }) => `${session} ${name} ${deadline}`)),
}, { token }); // what waits for me, in any session; readInbox and readAudit ask once
// END
stop();
