import { err, ok, present } from '@ambit/scope-catalog';
import type { FederationEntry, Result } from '@ambit/scope-catalog';
import { LRUCache } from 'lru-cache';
import { decodeKeySet } from './external-key.ts';
import type { ExternalKey } from './external-key.ts';
import type { FetchDocument, FetchFault } from './ports.ts';

/** Keys are kept for at least this long, whatever the issuer's headers say. */
export const KEPT_SECONDS_MIN = 60;
/** Keys are kept for at most this long: so long may a key count that its issuer has withdrawn. */
export const KEPT_SECONDS_MAX = 3600;
/** For how long keys are kept where the headers say nothing. */
export const KEPT_SECONDS_DEFAULT = 300;
/**
 * Between two requests to one issuer, be it that a `kid` is unknown or that the last one failed, lies at least this.
 */
export const REFRESH_FLOOR_SECONDS = 30;

/** How long the place of an issuer's keys may be, wherever it is named. */
const URL_MAX_LENGTH = 512;

/** Where an issuer's keys come from, as the catalog says it. */
export type KeySource = Pick<FederationEntry, 'issuer' | 'jwksUri' | 'jwks'>;

/** The keys of external issuers. */
export interface IssuerKeys {
  /** The keys of an issuer that may verify a token of this `kid`, asked for anew when none of those at hand has it. */
  find(
    source: KeySource,
    kid: string | undefined,
  ): Promise<Result<readonly ExternalKey[], FetchFault>>;
}

/** Times are milliseconds since the epoch. */
interface Kept {
  /** Of the last answer that was one. */
  readonly keys: readonly ExternalKey[];
  /** When they count no more. */
  readonly keptUntil: number;
  /** When they were asked for last. */
  readonly askedAt: number;
  /** Why they count no more then: that request failed, or there has been none since. */
  readonly fault: FetchFault;
}

const PAST_THEIR_TIME: FetchFault = {
  code: 'federation.unreachable',
  detail: 'the keys at hand are past their time',
};

/**
 * Makes the keeper of external issuers' keys: those that stand in the catalog, those at a `jwksUri`, or those that
 * discovery leads to (OpenID Connect Discovery §4).
 *
 * INVARIANT: one issuer is asked by one request at a time, and no sooner than {@link REFRESH_FLOOR_SECONDS} after the
 * last, however many tokens with keys unknown come in. Keys past their time are never used: an issuer that cannot be
 * reached vouches for nobody.
 */
export function createIssuerKeys({
  fetchDocument,
  clock,
}: {
  readonly fetchDocument: FetchDocument;
  readonly clock: () => number;
}): IssuerKeys {
  const kept = new LRUCache<string, Kept>({ max: 1000 });
  const asking = new Map<string, Promise<Kept>>();
  const inline = new WeakMap<object, readonly ExternalKey[]>();

  const ask = (at: string, source: KeySource): Promise<Kept> => {
    const underway = asking.get(at);
    if (underway) return underway;
    const askedAt = clock();
    const answer = fetchKeys(source, fetchDocument).then((fetched) => {
      // A hiccup of the issuer's takes nothing from keys that are within their time, and adds nothing to it.
      const { keys, keptUntil } = fetched.ok
        ? { ...fetched.value, keptUntil: askedAt + keptSeconds(fetched.value.maxAgeSeconds) * 1000 }
        : (kept.get(at) ?? { keys: [], keptUntil: 0 });
      const fault = fetched.ok ? PAST_THEIR_TIME : fetched.error;
      const entry: Kept = { keys, keptUntil, askedAt, fault };
      kept.set(at, entry);
      return entry;
    });
    const settled = answer.finally(() => asking.delete(at));
    asking.set(at, settled);
    return settled;
  };

  return {
    async find(source, kid) {
      if (source.jwks) {
        let keys = inline.get(source.jwks);
        if (!keys) inline.set(source.jwks, (keys = decodeKeySet(source.jwks) ?? []));
        return ok(matching(keys, kid));
      }
      const at = source.jwksUri ?? `discovery ${source.issuer}`;
      const now = clock();
      const mayAsk = ({ askedAt }: Kept): boolean => now - askedAt >= REFRESH_FLOOR_SECONDS * 1000;

      let entry = kept.get(at) ?? (await ask(at, source));
      const fresh = (): boolean => now < entry.keptUntil;
      const known = (): boolean => matching(entry.keys, kid).length > 0;
      if (!(fresh() && known()) && mayAsk(entry)) entry = await ask(at, source);
      return fresh() ? ok(matching(entry.keys, kid)) : err(entry.fault);
    },
  };
}

/** A token without a `kid` is for the issuer that has one key; SPIFFE and most others demand one. */
const matching = (keys: readonly ExternalKey[], kid: string | undefined): readonly ExternalKey[] =>
  kid === undefined ? keys : keys.filter((key) => key.kid === kid);

const keptSeconds = (maxAgeSeconds = KEPT_SECONDS_DEFAULT): number =>
  Math.min(Math.max(maxAgeSeconds, KEPT_SECONDS_MIN), KEPT_SECONDS_MAX);

interface FetchedKeys {
  readonly keys: readonly ExternalKey[];
  readonly maxAgeSeconds?: number;
}
type Fetched = Result<FetchedKeys, FetchFault>;

async function fetchKeys(source: KeySource, fetchDocument: FetchDocument): Promise<Fetched> {
  if (source.jwksUri !== undefined) return keysAt(source.jwksUri, fetchDocument);

  const discovered = await fetchDocument(discoveryUrl(source.issuer));
  if (!discovered.ok) return discovered;
  const { issuer, jwks_uri: jwksUri } = discovered.value.document;
  if (issuer === source.issuer && isPlaceOf(issuer, jwksUri)) return keysAt(jwksUri, fetchDocument);
  const detail = issuer === source.issuer ? 'no jwks_uri to be trusted' : 'it is of another issuer';
  return refuse(`discovery of ${source.issuer}: ${detail}`);
}

/**
 * Whether the keys of an issuer may be somewhere: over https where the issuer is (OpenID Connect Discovery §3), and at no
 * longer a place than the catalog could name, since faults repeat it.
 */
function isPlaceOf(issuer: string, jwksUri: unknown): jwksUri is string {
  if (typeof jwksUri !== 'string' || jwksUri.length > URL_MAX_LENGTH) return false;
  return !issuer.startsWith('https:') || URL.parse(jwksUri)?.protocol === 'https:';
}

/** OpenID Connect Discovery §4.1. */
const discoveryUrl = (issuer: string): string =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

async function keysAt(url: string, fetchDocument: FetchDocument): Promise<Fetched> {
  const fetched = await fetchDocument(url);
  if (!fetched.ok) return fetched;
  const { document, maxAgeSeconds } = fetched.value;
  const keys = decodeKeySet(document);
  return keys ? ok({ keys, ...present({ maxAgeSeconds }) }) : refuse(`${url} is no key set`);
}

const refuse = (detail: string): Fetched => err({ code: 'federation.answer_refused', detail });
