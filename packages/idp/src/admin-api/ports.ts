import type { Result, SigningAlg } from '@ambit/scope-catalog';
import type { Context } from 'koa';
import type { Actor } from '../actor.ts';
import type { ActorRefusal } from '../change.ts';
import type { KeyState, SigningKeyRecord } from '../keys/ports.ts';

/** Why a request comes from nobody the admin API knows. */
export type AuthenticationRefusal =
  /** No credentials at all: the answer gives no error code (RFC 6750 §3.1). */
  | { readonly code: 'auth.missing' }
  /** `description` is in the character set of RFC 6750 §3; `scheme` is what a further attempt should use. */
  | {
      readonly code: 'auth.invalid';
      readonly description: string;
      readonly scheme?: 'Bearer' | 'DPoP';
    };

/** Tells who asks, from a live access token of the admin audience. */
export type Authenticate = (ctx: Context) => Promise<Result<Actor, AuthenticationRefusal>>;

/** Looks into any token of this issuer, whoever it is addressed to. */
export interface TokenInspector {
  /** The members of an introspection answer (RFC 7662 §2.2). */
  introspect(token: string): Promise<object>;
  /** Why a token, or the token of a `jti`, is or is not active. */
  explain(tokenOrJti: string): Promise<object>;
}

/** A signing key as its keepers see it. Times are milliseconds since the epoch. */
export interface SigningKeyView extends Omit<SigningKeyRecord, 'privateJwk' | 'publicJwk'> {
  /** From when a next key may sign: once every cache of the JWKS has it. */
  readonly maySignFrom?: number;
  /** Whether it has signed for longer than it should. */
  readonly overdue: boolean;
}

/** Why a signing key stays as it is. */
export type KeyRefusal =
  | ActorRefusal
  | { readonly code: 'key.not_found'; readonly kid: string }
  | { readonly code: 'key.not_ready'; readonly kid: string; readonly maySignFrom: number }
  | { readonly code: 'key.in_use'; readonly kid: string; readonly until: number }
  | { readonly code: 'key.wrong_state'; readonly kid: string; readonly state: KeyState };

/** The life of signing keys, as far as admins command it; each change answers the keys it touched. */
export interface KeyAdministration {
  list(): Promise<readonly SigningKeyView[]>;
  rotate(
    options: { readonly alg?: SigningAlg },
    actor: Actor,
  ): Promise<Result<readonly SigningKeyView[], KeyRefusal>>;
  retire(kid: string, actor: Actor): Promise<Result<readonly SigningKeyView[], KeyRefusal>>;
  destroy(kid: string, actor: Actor): Promise<Result<readonly SigningKeyView[], KeyRefusal>>;
}
