import type { Decision } from '../audit/decision-log.ts';
import type { ClientSecret } from '../clients/client.ts';
import { derive } from '../delegation/derive.ts';
import type { Derivation } from '../delegation/ports.ts';
import type { Log } from '../log/log.ts';
import { isStoreUnavailable } from '../storage.ts';
import type { AskedRequest } from './asked-request.ts';
import { auditEntry } from './audit-entry.ts';
import type { RequestState } from './request-state.ts';

/** The secret that a client has authenticated with. */
export interface SecretUse {
  readonly clientId: string;
  readonly secretId: string;
}

/** What a recorder needs. */
export interface RecorderDependencies {
  readonly log: Log;
  /** Makes the record of a decision durable; together with the note that a secret was used, where one is due. */
  record(decision: Decision, used?: SecretUse): Promise<void>;
}

/**
 * Writes the audit record of a request once its answer is decided. Resolves to whether the answer may go out, and never
 * rejects.
 */
export type Recorder = (asked: AskedRequest, state: RequestState) => Promise<boolean>;

/** How often at most the use of a secret is written down. */
const SECRET_USE_GRAIN_MS = 3_600_000;

/** Makes the recorder of all requests of a server. */
export function createRecorder({ record, log }: RecorderDependencies): Recorder {
  /** Uses noted since the client was read; what was noted before comes with it. */
  const noted = new WeakMap<ClientSecret, number>();

  const dueUse = (
    { clientId }: AskedRequest,
    { secret, now }: RequestState,
  ): SecretUse | undefined => {
    if (secret === undefined || clientId === undefined) return undefined;
    const { id: secretId, lastUsedAt = 0 } = secret;
    if (now - (noted.get(secret) ?? lastUsedAt) < SECRET_USE_GRAIN_MS) return undefined;
    noted.set(secret, now);
    return { clientId, secretId };
  };

  return async (asked, state) => {
    try {
      const entry = auditEntry(asked, state);
      const decision = { entry, proven: isProven(state), derivation: derivation(state) };
      await record(decision, dueUse(asked, state));
      return true;
    } catch (error) {
      // A stall is told once, when it begins; a line for each request would be the next to fill the disk.
      const tell = isStoreUnavailable(error) ? log.debug : log.error;
      tell('audit record not written', { request_id: state.request.id, error });
      return mayGoUnrecorded(asked, state);
    }
  };
}

/**
 * Whether an answer may go out though its record cannot be written: what an introspection says, and what whoever has
 * proved who it is is told where it is given nothing. Whoever has lost the answer to a revocation learns that it is done, and
 * whoever asks for a scope that it has not, which it may ask for instead.
 */
const mayGoUnrecorded = ({ endpoint }: AskedRequest, state: RequestState): boolean =>
  endpoint === 'introspection' || (isProven(state) && state.issued === undefined);

/** Whether the caller has proved who it is: as a client, or by a token that a trusted issuer vouches for. */
const isProven = ({ authenticated, workload, workloadRefusal }: RequestState): boolean =>
  authenticated === true || workload !== undefined || workloadRefusal?.external !== undefined;

/** What is to be kept of an exchange that was granted. */
function derivation({ exchange, issued, error, snapshot }: RequestState): Derivation | undefined {
  if (!exchange?.grant || !issued || error) return undefined;
  return derive(exchange.subject, exchange.grant, {
    jti: issued.jti,
    expiresAt: issued.exp,
    catalogVersion: snapshot.catalog.version,
  });
}
