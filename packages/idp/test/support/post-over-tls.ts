import { request } from 'node:https';
import type { Identity } from '../../../../test/support/certificates.ts';

/** How a form is posted over TLS, beside what stands in it. */
export interface TlsCall {
  /** The authority that vouches for the server, in PEM. */
  readonly ca: string;
  /** The certificate that the client shows, if any. */
  readonly identity?: Identity | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Posts a form on a TLS connection of its own. */
export function postOverTls(
  url: string,
  parameters: Readonly<Record<string, string>>,
  { ca, identity, headers = {} }: TlsCall,
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method: 'POST',
        ca,
        agent: false,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        ...(identity === undefined ? {} : { cert: identity.cert, key: identity.key }),
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            body: JSON.parse(text) as Readonly<Record<string, unknown>>,
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(new URLSearchParams(parameters).toString());
  });
}
