import { connect } from 'node:net';
import { expect } from '@jest/globals';
import { catalogOf } from '../cast.ts';
import type { Cast } from '../cast.ts';
import { basic } from '../stage.ts';
import type { Stage } from '../stage.ts';

const GRANT = { grant_type: 'client_credentials', scope: 'orders:read' };

/** What people paste by mistake. */
async function pastedThings(stage: Stage, { worker, shop }: Cast): Promise<string[]> {
  return [
    stage.keep('the secret of worker', worker.client_secret),
    stage.keep('the secret of shop', shop.client_secret),
    await stage.token('a token that is pasted', GRANT, worker),
  ];
}

export async function intoForms(stage: Stage, cast: Cast): Promise<void> {
  const { worker } = cast;
  for (const pasted of await pastedThings(stage, cast)) {
    for (const [changes, by] of [
      [{}, { client_id: pasted, client_secret: 'x' }],
      [{}, { client_id: pasted, client_secret: pasted }],
      [{ client_id: pasted }, undefined],
      [{ client_id: pasted, client_secret: pasted }, undefined],
      [{ scope: pasted }, worker],
      [{ scope: `orders:read ${pasted}` }, worker],
      [{ scope: `x${pasted}x` }, worker],
      [{ resource: pasted }, worker],
      [{ resource: `https://x.example/${pasted}` }, worker],
      [{ grant_type: pasted }, worker],
      [{ client_assertion: pasted, client_assertion_type: 'x' }, worker],
      [{ client_assertion_type: pasted, client_assertion: 'x.y.z' }, undefined],
      [{ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: pasted }, undefined],
    ] as const) {
      const { status } = await stage.form('/oauth2/token', { ...GRANT, ...changes }, by);
      expect([400, 401]).toContain(status);
    }
    for (const path of ['/oauth2/introspect', '/oauth2/revoke']) {
      await stage.form(path, { token: 'x', token_type_hint: pasted }, worker);
      await stage.form(path, { token: 'x', [pasted]: pasted }, worker);
      await stage.form(path, { token: pasted, client_id: pasted });
    }
    await stage.form('/oauth2/token', { ...GRANT, [pasted]: pasted }, worker);
  }
}

export async function intoTargets(stage: Stage, cast: Cast): Promise<void> {
  const { url } = stage.server;
  for (const pasted of await pastedThings(stage, cast)) {
    for (const path of [
      `/${pasted}`,
      `/oauth2/${pasted}`,
      `/oauth2/jwks/${pasted}`,
      `/oauth2/jwks?access_token=${pasted}`,
      `/.well-known/openid-configuration?client_secret=${pasted}`,
      `/health/live?token=${pasted}`,
      `/admin/v1/${pasted}`,
      `/admin/v1/whoami?access_token=${pasted}`,
      `//${pasted}@x/oauth2/token`,
      `/oauth2/token?client_secret=${pasted}`,
    ]) {
      for (const method of ['GET', 'POST', 'DELETE']) await stage.send(url + path, { method });
    }
    for (const path of [
      `/clients/${pasted}`,
      `/clients/${pasted}/secrets`,
      `/clients?cursor=${pasted}`,
      `/clients?${pasted}=1`,
      `/roles/${pasted}`,
      `/catalog/versions/${pasted}`,
      `/access/who-can?scope=${pasted}`,
      `/access/what-can?client=${pasted}`,
      `/access/explain?client=worker&scope=${pasted}`,
      `/access/explain-delegation?client=worker&scope=a:b&holding=${pasted}`,
      `/audit?client=${pasted.slice(0, 64)}`,
      `/audit?scope=${pasted}`,
      `/audit?request_id=${pasted}`,
      `/audit?jti=${pasted}`,
    ]) {
      await stage.admin(`GET ${path}`);
    }
    for (const what of [
      `DELETE /clients/${pasted}`,
      `POST /clients/${pasted}/disable`,
      `PUT /clients/worker/roles/${pasted}`,
      `PUT /clients/${pasted}/roles/clerk`,
      `DELETE /clients/worker/roles/${pasted}`,
      `DELETE /clients/worker/secrets/${pasted}`,
      `POST /keys/${pasted}/retire`,
      `POST /keys/${pasted}/destroy`,
    ]) {
      expect([400, 404, 422]).toContain((await stage.admin(what)).status);
    }
  }
}

export async function intoHeaders(stage: Stage, cast: Cast): Promise<void> {
  const { url } = stage.server;
  for (const pasted of await pastedThings(stage, cast)) {
    for (const [name, value] of [
      ['user-agent', `curl/8 ${pasted}`],
      ['referer', `https://x.example/?token=${pasted}`],
      ['cookie', `session=${pasted}`],
      ['host', pasted.slice(0, 60)],
      ['origin', `https://${pasted}`],
      ['x-request-id', pasted],
      ['x-forwarded-for', pasted],
      ['forwarded', `for=${pasted}`],
      ['traceparent', `00-${pasted}-01`],
      ['baggage', `token=${pasted}`],
      ['x-api-key', pasted],
      ['accept', pasted],
      ['accept-language', pasted],
      ['content-type', `application/${pasted}`],
      ['content-encoding', pasted],
      ['if-match', `"${pasted}"`],
      ['dpop', pasted],
      ['authorization', pasted],
      ['authorization', `Bearer ${pasted}`],
      ['authorization', basic({ client_id: pasted, client_secret: pasted })],
      ['oauth-client-attestation', pasted],
      [pasted.replaceAll(/[^\w-]/g, '').toLowerCase(), 'x'],
    ] as const) {
      const headers = { [name]: value };
      await stage.form('/oauth2/token', GRANT, undefined, headers);
      await stage.form('/oauth2/introspect', { token: 'x' }, cast.worker, headers);
      await stage.send(`${url}/oauth2/jwks`, { headers });
      await stage.send(`${url}/health/ready`, { headers });
      await stage.send(`${url}/nothing`, { headers });
      await stage.admin('GET /whoami', undefined, headers);
      await stage.admin('POST /clients/worker/disable', undefined, {
        'if-match': '"0"',
        ...headers,
      });
      await stage.admin('POST /clients/worker/enable');
    }
  }
}

export async function intoAdminBodies(stage: Stage, cast: Cast): Promise<void> {
  const marked = stage.keep('what is marked in a body', 'kX7-marked-in-a-body-9Qz');
  for (const path of [
    ...['/clients', '/clients/worker/secrets', '/catalog/versions', '/catalog/plan'],
    ...['/catalog/lint', '/tokens/introspect', '/tokens/explain', '/tokens/trace'],
    ...['/revocations', '/keys/rotate'],
  ]) {
    for (const body of [
      `{"client_secret":"${marked}"`,
      { client_secret: marked },
      { token: { nested: marked } },
      `"${marked}"`,
    ]) {
      expect((await stage.admin(`POST ${path}`, body)).status).toBe(400);
    }
  }
  for (const pasted of await pastedThings(stage, cast)) {
    const text = `see ${pasted}, thanks`;
    const label = { label: pasted };
    for (const [what, body] of [
      ['POST /clients', { client_id: pasted }],
      ['POST /clients', { client_id: 'slip', roles: [pasted] }],
      ['POST /clients', { client_id: 'slip', resource_servers: [pasted] }],
      ['POST /clients', { client_id: 'slip', default_scopes: [pasted] }],
      ['POST /clients', { client_id: 'slip', auth: 'none', federated: pasted }],
      ['POST /clients', { client_id: 'slip', auth: 'tls_client_auth', tls_subject_dn: text }],
      ['POST /clients', { client_id: 'slip', secret: label }],
      ['POST /clients', { client_id: 'slip', [pasted]: pasted }],
      ['PATCH /clients/worker', { default_scopes: [pasted] }],
      ['PATCH /clients/worker', { auth: 'tls_client_auth', tls_san_uri: pasted }],
      ['POST /clients/worker/secrets', label],
      ['PUT /clients/worker/roles/clerk', { until: pasted }],
      ['POST /catalog/versions', { source: catalogOf(stage, cast.issuer), comment: text }],
      ['POST /catalog/versions', { source: `# ${text}`, comment: 'c' }],
      ['POST /catalog/versions', { source: catalogOf(stage, cast.issuer, text), comment: 'c' }],
      ['POST /catalog/plan', { source: catalogOf(stage, cast.issuer, text) }],
      ['POST /catalog/versions/0/activate', { comment: text }],
      ['POST /revocations', { jti: 'x', reason: text }],
      ['POST /revocations', { client: pasted }],
      ['POST /revocations', { scope: pasted }],
      ['POST /revocations', { key: pasted }],
      ['POST /keys/rotate', { alg: pasted }],
    ] as const) {
      const { status } = await stage.admin(what, body);
      expect([what, body, status >= 400 && status < 500]).toEqual([what, body, true]);
    }
  }
}

/** HTTP that breaks off or is none, with a secret in it. */
export async function intoBrokenHttp(stage: Stage, cast: Cast): Promise<void> {
  const port = Number(new URL(stage.server.url).port);
  const utter = (bytes: string): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('data', (chunk: Buffer) => stage.answers.push(chunk.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
      socket.end(bytes);
    });
  for (const pasted of await pastedThings(stage, cast)) {
    const head = `POST /oauth2/token HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${pasted}\r\n`;
    await utter(pasted);
    await utter(`${head}no colon ${pasted}\r\n\r\n`);
    await utter(`${head}Content-Length: x\r\n\r\n`);
    await utter(`${head}Transfer-Encoding: chunked\r\n\r\n${pasted}`);
    await utter(`${head}Content-Type: application/json\r\nContent-Length: 999\r\n\r\n${pasted}`);
    await utter(`GET /${pasted} HTTP/9\r\n\r\n`);
  }
}
