import type { Connection, ConnectOptions } from './api.js';
import { MeshConnection } from './connection.js';

/**
 * Opens a connection to the mesh and keeps it up: across lost networks, dead and draining nodes.
 *
 * Returns at once; the connection is made in the background and reported by its `state` events.
 *
 * ```ts
 * const connection = connect({ urls: ['http://localhost:8081', 'http://localhost:8082'] });
 * const session = connection.attach('release-planning');
 * session.on('token', (event) => process.stdout.write(event.text));
 * await session.input('Plan the 2.4 release');
 * ```
 *
 * @throws SessionmeshError `bad_option` when an option is out of range
 */
export function connect(options: ConnectOptions): Connection {
  return new MeshConnection(options);
}

export type {
  Attached,
  AttachOptions,
  Connection,
  ConnectionEvents,
  ConnectionState,
  ConnectOptions,
  Reset,
  Session,
  SessionEvents,
  SessionState,
  SessionStats,
} from './api.js';
export type { Clock } from './clock.js';
export type * from './commands.js';
export { verdictOf } from './closing.js';
export type { Verdict } from './closing.js';
export { EMPTY_CONVERSATION, isActive } from './conversation.js';
export type {
  Approval,
  Branch,
  Claim,
  Conversation,
  Grant,
  Message,
  MessagePart,
  Steer,
  TimelineEntry,
  ToolCall,
  ToolCallState,
  Turn,
  Vote,
} from './conversation.js';
export type { TokenSource } from './credential.js';
export type * from './documents.js';
export { CLIENT_CODES, SERVER_CODES, SessionmeshError } from './errors.js';
export type { ErrorCode } from './errors.js';
export { evolve } from './fold.js';
export type * from './frames.js';
export { clusterView, createSession, readAudit, readBlob, readInbox, readSession } from './http.js';
export type { HttpOptions } from './request.js';
export { followInbox } from './inbox.js';
export type { InboxListener, InboxOptions } from './inbox.js';
export { DEFAULT_LIMITS } from './limits.js';
export type { Limits } from './limits.js';
export type { WebSocketConstructor, WebSocketLike } from './link.js';
export type { Attendance, Attendee, Departed, Presence } from './presence.js';
export type { Wakeups } from './wakeups.js';
