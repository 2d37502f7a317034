import type { Form } from './plain-form.ts';

/** A client's name, and the one secret that it shows. */
export interface Credential {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Reads the one secret that a client shows, in the basic scheme or in the form (RFC 6749 §2.3.1); undefined for all else. */
export const readCredential = (
  authorization: string | undefined,
  form: Form,
): Credential | undefined =>
  authorization === undefined ? inForm(form) : inBasic(authorization, form);

const inForm = ({
  client_id: clientId,
  client_secret: clientSecret,
}: Form): Credential | undefined =>
  clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret };

/** Base64 with all of its padding. */
const BASIC = /^basic ((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/i;

/** A name and a secret that mean the same whether they are form-encoded or not. */
const NAME_AND_SECRET = /^([\w.~-]+):([\w.~-]+)$/;

function inBasic(authorization: string, form: Form): Credential | undefined {
  if (form.client_id !== undefined || form.client_secret !== undefined) return undefined;
  const encoded = BASIC.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('latin1');
  const [, clientId, clientSecret] = NAME_AND_SECRET.exec(decoded) ?? [];
  return clientId === undefined || clientSecret === undefined
    ? undefined
    : { clientId, clientSecret };
}
