import { err, ok } from '@ambit/scope-catalog';
import type { FederationEntry, Result } from '@ambit/scope-catalog';
import { compactVerify } from 'jose';
import { parseStrictJson } from '../strict-json.ts';
import type { JsonObject } from '../strict-json.ts';
import { EXTERNAL_ALGS } from './external-key.ts';
import type { IssuerKeys } from './issuer-keys.ts';

/** How long an external token may be. */
export const EXTERNAL_TOKEN_MAX_LENGTH = 16_384;

/** How long a `sub` may be, and a `jti`: they are kept in the audit log. */
const NAME_MAX_LENGTH = 1024;

/**
 * How far an issuer's clock may be ahead. For `nbf` and `iat` alone: no token of Ambit's outlives the external one it
 * was given for, so `exp` has none.
 */
export const CLOCK_TOLERANCE_SECONDS = 5;

/** Why an external token is not accepted. */
export type ExternalTokenFault =
  | 'malformed' // not a JWS of three parts of JSON, a member twice, or too long
  | 'wrong_type' // `typ` says that it is something else than a JWT, an access token for example
  | 'critical_header' // `crit` asks for what is not understood here (RFC 7515 §4.1.11)
  | 'wrong_algorithm' // none, a symmetric one, or not the key's
  | 'untrusted_issuer' // no federation of the active version names its `iss`
  | 'wrong_audience' // `aud` is not exactly the one configured
  | 'claims_invalid' // no `sub` or `exp`, one too long, or a time that is no number
  | 'expired'
  | 'not_yet_valid'
  | 'issuer_unavailable' // its keys cannot be had now
  | 'unknown_key' // its keys hold none for this `kid`, or more than one
  | 'bad_signature';

/** The claims of an external token that every trusted issuer gives; times in seconds since the epoch. */
export interface ExternalClaims extends JsonObject {
  readonly iss: string;
  readonly sub: string;
  readonly exp: number;
  readonly jti?: string;
}

/** Who a workload is where it comes from: `iss` and `sub` of its own token. */
export interface ExternalIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** A token that an external issuer vouches for: read by the federation it belongs to. */
export interface ExternalToken {
  /** The catalog's name of the issuer. */
  readonly issuerName: string;
  readonly claims: ExternalClaims;
}

/** A fault, with the sentence for the log and the audit alone. */
export interface ExternalTokenRefusal {
  readonly code: ExternalTokenFault;
  readonly detail?: string;
  /** Present when the token is genuine, whatever else is wrong with it. */
  readonly external?: ExternalIdentity;
}

interface DecodedToken {
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

/** Reads header and claims of a JWT of which nothing is known yet; undefined when it is none. */
export function decodeToken(token: string): DecodedToken | undefined {
  if (token.length > EXTERNAL_TOKEN_MAX_LENGTH) return undefined;
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) return undefined;
  const [header, claims] = token
    .split('.')
    .slice(0, 2)
    .map((part) => parseStrictJson(Buffer.from(part, 'base64url')));
  return header && claims ? { header, claims } : undefined;
}

/** What `typ` may say (RFC 7519 §5.1, JWT-SVID §2.2); other kinds of JWT are meant for others (RFC 8725 §3.11). */
const TYPES = /^(?:application\/)?(?:jwt|jose)$/i;

/**
 * Decides whether an external token proves what it claims: it is signed, with an asymmetric algorithm and by a key of
 * the issuer that the catalog trusts for its `iss`; it is for the `aud` that goes with that, and within its time (RFC
 * 7523 §3, RFC 8725 §3). What its claims are good for is for the catalog's rules.
 *
 * Keys come from the catalog and from where it points alone: `jku`, `jwk`, `x5u` and `x5c` of a header are not looked
 * at. The signature comes before the claims, so that nobody is told about a token that is not theirs.
 */
export async function verifyExternalToken(
  token: string,
  federation: ReadonlyMap<string, FederationEntry>,
  keys: IssuerKeys,
  now: number,
): Promise<Result<ExternalToken, ExternalTokenRefusal>> {
  const decoded = decodeToken(token);
  if (!decoded) return err({ code: 'malformed' });
  const { header, claims } = decoded;
  const headerFault = faultOfHeader(header);
  if (headerFault) return err({ code: headerFault });
  const trusted = trustedFor(claims, federation);
  if (!trusted) return err({ code: 'untrusted_issuer' });

  const [issuerName, entry] = trusted;
  const signed = await verifySignature(token, header, entry, keys);
  if (!signed.ok) return signed;
  const fault =
    audienceOf(claims) === entry.audience ? faultOfClaims(claims, now) : 'wrong_audience';
  if (fault) return err({ code: fault, external: identityOf(claims) });
  return ok({ issuerName, claims: claims as ExternalClaims });
}

/** Who the bearer of a genuine token is, as far as its claims say so in earnest. */
function identityOf({ iss, sub }: JsonObject): ExternalIdentity {
  return { issuer: String(iss), subject: isName(sub) ? sub : '' };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= NAME_MAX_LENGTH;
}

function faultOfHeader({ alg, kid, typ, crit, b64 }: JsonObject): ExternalTokenFault | undefined {
  if (crit !== undefined || b64 !== undefined) return 'critical_header';
  if (typ !== undefined && !(typeof typ === 'string' && TYPES.test(typ))) return 'wrong_type';
  if (typeof alg !== 'string' || !EXTERNAL_ALGS.includes(alg)) return 'wrong_algorithm';
  return kid === undefined || typeof kid === 'string' ? undefined : 'malformed';
}

/**
 * The federation of an issuer; of several, the one for the token's audience. Both must be exactly what the catalog
 * says.
 */
function trustedFor(
  claims: JsonObject,
  federation: ReadonlyMap<string, FederationEntry>,
): readonly [string, FederationEntry] | undefined {
  const ofIssuer = [...federation].filter(([, { issuer }]) => issuer === claims['iss']);
  return ofIssuer.find(([, entry]) => entry.audience === audienceOf(claims)) ?? ofIssuer[0];
}

/** The one audience of a token, alone or in an array (RFC 7519 §4.1.3). */
function audienceOf({ aud }: JsonObject): unknown {
  return Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
}

async function verifySignature(
  token: string,
  header: JsonObject,
  entry: FederationEntry,
  keys: IssuerKeys,
): Promise<Result<void, ExternalTokenRefusal>> {
  const { alg, kid } = header as { alg: string; kid?: string };
  const found = await keys.find(entry, kid);
  if (!found.ok) return err({ code: 'issuer_unavailable', detail: found.error.detail });
  const fitting = found.value.filter(({ algs }) => algs.includes(alg));
  const [key] = fitting;
  if (!key && found.value.length > 0) return err({ code: 'wrong_algorithm' });
  if (!key || fitting.length > 1) return err({ code: 'unknown_key' });
  try {
    await compactVerify(token, key.key, { algorithms: [alg] });
    return ok(undefined);
  } catch {
    return err({ code: 'bad_signature' });
  }
}

function faultOfClaims(claims: JsonObject, now: number): ExternalTokenFault | undefined {
  const { sub, exp, nbf, iat, jti } = claims;
  const isTime = (value: unknown): value is number =>
    typeof value === 'number' && Number.isFinite(value) && value >= 0;
  if (!isName(sub) || !isTime(exp)) return 'claims_invalid';
  if ([nbf, iat].some((time) => time !== undefined && !isTime(time))) return 'claims_invalid';
  if (jti !== undefined && !isName(jti)) return 'claims_invalid';
  if (exp * 1000 <= now) return 'expired';
  const latest = now / 1000 + CLOCK_TOLERANCE_SECONDS;
  const early = [nbf, iat].some((time) => isTime(time) && time > latest);
  return early ? 'not_yet_valid' : undefined;
}
