import { err, ok, SIGNING_ALGS } from '@ambit/scope-catalog';
import type { Result, SigningAlg } from '@ambit/scope-catalog';
import { SYSTEM } from '../actor.ts';
import type { Actor } from '../actor.ts';
import type { ActorRefusal, Change, Changes } from '../change.ts';
import type { Storage } from '../storage.ts';
import type { Sealer } from '../vault/vault.ts';
import { beginKeyChange } from './key-change.ts';
import type { KeyChange } from './key-change.ts';
import { isOverdue, mayDestroyFrom, maySignFrom, ROTATION_SECONDS } from './key-timing.ts';
import type { KeyState, SigningKeyRecord } from './ports.ts';
import { generateSigningKeyPair } from './signing-key-pair.ts';
import type { SigningKeyPair } from './signing-key-pair.ts';

/** A signing key as an administrator sees it. Times are milliseconds since the epoch. */
export interface KeyInfo extends Omit<SigningKeyRecord, 'privateJwk'> {
  /** When it entered the JWKS. */
  readonly publishedAt: number;
  /** For a next key: from when it may sign. */
  readonly maySignFrom?: number;
  /** For a retired key: from when it may be destroyed. */
  readonly mayDestroyFrom?: number;
  /** Whether it has signed for longer than it should. */
  readonly overdue: boolean;
}

/** Why a key stays as it is. Times are milliseconds since the epoch. */
export type KeyRefusal =
  | { readonly code: 'key.not_found'; readonly kid: string }
  /** The next key may be missing from a JWKS that somebody still caches. */
  | {
      readonly code: 'key.not_ready';
      readonly kid: string;
      readonly alg: SigningAlg;
      readonly readyAt: number;
    }
  /** Tokens that it signed may still be about. */
  | { readonly code: 'key.in_use'; readonly kid: string; readonly until: number }
  /** The step does not lead on from the state it is in. */
  | { readonly code: 'key.wrong_state'; readonly kid: string; readonly state: KeyState };

/** The part of a change that moving keys takes. */
type KeyWork = Pick<Change, 'tx' | 'now' | 'actor' | 'request'>;

type Affected = Result<readonly KeyInfo[], KeyRefusal | ActorRefusal>;

/**
 * Governs the signing keys: next → active → retired → destroyed, for each algorithm on its own.
 *
 * INVARIANT: from `ensureKeys` on, every algorithm has exactly one active and one next key after every change.
 */
export interface KeyService {
  /** Every key there ever was, newest first. */
  list(): Promise<readonly KeyInfo[]>;
  /** Lets the next key sign in place of the active one, for one algorithm or for all, or for none of them. */
  rotate(options: { readonly alg?: SigningAlg }, actor: Actor): Promise<Affected>;
  /** Ends the signing of a key: an active one is rotated out, a next one never signs. */
  retire(kid: string, actor: Actor): Promise<Affected>;
  /** Takes a retired key out of the JWKS, once no token needs it any more. */
  destroy(kid: string, actor: Actor): Promise<Affected>;
  /**
   * Makes ready to take a key out of the JWKS at once, whatever still needs it; the step it gives does so, in the
   * transaction of the revocation.
   */
  prepareRevocation(
    kid: string,
  ): Promise<
    (
      change: KeyWork,
    ) => Promise<Result<void, { readonly code: 'key.not_found'; readonly kid: string }>>
  >;
  /** Makes the keys that are missing; bootstrap. */
  ensureKeys(): Promise<readonly KeyInfo[]>;
  /** Rotates what is due and ready, and destroys what no token needs any more. */
  runSchedule(): Promise<readonly KeyInfo[]>;
}

const ATTEMPTED = { kind: 'key', id: 'signing' } as const;
const SCOPES = ['ambit.key:rotate'];

/** Makes the key service. */
export function createKeyService(deps: {
  readonly storage: Storage;
  readonly changes: Changes;
  readonly vault: Pick<Sealer, 'seal' | 'masterKeyId'>;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly jwksMaxAgeSeconds: number;
  readonly rotationSeconds?: number;
  readonly generate?: (alg: SigningAlg) => Promise<SigningKeyPair>;
}): KeyService {
  const { storage, changes, vault, clock, newId, generate = generateSigningKeyPair } = deps;
  const { jwksMaxAgeSeconds, rotationSeconds = ROTATION_SECONDS } = deps;
  const timing = { jwksMaxAgeSeconds, rotationSeconds };

  const describe =
    (now: number) =>
    (record: SigningKeyRecord): KeyInfo => {
      const { privateJwk: _, ...key } = record;
      return {
        ...key,
        publishedAt: key.createdAt,
        ...(key.state === 'next' && { maySignFrom: maySignFrom(key, timing) }),
        ...(key.state === 'retired' && { mayDestroyFrom: mayDestroyFrom(key, timing) }),
        overdue: isOverdue(key, timing, now),
      };
    };

  /** Generates ahead, because an RSA key takes long and a transaction holds everybody else up. */
  const stock = async (algs: readonly SigningAlg[]) => {
    const pairs = await Promise.all(algs.map((alg) => generate(alg)));
    return async (alg: SigningAlg): Promise<SigningKeyPair> => {
      const index = pairs.findIndex((pair) => pair.alg === alg);
      return index < 0 ? generate(alg) : (pairs.splice(index, 1)[0] ?? generate(alg));
    };
  };

  /** A stock for the place of a key that signs, or is to; the place of any other stays empty. */
  const stockFor = async (kid: string) => {
    const key = (await storage.read.keys.list()).find((candidate) => candidate.kid === kid);
    return stock(key?.state === 'active' || key?.state === 'next' ? [key.alg] : []);
  };

  const findUnready = (
    keys: readonly SigningKeyRecord[],
    algs: readonly SigningAlg[],
    now: number,
  ): KeyRefusal | undefined => {
    const next = keys.find(
      (key) => key.state === 'next' && algs.includes(key.alg) && now < maySignFrom(key, timing),
    );
    return (
      next && {
        code: 'key.not_ready',
        kid: next.kid,
        alg: next.alg,
        readyAt: maySignFrom(next, timing),
      }
    );
  };

  const begin = (change: KeyWork): Promise<KeyChange> =>
    beginKeyChange({ ...change, sealer: vault, actor: change.actor.clientId });

  /** Changes keys on behalf of nobody: bootstrap and the schedule. */
  const bySystem = async (
    work: (keys: KeyChange, now: number) => Promise<readonly SigningKeyRecord[]>,
  ): Promise<readonly KeyInfo[]> => {
    const now = clock();
    const moved = await storage.transaction(async (tx) =>
      work(
        await beginKeyChange({ tx, now, sealer: vault, actor: SYSTEM, request: { id: newId() } }),
        now,
      ),
    );
    return moved.map(describe(now));
  };

  const rotateAlgs = async (
    change: KeyWork,
    algs: readonly SigningAlg[],
    take: (alg: SigningAlg) => Promise<SigningKeyPair>,
  ): Promise<Result<readonly KeyInfo[], KeyRefusal>> => {
    const before = await change.tx.keys.list();
    const unready = findUnready(before, algs, change.now);
    if (unready !== undefined) return err(unready);
    const keys = await begin(change);
    const moved: SigningKeyRecord[] = [];
    for (const alg of algs) {
      const active = before.find((key) => key.alg === alg && key.state === 'active');
      if (active !== undefined) moved.push(await keys.move(active, 'retired'));
      moved.push(...(await keys.complete(alg, take)));
    }
    return ok(moved.map(describe(change.now)));
  };

  return {
    async list() {
      return (await storage.read.keys.list()).map(describe(clock()));
    },

    async rotate({ alg }, actor) {
      const algs = alg === undefined ? SIGNING_ALGS : [alg];
      const unready = findUnready(await storage.read.keys.list(), algs, clock());
      if (unready !== undefined) return err(unready);
      const take = await stock(algs);
      return changes<readonly KeyInfo[], KeyRefusal>(
        actor,
        { event: 'key.activated', target: ATTEMPTED, scopes: SCOPES },
        (change) => rotateAlgs(change, algs, take),
      );
    },

    async retire(kid, actor) {
      const take = await stockFor(kid);
      return changes<readonly KeyInfo[], KeyRefusal>(
        actor,
        { event: 'key.retired', target: { kind: 'key', id: kid }, scopes: SCOPES },
        async (change) => {
          const key = (await change.tx.keys.list()).find((candidate) => candidate.kid === kid);
          if (key === undefined) return err({ code: 'key.not_found', kid });
          if (key.state === 'active') return rotateAlgs(change, [key.alg], take);
          if (key.state !== 'next') return err({ code: 'key.wrong_state', kid, state: key.state });
          const keys = await begin(change);
          const retired = await keys.move(key, 'retired');
          const made = await keys.complete(key.alg, take);
          return ok([retired, ...made].map(describe(change.now)));
        },
      );
    },

    destroy: (kid, actor) =>
      changes<readonly KeyInfo[], KeyRefusal>(
        actor,
        { event: 'key.destroyed', target: { kind: 'key', id: kid }, scopes: SCOPES },
        async (change) => {
          const { tx, now } = change;
          const key = (await tx.keys.list()).find((candidate) => candidate.kid === kid);
          if (key === undefined) return err({ code: 'key.not_found', kid });
          if (key.state !== 'retired') {
            return err({ code: 'key.wrong_state', kid, state: key.state });
          }
          const until = mayDestroyFrom(key, timing);
          if (now < until) return err({ code: 'key.in_use', kid, until });
          const keys = await begin(change);
          return ok([await keys.move(key, 'destroyed')].map(describe(now)));
        },
      ),

    async prepareRevocation(kid) {
      const take = await stockFor(kid);
      return async (change) => {
        const key = (await change.tx.keys.list()).find((candidate) => candidate.kid === kid);
        if (key === undefined) return err({ code: 'key.not_found', kid });
        if (key.state === 'destroyed') return ok(undefined);
        const keys = await begin(change);
        await keys.move(key, 'destroyed');
        await keys.complete(key.alg, take);
        return ok(undefined);
      };
    },

    async ensureKeys() {
      const kept = await storage.read.keys.list();
      const missing = SIGNING_ALGS.flatMap((alg) =>
        (['active', 'next'] as const)
          .filter((state) => !kept.some((key) => key.alg === alg && key.state === state))
          .map(() => alg),
      );
      if (missing.length === 0) return [];
      const take = await stock(missing);
      return bySystem(async (keys) => {
        const made: SigningKeyRecord[] = [];
        for (const alg of SIGNING_ALGS) made.push(...(await keys.complete(alg, take)));
        return made;
      });
    },

    async runSchedule() {
      const isDue = (key: SigningKeyRecord, keys: readonly SigningKeyRecord[], now: number) =>
        isOverdue(key, timing, now) && findUnready(keys, [key.alg], now) === undefined;
      const isSpent = (key: SigningKeyRecord, now: number) =>
        key.state === 'retired' && mayDestroyFrom(key, timing) <= now;
      const kept = await storage.read.keys.list();
      const due = kept.filter((key) => isDue(key, kept, clock()));
      if (due.length === 0 && !kept.some((key) => isSpent(key, clock()))) return [];
      const take = await stock(due.map(({ alg }) => alg));
      return bySystem(async (keys, now) => {
        const before = await keys.list();
        const moved: SigningKeyRecord[] = [];
        for (const key of before) {
          if (isSpent(key, now)) moved.push(await keys.move(key, 'destroyed'));
          if (isDue(key, before, now)) {
            moved.push(await keys.move(key, 'retired'));
            moved.push(...(await keys.complete(key.alg, take)));
          }
        }
        return moved;
      });
    },
  };
}
