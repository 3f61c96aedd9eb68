import type { ConnectOptions } from './api.js';
import { SessionmeshError } from './errors.js';
import { COMMAND_WINDOW, DEFAULT_LIMITS } from './limits.js';
import type { Limits } from './limits.js';
import type { Dial, WebSocketConstructor } from './link.js';

/**
 * Opens WebSockets as these options ask for it. The token travels as a subprotocol, because a page can set no header of a WebSocket.
 *
 * @throws SessionmeshError `bad_option` when there is no constructor
 */
export function dialOf(options: ConnectOptions): Dial {
  const make = webSocketOf(options);
  const further = options.protocols ?? [];
  return (url, token) => {
    const protocols = token === undefined ? further : ['sessionmesh.v1', `sessionmesh.bearer.${token}`, ...further];
    return protocols.length === 0 ? new make(url) : new make(url, [...new Set(protocols)]);
  };
}

/** The constructor given, or the platform's. */
function webSocketOf(options: ConnectOptions): WebSocketConstructor {
  const make = options.WebSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  if (make === undefined) {
    throw new SessionmeshError('bad_option', 'this platform has no WebSocket: pass a constructor, such as that of the ws package');
  }
  return make;
}

/**
 * The limits given, and the default ones for the rest.
 *
 * @throws SessionmeshError `bad_option` when one is out of range
 */
export function limitsOf(given: Partial<Limits>): Limits {
  const limits = { ...DEFAULT_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) throw new SessionmeshError('bad_option', `limits.${name} is not positive: ${value}`);
  }
  if (limits.outboxCommands > COMMAND_WINDOW) {
    throw new SessionmeshError('bad_option', `limits.outboxCommands exceeds the server's memory of ${COMMAND_WINDOW}`);
  }
  return limits;
}
