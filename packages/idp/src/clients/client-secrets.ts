import { err, ok, present } from '@ambit/scope-catalog';
import type { GovernanceRefusalOf, Result } from '@ambit/scope-catalog';
import type { Actor } from '../actor.ts';
import type { Changes } from '../change.ts';
import type { Vault } from '../vault/vault.ts';
import { decideLastAdmin, listAdmins } from './administration.ts';
import { isLiveSecret } from './client.ts';
import type { Client, ClientSecret } from './client.ts';
import { attemptOn, auditedSecret, loadClient, storeClient } from './client-change.ts';
import type { ExistingClientRefusal, SecretRefusal } from './refusals.ts';

/** The most secrets a client can have live at once: enough to rotate in steps, too few to hide one in. */
export const SECRETS_MAX = 5;
/** The longest label of a secret. */
export const SECRET_LABEL_MAX_LENGTH = 64;

/** How a new secret is to be kept. */
export interface NewSecret {
  readonly label?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** A secret in the clear, on its only way out. */
export interface IssuedSecret {
  readonly id: string;
  readonly clientId: string;
  readonly secret: string;
  readonly label?: string;
  readonly expiresAt?: number;
}

/** What making secrets needs. */
export interface SecretMint {
  readonly newId: () => string;
  /** 256 random bits in the recognisable form. */
  readonly newSecret: () => string;
  readonly vault: Pick<Vault, 'keyId' | 'hashSecret'>;
}

type AddRefusal =
  | ExistingClientRefusal
  | SecretRefusalOf<'secret.not_used' | 'secret.too_many' | 'secret.expiry_past'>;
type RevokeRefusal =
  | ExistingClientRefusal
  | SecretRefusalOf<'secret.not_found'>
  | GovernanceRefusalOf<'governance.last_admin'>;
type SecretRefusalOf<C extends SecretRefusal['code']> = Extract<
  SecretRefusal,
  { readonly code: C }
>;

/** Gives clients further secrets and revokes them one by one, so that a rotation never breaks anything. */
export interface ClientSecrets {
  addSecret(
    clientId: string,
    secret: NewSecret,
    actor: Actor,
    expectedRevision?: number,
  ): Promise<Result<IssuedSecret, AddRefusal>>;
  revokeSecret(
    clientId: string,
    secretId: string,
    actor: Actor,
    expectedRevision?: number,
  ): Promise<Result<void, RevokeRefusal>>;
}

/** Makes a secret: the half to store and the half to hand out. */
export function mintSecret(
  mint: SecretMint,
  clientId: string,
  { label, expiresAt }: NewSecret,
  now: number,
): Result<
  { readonly stored: ClientSecret; readonly issued: IssuedSecret },
  SecretRefusalOf<'secret.expiry_past'>
> {
  if (expiresAt !== undefined && expiresAt <= now) {
    return err({ code: 'secret.expiry_past', expiresAt });
  }
  const secret = mint.newSecret();
  const facts = {
    id: mint.newId(),
    ...present({ label, expiresAt }),
  };
  const hash = mint.vault.hashSecret(secret);
  return ok({
    stored: { ...facts, createdAt: now, keyId: mint.vault.keyId, hash },
    issued: { ...facts, clientId, secret },
  });
}

/** Makes the part of the client service that deals in secrets. */
export function createClientSecrets(
  deps: SecretMint & { readonly changes: Changes },
): ClientSecrets {
  return {
    addSecret: (clientId, secret, actor, expectedRevision) =>
      deps.changes<IssuedSecret, AddRefusal>(
        actor,
        attemptOn(clientId, 'client.secret_added', 'ambit.client:write'),
        async (change) => {
          const { tx, now } = change;
          const found = await loadClient(change, clientId, expectedRevision);
          if (!found.ok) return found;
          const client = found.value;
          if (client.auth !== 'secret') return err({ code: 'secret.not_used', auth: client.auth });
          const expired = client.secrets.filter((kept) => !isLiveSecret(kept, now));
          if (client.secrets.length - expired.length >= SECRETS_MAX) {
            return err({ code: 'secret.too_many', most: SECRETS_MAX });
          }
          const minted = mintSecret(deps, clientId, secret, now);
          if (!minted.ok) return minted;
          const { stored, issued } = minted.value;
          for (const { id } of expired) await tx.clients.deleteSecret(clientId, id);
          await tx.clients.insertSecret(clientId, stored);
          const live = client.secrets.filter((kept) => !expired.includes(kept));
          await storeClient(change, client, {
            before: { secrets: idsOf(client.secrets) },
            after: { secrets: idsOf([...live, stored]), added: auditedSecret(stored) },
          });
          return ok(issued);
        },
      ),

    revokeSecret: (clientId, secretId, actor, expectedRevision) =>
      deps.changes<undefined, RevokeRefusal>(
        actor,
        attemptOn(clientId, 'client.secret_revoked', 'ambit.client:write'),
        async (change) => {
          const { tx, now } = change;
          const found = await loadClient(change, clientId, expectedRevision);
          if (!found.ok) return found;
          const client = found.value;
          const secret = client.secrets.find(({ id }) => id === secretId);
          if (secret === undefined) return err({ code: 'secret.not_found', clientId, secretId });
          const next: Client = {
            ...client,
            secrets: client.secrets.filter(({ id }) => id !== secretId),
          };
          const kept = decideLastAdmin(await listAdmins(tx.clients), client, next, now);
          if (!kept.ok) return kept;
          await tx.clients.deleteSecret(clientId, secretId);
          await storeClient(change, client, {
            before: { secrets: idsOf(client.secrets) },
            after: { secrets: idsOf(next.secrets), revoked: auditedSecret(secret) },
          });
          return ok(undefined);
        },
      ),
  };
}

const idsOf = (secrets: readonly ClientSecret[]): readonly string[] => secrets.map(({ id }) => id);
