import type { Cast } from './cast.ts';
import {
  keysThatAreUploaded,
  lifeOfASecret,
  privateKey,
  secretInBody,
  secretInHeader,
} from './flows/clients.ts';
import { commands, installation } from './flows/commands.ts';
import { mutualTls } from './flows/mutual-tls.ts';
import {
  intoAdminBodies,
  intoBrokenHttp,
  intoForms,
  intoHeaders,
  intoTargets,
} from './flows/slips.ts';
import {
  adminTokens,
  introspection,
  proofOfPossession,
  revocation,
  tokenExchange,
  tokensFromElsewhere,
} from './flows/tokens.ts';
import type { Stage } from './stage.ts';

/** Every flow in which a secret, token, assertion or proof goes over the wire, or might by mistake. */
export const FLOWS: Readonly<Record<string, (stage: Stage, cast: Cast) => Promise<void>>> = {
  client_secret_basic: secretInHeader,
  client_secret_post: secretInBody,
  private_key_jwt: privateKey,
  'mutual TLS': mutualTls,
  DPoP: proofOfPossession,
  'token exchange': tokenExchange,
  'tokens from elsewhere': tokensFromElsewhere,
  introspection,
  revocation,
  'tokens of administrators': adminTokens,
  'the life of a secret': lifeOfASecret,
  'keys that are uploaded': keysThatAreUploaded,
  'secrets in forms, by mistake': intoForms,
  'secrets in targets, by mistake': intoTargets,
  'secrets in header fields, by mistake': intoHeaders,
  'secrets in admin bodies, by mistake': intoAdminBodies,
  'secrets in broken HTTP': intoBrokenHttp,
  'the ambit command': commands,
  'an installation': installation,
};
