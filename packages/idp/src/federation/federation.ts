import { decideFederation, err, ok } from '@ambit/scope-catalog';
import type {
  CompiledCatalog,
  FederationGrant,
  FederationRefusalCode,
  Result,
} from '@ambit/scope-catalog';
import { verifyExternalToken } from './external-token.ts';
import type { ExternalIdentity, ExternalTokenFault } from './external-token.ts';
import type { IssuerKeys } from './issuer-keys.ts';

/** A workload that has proved who it is. */
export interface Workload {
  readonly external: ExternalIdentity;
  /** The client it stands for, and for how much. */
  readonly grant: FederationGrant;
}

/** Why an external token makes nobody a client. */
export interface WorkloadRefusal {
  readonly code: `external.${ExternalTokenFault}` | FederationRefusalCode;
  /** Present when the token is genuine: then whoever holds it may know what is wrong with it. */
  readonly external?: ExternalIdentity;
  /** For the log and the audit alone. */
  readonly detail?: string;
}

/** Tells which client a workload stands for, by the token that it brings from elsewhere. */
export interface Federation {
  identify(
    token: string,
    catalog: CompiledCatalog,
    now: number,
  ): Promise<Result<Workload, WorkloadRefusal>>;
}

/** Makes the federation: an external token is verified, then its claims are held to the rules of the catalog. */
export function createFederation({ keys }: { readonly keys: IssuerKeys }): Federation {
  return {
    async identify(token, catalog, now) {
      const verified = await verifyExternalToken(token, catalog.federation, keys, now);
      if (!verified.ok) {
        const { code, ...rest } = verified.error;
        return err({ code: `external.${code}`, ...rest });
      }
      const { issuerName, claims } = verified.value;
      const external = { issuer: claims.iss, subject: claims.sub };
      const decided = decideFederation(catalog, issuerName, claims, now);
      if (decided.ok) return ok({ external, grant: decided.value });
      const { code, rules = [] } = decided.error;
      const detail = rules.map(({ rule, unmet }) => `rule ${rule}: ${unmet.join(', ') || 'tied'}`);
      return err({ code, external, ...(detail.length > 0 ? { detail: detail.join('; ') } : {}) });
    },
  };
}
