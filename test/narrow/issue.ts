import type { OidcHarness } from '../../packages/idp/test/support/oidc-harness.ts';
import { TOKEN_EXCHANGE } from '../../packages/idp/src/oauth/grant-types.ts';
import { TOKEN_TYPES } from '../../packages/idp/src/oauth/token-types.ts';
import { post } from '../support/oauth.ts';

/** Asks for a token as a client: for itself, or on behalf of whom a subject token is of. It must be granted. */
export type Issue = (
  client: string,
  asked: { readonly scope?: string; readonly resource?: string; readonly subject?: string },
) => Promise<string>;

/** Asks one server. */
export const issuerOf =
  (server: OidcHarness): Issue =>
  async (client, { subject, ...asked }) => {
    const credential = { client_id: client, client_secret: `${client}-secret` };
    const grant =
      subject === undefined
        ? { grant_type: 'client_credentials' }
        : {
            grant_type: TOKEN_EXCHANGE,
            subject_token: subject,
            subject_token_type: TOKEN_TYPES.accessToken,
          };
    const form = { ...grant, ...asked };
    const { status, body } = await post(`${server.url}/oauth2/token`, credential, form);
    if (status !== 200) throw new Error(`${client} gets no token: ${JSON.stringify(body)}`);
    return String(body['access_token']);
  };
