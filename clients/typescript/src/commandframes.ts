import type { InputPolicy, RedoPolicy, Settlement } from './commands.js';

/** One call, or several, all or none. */
type Calls = { readonly callId: string } | { readonly callIds: readonly string[] };

/**
 * A command as it goes over the wire, for `sendCommand`; a `Session` has a method for each, which are explained there and in
 * docs/protocol.md. `claimant` is any id that the back end gives itself: by HTTP there is no `client` of a tab.
 */
export type CommandFrame =
  | { readonly type: 'input'; readonly text: string; readonly policy?: InputPolicy }
  | { readonly type: 'edit'; readonly turn: string; readonly text: string; readonly policy?: RedoPolicy }
  | { readonly type: 'regenerate'; readonly turn: string; readonly policy?: RedoPolicy }
  | { readonly type: 'select_branch'; readonly turn: string }
  | { readonly type: 'reorder'; readonly turn: string; readonly before?: string }
  | { readonly type: 'withdraw'; readonly turn: string }
  | { readonly type: 'cancel'; readonly turn?: string }
  | { readonly type: 'steer'; readonly instruction: string; readonly turn?: string }
  | ({
      readonly type: 'approve';
      readonly reason?: string;
      /** Other arguments, any JSON value, for a single call. */
      readonly arguments?: unknown;
      /** What the decision is about: take it from the approval that was shown. */
      readonly argumentsHash?: string;
      readonly remember?: 'session';
    } & Calls)
  | ({ readonly type: 'reject'; readonly reason?: string; readonly argumentsHash?: string } & Calls)
  | { readonly type: 'delegate'; readonly callId: string; readonly to: string }
  | { readonly type: 'revoke_grant'; readonly grant: string }
  | ({ readonly type: 'settle'; readonly callId: string } & Settlement)
  | { readonly type: 'tool_claim'; readonly callId: string; readonly claimant: string; readonly device?: string }
  | { readonly type: 'tool_heartbeat'; readonly callId: string; readonly claimant: string }
  | { readonly type: 'tool_release'; readonly callId: string; readonly claimant: string }
  | ({ readonly type: 'tool_result'; readonly callId: string; readonly claimant?: string } & ({ readonly result: unknown } | { readonly error: string }));
