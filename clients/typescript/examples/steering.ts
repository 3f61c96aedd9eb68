import type { Session } from '@sessionmesh/client';
declare const session: Session;
// README
await session.input('And the 2.5 release?', { policy: 'merge' }); // or enqueue, reject, interrupt, rollback, latest, steer

const { consumed, step } = await session.steer('Shorter, please');
console.log(consumed ? `heard by run ${step} of the model` : 'it came too late');

const cancelled = await session.cancel();
if (cancelled.answer !== 'accepted') console.log(cancelled.answer, cancelled.reason); // too_late, or refused

const [next] = session.conversation.queue;
if (next) await session.withdraw(next.id); // or reorder(turn, before)

await session.edit('t3', 'Plan the 3.0 release'); // on a branch beside t3; regenerate('t3') keeps the words
await session.selectBranch('t3'); // and back: session.conversation.branches tells where there are others
