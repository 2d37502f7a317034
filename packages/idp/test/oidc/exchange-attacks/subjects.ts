import { revoke } from '../../../../../test/support/oauth.ts';
import {
  asking,
  bare,
  CATALOG,
  credentialOf,
  forged,
  idp,
  own,
  proof,
  root,
  TYPES,
} from './stage.ts';
import type { Attack } from './stage.ts';

/** Tokens that are no subject, or no more. */
export const WRONG_SUBJECT: readonly Attack[] = [
  [
    'has expired',
    async () => {
      const token = await root();
      idp.now = Date.now() + 3_600_000;
      return bare(token);
    },
    'invalid_request',
  ],
  [
    'was revoked',
    async () => {
      const token = await root();
      await revoke(idp, credentialOf('front'), token);
      return bare(token);
    },
    'invalid_request',
  ],
  [
    'has lost every scope',
    async () => {
      const token = await root();
      idp.publish(CATALOG.replace("scopes: ['orders:*']", "scopes: ['ledger:post']"));
      return bare(token);
    },
    'invalid_request',
  ],
  [
    'another issuer gave out',
    async () => bare(await forged({ iss: 'https://evil.example' })),
    'invalid_request',
  ],
  [
    'is for an audience that is not there',
    async () => bare(await forged({ aud: 'https://evil.example' })),
    'invalid_request',
  ],
  [
    "is for another server's audience",
    async () => bare(await forged({ aud: 'https://payments.example' })),
    'invalid_request',
  ],
  [
    'is for two audiences',
    async () => bare(await forged({ aud: ['https://orders.example', 'https://evil.example'] })),
    'invalid_request',
  ],
  ['is of typ JWT', async () => bare(await forged({}, { typ: 'JWT' })), 'invalid_request'],
  ['has no typ', async () => bare(await forged({}, { typ: undefined })), 'invalid_request'],
  ['is a DPoP proof', async () => bare(await proof(own)), 'invalid_request'],
  [
    'is a logout token',
    async () => bare(await forged({}, { typ: 'logout+jwt' })),
    'invalid_request',
  ],
  ['is called an ID token', asking({ subject_token_type: `${TYPES}id_token` }), 'invalid_request'],
  [
    'is called a refresh token',
    asking({ subject_token_type: `${TYPES}refresh_token` }),
    'invalid_request',
  ],
  [
    'is called a SAML assertion',
    asking({ subject_token_type: `${TYPES}saml2` }),
    'invalid_request',
  ],
  ['has no type', asking({ subject_token_type: '' }), 'invalid_request'],
  [
    'is to become a refresh token',
    asking({ requested_token_type: `${TYPES}refresh_token` }),
    'invalid_request',
  ],
  [
    'is sent twice',
    async () => ({ token: await root(), raw: `&subject_token=a&subject_token=${await root()}` }),
    'invalid_request',
  ],
];
