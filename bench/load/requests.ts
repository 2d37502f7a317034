/** A client and its secret, as they authenticate by `client_secret_basic` (RFC 6749 §2.3.1). */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The value of the `Authorization` header; identifiers and secrets of the bench need no form-encoding. */
export const basicAuthorization = ({ clientId, clientSecret }: Credentials): string =>
  `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;

/** A form post as it goes over the wire, made once and sent many times; nobody authenticates without a client. */
export function formPost(
  url: string,
  client: Credentials | undefined,
  form: Readonly<Record<string, string>>,
): Buffer {
  const { host, pathname } = new URL(url);
  const body = new URLSearchParams(form).toString();
  return Buffer.from(
    [
      `POST ${pathname} HTTP/1.1`,
      `Host: ${host}`,
      ...(client ? [`Authorization: ${basicAuthorization(client)}`] : []),
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${String(Buffer.byteLength(body))}`,
      '',
      body,
    ].join('\r\n'),
  );
}

/** The same request every time. */
export const always =
  (request: Buffer): (() => Buffer) =>
  () =>
    request;

/** One request after another, from the beginning again after the last. */
export function inTurn(requests: readonly Buffer[]): () => Buffer {
  let index = 0;
  return () => pick(requests, index++ % requests.length);
}

/** Requests drawn uniformly at random. */
export const atRandom =
  (requests: readonly Buffer[]): (() => Buffer) =>
  () =>
    pick(requests, Math.floor(Math.random() * requests.length));

function pick(requests: readonly Buffer[], index: number): Buffer {
  const request = requests[index];
  if (request === undefined) throw new Error('there is no request to send');
  return request;
}
