import { present } from '@ambit/scope-catalog';
import * as oauth from 'oauth4webapi';
import { DiscoveryFailed, Unavailable } from './errors.ts';
import { fieldsOf } from './problem.ts';
import { reaching } from './reach.ts';
import type { Fetch } from './reach.ts';

/** What an issuer says about itself, as far as a client of the admin API needs it. */
export interface Discovery {
  /** As the server writes it, without a trailing slash. */
  readonly issuer: string;
  readonly server: oauth.AuthorizationServer;
}

/** Options of a request to `url`: plain http is allowed exactly where the URL says so. */
export const requestOptions = (url: URL, fetch: Fetch) => ({
  [oauth.customFetch]: (target: string, init: object) => reaching(fetch)(target, init),
  [oauth.allowInsecureRequests]: url.protocol === 'http:',
});

/**
 * Reads the metadata of the issuer at `url` (RFC 8414 §3).
 *
 * Metadata that names another issuer must not be used (§3.3): it is {@link DiscoveryFailed}, with the name it gave. So
 * is an issuer over TLS that sends its clients' secrets elsewhere without. A server that answers with an error of its own is
 * {@link Unavailable}: whether it is the issuer, nobody can tell then.
 */
export async function discover(url: URL, fetch: Fetch): Promise<Discovery> {
  const response = await oauth.discoveryRequest(url, {
    algorithm: 'oauth2',
    ...requestOptions(url, fetch),
  });
  const where = url.href.replace(/\/$/, '');
  if (response.status >= 500) throw await unavailable(url, where, response, fetch);
  try {
    const server = await oauth.processDiscoveryResponse(url, response);
    const endpoint = URL.parse(server.token_endpoint ?? '')?.protocol;
    if (endpoint === 'https:' || endpoint === url.protocol) {
      return { issuer: server.issuer, server };
    }
    throw unusable(where);
  } catch (error) {
    const issuer = statedIssuer(error);
    throw issuer === undefined
      ? unusable(where)
      : new DiscoveryFailed(
          'discovery.issuer_mismatch',
          `the server at \`${where}\` calls itself \`${issuer}\``,
          issuer,
        );
  }
}

/** The failure of a server that cannot answer, with what it says of its health. */
async function unavailable(
  url: URL,
  where: string,
  { status, headers }: Response,
  fetch: Fetch,
): Promise<Unavailable> {
  const { reason } = await reaching(fetch)(new URL('/health/ready', url), { redirect: 'manual' })
    .then(fieldsOf)
    .catch((): Readonly<Record<string, unknown>> => ({}));
  const retryAfter = /^\d{1,5}$/.exec(headers.get('retry-after') ?? '')?.[0];
  return new Unavailable(where, {
    status,
    ...present({
      reason: typeof reason === 'string' ? reason : undefined,
      retryAfterSeconds: retryAfter === undefined ? undefined : Number(retryAfter),
    }),
  });
}

const unusable = (where: string): DiscoveryFailed =>
  new DiscoveryFailed(
    'discovery.unusable',
    `no OAuth 2.0 issuer with a token endpoint to trust answers at \`${where}\``,
  );

function statedIssuer(error: unknown): string | undefined {
  if (!(error instanceof oauth.OperationProcessingError)) return undefined;
  if (error.code !== oauth.JSON_ATTRIBUTE_COMPARISON) return undefined;
  const { body } = error.cause as { readonly body: { readonly issuer: string } };
  return body.issuer;
}
