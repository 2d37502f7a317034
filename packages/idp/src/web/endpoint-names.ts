import type { Endpoint } from '../metrics/label-values.ts';

/** What a request was sent to, as metrics name it and as traces do. */
export interface EndpointName {
  readonly endpoint: Endpoint;
  /** Without anything that a caller has made up. */
  readonly route: string;
}

/** Where the endpoints of the other edges are. */
export interface EndpointPaths {
  readonly token: string;
  readonly introspection: string;
  readonly revocation: string;
  readonly jwks: string;
  /** Everything at or below it is the admin API. */
  readonly admin: string;
}

const OTHER: EndpointName = { endpoint: 'other', route: 'other' };

/** Makes what names the endpoint of a request; whatever is none is `other`. */
export function createEndpointNames(
  paths: EndpointPaths,
): (method: string, path: string) => EndpointName {
  const { admin, ...oauth } = paths;
  const revocations = `${admin}/revocations`;
  const exact = new Map<string, EndpointName>(
    (
      [
        ...Object.entries(oauth),
        ['discovery', '/.well-known/openid-configuration'],
        ['discovery', '/.well-known/oauth-authorization-server'],
        ['health', '/health/live'],
        ['health', '/health/ready'],
        ['metrics', '/metrics'],
      ] as [Endpoint, string][]
    ).map(([endpoint, route]) => [route, { endpoint, route }]),
  );
  const adminName: EndpointName = { endpoint: 'admin', route: admin };
  const revocationName: EndpointName = { endpoint: 'admin_revocation', route: revocations };
  return (method, path) => {
    const known = exact.get(path);
    if (known) return known;
    if (path === revocations && method === 'POST') return revocationName;
    return path === admin || path.startsWith(`${admin}/`) ? adminName : OTHER;
  };
}
