import type { Result } from '@ambit/scope-catalog';
import type { Context } from 'koa';
import type { Actor } from '../actor.ts';

/** Why a request comes from nobody the admin API knows. */
export type AuthenticationRefusal =
  /** No credentials at all: the answer gives no error code (RFC 6750 §3.1). */
  | { readonly code: 'auth.missing' }
  /** `description` is in the character set of RFC 6750 §3; `scheme` is what a further attempt should use. */
  | {
      readonly code: 'auth.invalid';
      readonly description: string;
      readonly scheme?: 'Bearer' | 'DPoP';
    }
  /** A token that is none, after too many of them came from the address. */
  | { readonly code: 'auth.limited'; readonly retryAfterSeconds: number };

/** Tells who asks, from a live access token of the admin audience. */
export type Authenticate = (ctx: Context) => Promise<Result<Actor, AuthenticationRefusal>>;
