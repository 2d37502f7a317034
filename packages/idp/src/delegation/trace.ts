import { err, ok, present } from '@ambit/scope-catalog';
import type { DelegationEntry, DerivedScope, Result } from '@ambit/scope-catalog';
import type { AuditStore } from '../audit/ports.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { CatalogStore } from '../catalog/ports.ts';
import type { Snapshot, Snapshots } from '../snapshot/snapshot.ts';
import type { InactiveReason } from '../tokens/access-token.ts';
import { decideToken } from '../tokens/decide-token.ts';
import { issuedToken } from '../tokens/issued-token.ts';
import type { DerivationStore } from './ports.ts';

/** A token of a tree, with what was derived from it. */
export interface TracedToken {
  readonly jti: string;
  /** Whom it was issued to: the one who asked. */
  readonly client: string;
  /** On whose behalf. */
  readonly subject: string;
  readonly audience: string;
  readonly scopes: readonly string[];
  /** What is left of its scopes now; nothing when it is inactive. */
  readonly live: readonly string[];
  /** The workload that stood for the client, by its own token. */
  readonly external?: { readonly issuer: string; readonly subject?: string };
  /** How an exchange came by each of its scopes, by rules as they read then; none at the root. */
  readonly grantedBy: readonly DerivedScope[];
  readonly catalogVersion: number;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  readonly active: boolean;
  readonly reason?: InactiveReason;
  readonly children: readonly TracedToken[];
  /** How many children there are besides, in a tree too large to be told whole. */
  readonly omitted?: number;
}

/** Why nothing can be traced. */
export interface TraceRefusal {
  readonly code: 'token.not_recorded';
  readonly jti: string;
}

/** Tells where tokens come from and what came of them. */
export interface TraceService {
  /**
   * The whole tree that a token is of, from its root down. The way up is found in the audit log, for good, with the rules
   * in the catalog versions; the way down in the derivations, which are kept until their tokens expire.
   */
  trace(jti: string): Promise<Result<TracedToken, TraceRefusal>>;
}

/** How many tokens of a tree are told at most. */
export const TRACED_MAX = 1000;

/** Makes the trace service. */
export function createTraceService(dependencies: {
  readonly read: {
    readonly audit: Pick<AuditStore, 'findIssuance'>;
    readonly derivations: Pick<DerivationStore, 'listChildren'>;
    readonly catalog: Pick<CatalogStore, 'find'>;
  };
  readonly snapshots: Snapshots;
  readonly clock: () => number;
  readonly issuer: string;
}): TraceService {
  const { read, snapshots, clock, issuer } = dependencies;
  const { audit, derivations, catalog } = read;

  /** The issuances from the root to a token. */
  const wayTo = async (jti: string): Promise<readonly AuditRecord[]> => {
    const issuance = await audit.findIssuance(jti);
    if (issuance === undefined) return [];
    const { parentJti } = issuance;
    return [...(parentJti === undefined ? [] : await wayTo(parentJti)), issuance];
  };

  return {
    async trace(jti) {
      const [root, ...way] = await wayTo(jti);
      if (root === undefined) return err({ code: 'token.not_recorded', jti });
      const tell = teller({
        snapshot: await snapshots.current(),
        now: clock(),
        issuer,
        findIssuance: (child) => audit.findIssuance(child),
        listChildren: (parent) => derivations.listChildren(parent),
        rulesOf: async (version) => (await catalog.find(version))?.document.delegation ?? [],
      });
      return ok(await tell(root, way));
    },
  };
}

/** How one tree is told; counts what it has told. */
function teller(tree: {
  readonly snapshot: Snapshot;
  readonly now: number;
  readonly issuer: string;
  readonly findIssuance: AuditStore['findIssuance'];
  readonly listChildren: DerivationStore['listChildren'];
  readonly rulesOf: (version: number) => Promise<readonly DelegationEntry[]>;
}) {
  let told = 0;
  const versions = new Map<number, Promise<readonly DelegationEntry[]>>();

  const sourcesOf = async (issuance: AuditRecord): Promise<readonly DerivedScope[]> => {
    const { grantedBy = [], catalogVersion: version = 0 } = issuance;
    if (grantedBy.length === 0) return [];
    const known = versions.get(version) ?? tree.rulesOf(version);
    versions.set(version, known);
    const rules = await known;
    return grantedBy.flatMap((source): DerivedScope[] => {
      if (source.by === 'carried') return [source];
      const rule = rules[source.rule];
      return rule === undefined ? [] : [{ ...source, rule }];
    });
  };

  /** `way` leads on to the token that was asked for, whose derivations may be forgotten. */
  const tell = async (
    issuance: AuditRecord,
    way: readonly AuditRecord[] = [],
  ): Promise<TracedToken> => {
    told += 1;
    const token = issuedToken(issuance, tree.issuer);
    const { jti, client_id: client, sub: subject, aud: audience } = token.claims;
    const decision = await decideToken(token, tree.snapshot, tree.now);
    const kept = await tree.listChildren(jti);
    const children: TracedToken[] = [];
    const [next, ...onwards] = way;
    if (next !== undefined && !kept.some((child) => child.jti === next.jti)) {
      children.push(await tell(next, onwards));
    }
    let omitted = 0;
    for (const child of kept) {
      const issued = told < TRACED_MAX ? await tree.findIssuance(child.jti) : undefined;
      if (issued === undefined) omitted += 1;
      else children.push(await tell(issued, child.jti === next?.jti ? onwards : []));
    }
    return {
      ...{ jti, client, subject, audience, children },
      scopes: issuance.grantedScopes ?? [],
      live: decision.active ? decision.liveness.scopes : [],
      grantedBy: await sourcesOf(issuance),
      catalogVersion: token.claims.catalog_version,
      issuedAt: issuance.time,
      expiresAt: token.claims.exp,
      active: decision.active,
      ...present({
        external: externalOf(issuance),
        reason: decision.active ? undefined : decision.reason,
        omitted: omitted === 0 ? undefined : omitted,
      }),
    };
  };
  return tell;
}

const externalOf = ({ externalIssuer: issuer, personal }: AuditRecord): TracedToken['external'] =>
  issuer === undefined ? undefined : { issuer, ...present({ subject: personal?.externalSubject }) };
