import type { Conversation } from '@sessionmesh/client';
declare function render(conversation: Conversation): void;
// README
import { connect, createSession } from '@sessionmesh/client';

await createSession('http://localhost:8081', { id: 'release-planning', model: 'scripted:test' });

const connection = connect({ urls: ['http://localhost:8081', 'http://localhost:8082', 'http://localhost:8083'] });
const session = connection.attach('release-planning');

session.on('token', (event) => process.stdout.write(event.text));
session.on('approval', (approval) => console.log(`${approval.name} waits for a decision until ${approval.deadline}`));
session.on('change', (conversation) => render(conversation)); // messages, turns, tool calls, folded and immutable

await session.input('Plan the 2.4 release');
