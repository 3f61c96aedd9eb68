import type { Connection } from '@sessionmesh/client';
declare const connection: Connection;
declare function askForPlace(options: { readonly precise: boolean; readonly signal: AbortSignal }): Promise<{ readonly city: string }>;
// README
const session = connection.attach('release-planning', { device: 'phone' });

session.executeTool('locate', async (args, { signal }) => {
  const { precise } = args as { precise: boolean };
  return askForPlace({ precise, signal }); // what it returns is the result, what it throws the error
});
