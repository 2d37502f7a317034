import { TOKEN_MAX_LENGTH } from '../tokens/token-verifier.ts';

/** How long the parameters that the OAuth endpoints know may be; what is longer cannot be meant seriously. */
export const PARAMETER_MAX_LENGTHS = {
  grant_type: 128,
  client_id: 128,
  client_secret: 512,
  client_assertion: TOKEN_MAX_LENGTH,
  client_assertion_type: 128,
  scope: 16_384,
  resource: 2048,
  audience: 2048,
  subject_token: TOKEN_MAX_LENGTH,
  subject_token_type: 128,
  assertion: TOKEN_MAX_LENGTH,
  actor_token: TOKEN_MAX_LENGTH,
  actor_token_type: 128,
  requested_token_type: 128,
  token: TOKEN_MAX_LENGTH,
  token_type_hint: 128,
} as const satisfies Readonly<Record<string, number>>;
