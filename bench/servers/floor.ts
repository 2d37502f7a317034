/**
 * A bare `node:http` server that makes one ES256 signature for each answer: what no issuer of tokens in this runtime can go
 * below, since it decides nothing and records nothing.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { BareAnswer } from './bare-answer.ts';
import { announce, listen, readSettings } from './settings-and-announcement.ts';

const { headers, body } = await readSettings<BareAnswer>();
const { access_token: model, ...others } = JSON.parse(body) as { readonly access_token: string };
const [header = '', payload = ''] = model.split('.');
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rest = JSON.stringify(others).slice(1);

const server = createServer((request, response) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    const signed = `${header}.${payload}`;
    const signature = sign('sha256', Buffer.from(signed), privateKey).toString('base64url');
    const text = `{"access_token":"${signed}.${signature}",${rest}`;
    response.writeHead(200, { ...headers, 'content-length': text.length }).end(text);
  });
});

announce(await listen(server));
