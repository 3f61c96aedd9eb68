/** What a back end administers, as documents. */

/** What is to be good for nothing, as far as it was issued up to now. */
export type Revocation =
  /** One token, by its `jti`. */
  | { readonly token: string }
  /** Every token of a user, by its `sub`. */
  | { readonly user: string }
  /** What permits one session, for that session. */
  | { readonly session: string }
  /** Every token of the caller's tenant, the caller's own among them. */
  | { readonly tenant: true };

/** What a tenant has and does on the nodes that answered; counted since each of them started, or last forgot a tenant that was silent for long. */
export interface Usage {
  readonly tenant: string;
  /** Sessions that there are. */
  readonly sessions: number;
  /** WebSockets and event streams that are open. */
  readonly connections: number;
  /** Requests by HTTP, handshakes included. */
  readonly requests: number;
  /** Frames of WebSockets and commands by HTTP. */
  readonly commands: number;
  /** Requests to make a session that were let through. */
  readonly sessionsMade: number;
  /** Bytes of frames and bodies that came in. */
  readonly bytes: number;
  /** How often it was refused more, by what it asked for; what never happened is left out. */
  readonly limited: Readonly<Record<string, number>>;
  /** What it may have and do at once; `sessions` is left out where there is no limit. */
  readonly limits: {
    readonly sessions?: number;
    readonly connections: number;
    readonly requestsPerSecond: number;
    readonly commandsPerSecond: number;
    readonly sessionsPerSecond: number;
    readonly bytesPerSecond: number;
  };
  /** How many nodes were asked, and how many of them answered. */
  readonly nodes: number;
  readonly nodesAnswered: number;
}

/** A webhook to be. */
export interface WebhookSpec {
  /** 1-128 characters of `A-Za-z0-9._-`; left out: the server's choice. */
  readonly id?: string;
  /** `https`, with neither a user nor a fragment. */
  readonly url: string;
  /** Types of frames, or their beginnings and `*`; none: all. */
  readonly events?: readonly string[];
  /** Ids of sessions, or their beginnings and `*`; none: all. */
  readonly sessions?: readonly string[];
  readonly description?: string;
}

/** A back end's address to which events of sessions are posted: docs/webhooks.md. */
export interface Webhook extends Required<WebhookSpec> {
  /** RFC 3339, like all times here. */
  readonly createdAt: string;
  readonly state: 'ok' | 'failing' | 'paused' | (string & {});
  readonly failingSince?: string;
  readonly pausedAt?: string;
  readonly pausedBecause?: 'asked' | 'gone' | 'failing' | 'refused' | (string & {});
  /** `http_` and the status, `timeout`, `not_reached`, `connection_lost`, `tls`, `unknown_host` or `address_refused`. */
  readonly lastError?: string;
  /** Requests that were taken since the nodes started; this and the rest only where one webhook was asked for. */
  readonly deliveries?: number;
  readonly eventsDelivered?: number;
  /** Requests that were not. */
  readonly failures?: number;
  /** How many sessions have something to deliver now. */
  readonly sessionsBehind?: number;
  readonly nodes?: number;
  readonly nodesAnswered?: number;
}

/** A public key that webhooks are signed with, as a JWK. */
export interface WebhookKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** The key, in base64url. */
  readonly x: string;
  /** The RFC 7638 thumbprint. */
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

/** What is left of a session that was erased, and where the rest was. */
export interface Erasure {
  readonly receipt: {
    readonly type: 'erasure';
    readonly version: number;
    readonly tenant: string;
    readonly session: string;
    readonly at: string;
    readonly node: string;
    readonly removed: Readonly<Record<string, Readonly<Record<string, number>>>>;
    /** `sha256` is over the line `sessionmesh-tombstone 1 TENANT/ID AT HEAD`, with its end. */
    readonly tombstone: { readonly at: number; readonly head: number; readonly sha256: string };
  };
  /** The receipt as a JWS, signed with one of `readWebhookKeys`. */
  readonly jws: string;
}
