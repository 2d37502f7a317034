import { builtInRoles } from '../../scripts/docs/roles.ts';
import { requestToken } from '../support/oauth.ts';
import type { Credential } from '../support/oauth.ts';

type Body = Readonly<Record<string, unknown>>;

/** The administrator's access to the admin API, beside the requests that are fuzzed. */
export interface Access {
  ask(method: string, path: string, body?: object): Promise<{ status: number; body: Body }>;
  /** Asks, and throws where it is refused. */
  must(method: string, path: string, body?: object): Promise<Body>;
}

/** Every scope that a built-in role grants. */
export const scopesOfRole = (name: string): string[] => [
  ...(builtInRoles().find((role) => role.name === name)?.scopes ?? []),
];

/** Opens the administrator's access; its token is renewed whenever a fuzzed request has revoked it, or its key. */
export function openAccess(url: string, root: Credential): Access {
  let token = '';
  const renew = async (): Promise<void> => {
    const scope = scopesOfRole('ambit-admin').join(' ');
    const { status, body } = await requestToken({ url }, root, { scope });
    if (status !== 200) throw new Error(`no token for the administrator: ${JSON.stringify(body)}`);
    token = String(body['access_token']);
  };
  const once = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/admin/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
  };
  const ask: Access['ask'] = async (method, path, body) => {
    const answer = await once(method, path, body);
    // A token whose key was revoked is one of nobody's, and from here many such have come.
    if (answer.status !== 401 && answer.body['code'] !== 'auth.limited') return answer;
    await renew();
    return once(method, path, body);
  };
  return {
    ask,
    async must(method, path, body) {
      const answer = await ask(method, path, body);
      if (answer.status >= 300) {
        throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
      }
      return answer.body;
    },
  };
}
