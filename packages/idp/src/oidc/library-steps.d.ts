/** The steps of an endpoint, of which library-seam.ts takes one out; the package publishes no types for them. */
declare module 'oidc-provider/lib/actions/*.js' {
  const steps: ((ctx: never, next: () => Promise<void>) => unknown)[];
  export default steps;
}

declare module 'oidc-provider/lib/helpers/grants.js' {
  import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

  /** A proof of possession whose form, signature and target hold (RFC 9449 §4.3). */
  interface DpopProof {
    readonly thumbprint: string;
    readonly jti: string;
    readonly iat: number;
  }
  export function validateDpop(
    provider: Provider,
    ctx: KoaContextWithOIDC,
  ): Promise<DpopProof | undefined>;
  export function checkDpopReplay(
    provider: Provider,
    ctx: KoaContextWithOIDC,
    proof: DpopProof,
    clientId: string,
  ): Promise<void>;
  export function buildTokenResponse(
    provider: Provider,
    answer: {
      readonly accessToken: string;
      readonly expiresIn: number;
      readonly issuedTokenType: string | undefined;
      readonly scope: string | undefined;
      readonly tokenType: string;
    },
  ): object;
}
