import type { Session } from '@sessionmesh/client';
import { SessionmeshError } from '@sessionmesh/client';
declare const session: Session;
// README
for (const { name, arguments: args, approval } of session.conversation.approvals) {
  console.log(`${name} ${JSON.stringify(args)}: ${approval?.votes.length} of ${approval?.needed} approved`, approval?.reason);
  if (approval?.edited) console.log(`changed by ${approval.edited.by}, the agent wanted`, approval.edited.original);
  if (approval?.escalated) console.log('also asked:', approval.escalatedTo);
}

await session.approve('k1'); // what is shown now; changed meanwhile, it is refused with arguments_changed
await session.approve('k2', { arguments: { version: '2.5' } }); // with other arguments; earlier votes become void
await session.approve(['k3', 'k4']); // all of them or none
await session.approve('k5', { remember: 'session' }); // further calls of the tool need nobody: session.conversation.grants
await session.delegate('k6', 'carol');
await session.revokeGrant('g1');
await session.settle('k7', { outcome: 'retry' }); // a call in doubt took no effect: run it again

try {
  await session.reject('k8', 'not before Monday');
} catch (error) {
  if (!(error instanceof SessionmeshError) || error.code !== 'already_decided') throw error;
  console.log(`${error.details.decidedBy} was first: ${error.details.decision} at ${error.details.at}`);
}
