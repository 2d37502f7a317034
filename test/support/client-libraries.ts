/**
 * Uses Ambit through the libraries that others use, each as its own documentation says, in a process of its own: so
 * that a certificate authority is trusted the way an operator would have it trusted, by NODE_EXTRA_CA_CERTS.
 *
 * Reads a {@link LibraryTask} from standard input and prints a {@link LibraryAnswer}.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import express from 'express';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { ClientCredentials } from 'simple-oauth2';
import type { Credential } from './oauth.ts';

/** What to do, and as whom. */
export interface LibraryTask {
  readonly library: keyof typeof LIBRARIES;
  readonly issuer: string;
  readonly client: Credential;
  readonly resourceServer: Credential;
  readonly audience: string;
  readonly scope: string;
}

/** What the library made of it. */
export interface LibraryAnswer {
  /** The scope the library says it was granted. */
  readonly scope?: unknown;
  /** Whether the token was found active, by the library's introspection where it has one. */
  readonly activeBefore?: boolean;
  readonly activeAfterRevocation?: boolean;
  /**
   * The status codes a resource server behind a JWKS-verifying middleware gave: with the token, without, with a
   * foreign one.
   */
  readonly statuses?: readonly number[];
}

type UseLibrary = (task: LibraryTask) => Promise<LibraryAnswer>;

const useOpenidClient: UseLibrary = async ({ issuer, client, resourceServer, scope }) => {
  const options = issuer.startsWith('http:') ? { execute: [openid.allowInsecureRequests] } : {};
  const discover = ({ client_id: id, client_secret: secret }: Credential) =>
    openid.discovery(new URL(issuer), id, secret, undefined, options);
  const service = await discover(client);
  const api = await discover(resourceServer);

  const tokens = await openid.clientCredentialsGrant(service, { scope });
  const before = await openid.tokenIntrospection(api, tokens.access_token);
  await openid.tokenRevocation(service, tokens.access_token);
  const after = await openid.tokenIntrospection(api, tokens.access_token);
  return { scope: tokens.scope, activeBefore: before.active, activeAfterRevocation: after.active };
};

const useOauth4webapi: UseLibrary = async ({ issuer, client, resourceServer, audience, scope }) => {
  const url = new URL(issuer);
  const http = { [oauth.allowInsecureRequests]: url.protocol === 'http:' };
  const discovered = await oauth.discoveryRequest(url, { ...http, algorithm: 'oauth2' });
  const server = await oauth.processDiscoveryResponse(url, discovered);
  const service = { client_id: client.client_id };
  const api = { client_id: resourceServer.client_id };
  const serviceAuth = oauth.ClientSecretBasic(client.client_secret);
  const apiAuth = oauth.ClientSecretPost(resourceServer.client_secret);

  const granted = await oauth.processClientCredentialsResponse(
    server,
    service,
    await oauth.clientCredentialsGrantRequest(server, service, serviceAuth, { scope }, http),
  );
  const token = granted.access_token;
  const request = new Request(audience, { headers: { authorization: `Bearer ${token}` } });
  const claims = await oauth.validateJwtAccessToken(server, request, audience, http);

  const introspect = async (): Promise<boolean> => {
    const response = await oauth.introspectionRequest(server, api, apiAuth, token, {
      ...http,
      requestJwtResponse: false,
    });
    return (await oauth.processIntrospectionResponse(server, api, response)).active;
  };
  const activeBefore = await introspect();
  await oauth.processRevocationResponse(
    await oauth.revocationRequest(server, service, serviceAuth, token, http),
  );
  return { scope: claims.scope, activeBefore, activeAfterRevocation: await introspect() };
};

/** It has no introspection of its own, so that one is done by hand. */
const useSimpleOauth2: UseLibrary = async ({ issuer, client, resourceServer, scope }) => {
  const service = new ClientCredentials({
    client: { id: client.client_id, secret: client.client_secret },
    auth: { tokenHost: issuer, tokenPath: '/oauth2/token', revokePath: '/oauth2/revoke' },
  });
  const granted = await service.getToken({ scope });
  const token = String(granted.token['access_token']);
  const introspect = async (): Promise<boolean> => {
    const { client_id: id, client_secret: secret } = resourceServer;
    const response = await fetch(`${issuer}/oauth2/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: id, client_secret: secret, token }),
    });
    return ((await response.json()) as { active: boolean }).active;
  };
  const activeBefore = await introspect();
  await granted.revoke('access_token');
  return { scope: granted.token['scope'], activeBefore, activeAfterRevocation: await introspect() };
};

const useExpressMiddleware: UseLibrary = async ({ issuer, client, audience, scope }) => {
  const app = express();
  app.get(
    '/',
    auth({ issuerBaseURL: issuer, audience }),
    requiredScopes(scope),
    (request, response) => {
      response.json({ scope: request.auth?.payload['scope'] });
    },
  );
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;

  const service = new ClientCredentials({
    client: { id: client.client_id, secret: client.client_secret },
    auth: { tokenHost: issuer, tokenPath: '/oauth2/token' },
  });
  const token = String((await service.getToken({ scope })).token['access_token']);
  const [header, payload] = token.split('.');
  const get = (authorization?: string): Promise<Response> =>
    fetch(url, authorization === undefined ? {} : { headers: { authorization } });
  const trusted = await get(`Bearer ${token}`);
  const strangers = [await get(), await get(`Bearer ${header}.${payload}.${'A'.repeat(86)}`)];
  server.close();
  server.closeAllConnections();
  const body = (await trusted.json()) as { scope?: unknown };
  return { scope: body.scope, statuses: [trusted, ...strangers].map(({ status }) => status) };
};

const LIBRARIES = {
  'openid-client': useOpenidClient,
  oauth4webapi: useOauth4webapi,
  'simple-oauth2': useSimpleOauth2,
  'express-oauth2-jwt-bearer': useExpressMiddleware,
} as const;

const task = (await json(process.stdin)) as LibraryTask;
console.log(JSON.stringify(await LIBRARIES[task.library](task)));
