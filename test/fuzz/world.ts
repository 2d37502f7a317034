import type { Credential } from '../support/oauth.ts';
import type { OwnKey, OwnKeys } from './grammar/keys.ts';

/** A registered client, and what it proves itself by. */
export interface LiveClient {
  readonly id: string;
  readonly secret?: string;
  readonly keys?: readonly OwnKey[];
  /** Scopes it is entitled to for sure. */
  readonly scopes: readonly string[];
}

/** A token that was good when it came. */
export interface LiveToken {
  readonly value: string;
  readonly client: string;
  readonly audience: string;
  readonly scopes: readonly string[];
  /** The key it is bound to. */
  readonly key?: OwnKey;
}

/** Who plays which part; the names of clients are other ones in each round. */
export type Part =
  'viewer' | 'editor' | 'partial' | 'keyed' | 'front' | 'stock' | 'bot' | 'off' | `ambit-${string}`;

/** What is alive on the server, as far as the answers have told; requests are made from it. */
export interface World {
  readonly issuer: string;
  readonly keys: OwnKeys;
  readonly root: Credential;
  readonly round: number;
  /** The version that everything else in the world rests on, and its text. */
  base: { version: number; source: string };
  readonly cast: Map<Part, LiveClient>;
  /** Members of the cast that may not be what they were. */
  readonly suspects: Set<Part>;
  /** A token with everything that each built-in role grants. */
  readonly adminTokens: Map<string, LiveToken>;
  /** Everything below was found in answers; the newest come last. */
  readonly clients: LiveClient[];
  readonly tokens: LiveToken[];
  readonly deadTokens: string[];
  readonly jtis: string[];
  readonly versions: number[];
  readonly kids: string[];
  readonly secretIds: { readonly client: string; readonly id: string }[];
  readonly assigned: { readonly client: string; readonly role: string }[];
  readonly revisions: { readonly client: string; readonly revision: string }[];
  readonly requestIds: string[];
  readonly recordIds: number[];
  readonly cursors: { readonly endpoint: string; readonly cursor: string }[];
  readonly assignments: string[];
  /** Proofs and assertions that were used before. */
  readonly spentProofs: {
    readonly by: string | undefined;
    readonly path: string;
    readonly proof: string;
  }[];
  readonly spentAssertions: string[];
  readonly spentExternals: string[];
}

const KEPT = 40;

/** Keeps what was found, and forgets the oldest. */
export function remember<T>(list: T[], found: T): void {
  list.push(found);
  if (list.length > KEPT) list.shift();
}

/** An empty world, before anything is laid out in it. */
export const newWorld = (
  facts: Pick<World, 'issuer' | 'keys' | 'root' | 'round' | 'base'>,
): World => ({
  ...facts,
  cast: new Map(),
  suspects: new Set(),
  adminTokens: new Map(),
  clients: [],
  tokens: [],
  deadTokens: [],
  jtis: [],
  versions: [0],
  kids: [],
  secretIds: [],
  assigned: [],
  revisions: [],
  requestIds: [],
  recordIds: [],
  cursors: [],
  assignments: [],
  spentProofs: [],
  spentAssertions: [],
  spentExternals: [],
});

/** A member of the cast; throws where the world was never laid out. */
export function castOf(world: World, part: Part): LiveClient {
  const client = world.cast.get(part);
  if (!client) throw new Error(`nobody plays \`${part}\``);
  return client;
}
