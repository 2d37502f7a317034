import type { FuzzRequest } from './request.ts';

/** Whether a request still shows what is broken. */
type StillBroken = (request: FuzzRequest) => Promise<boolean>;

const MOST_TRIES = 200;

/** Texts with one part less: fields of a form, members of an object; and where they may be cut, parts of anything. */
function smallerTexts(text: string, mayCut: boolean): string[] {
  const withoutEach = <T>(parts: readonly T[]): T[][] =>
    parts.map((_, gone) => parts.filter((_part, index) => index !== gone));
  const halves =
    text.length < 8 || !mayCut
      ? []
      : [text.slice(0, text.length / 2), text.slice(text.length / 2), text.slice(0, -1)];
  try {
    const members = Object.entries(JSON.parse(text) as object);
    return [
      ...withoutEach(members).map((kept) => JSON.stringify(Object.fromEntries(kept))),
      ...halves,
    ];
  } catch {
    return [...withoutEach(text.split('&')).map((kept) => kept.join('&')), ...halves];
  }
}

/** Requests that are a step smaller. */
function smaller(request: FuzzRequest): FuzzRequest[] {
  const { fields, target, body, raw, unauthorised } = request;
  const [path = '', query] = target.split('?');
  const mayCut = !unauthorised; // a credential that is cut may become one that is good
  const { body: _body, ...bodiless } = request;
  return [
    ...(raw === undefined
      ? []
      : smallerTexts(raw, mayCut).map((less) => ({ ...request, raw: less }))),
    ...(body === undefined || raw !== undefined ? [] : [bodiless]),
    ...fields.map((_, gone) => ({
      ...request,
      fields: fields.filter((_f, index) => index !== gone),
    })),
    ...(query === undefined
      ? []
      : [path, ...smallerTexts(query, mayCut).map((less) => `${path}?${less}`)].map((less) => ({
          ...request,
          target: less,
        }))),
    ...(body === undefined
      ? []
      : smallerTexts(body, mayCut).map((less) => ({ ...request, body: less }))),
  ];
}

/** The smallest request found that still shows what is broken, by taking away one thing after the other. */
export async function shrink(request: FuzzRequest, isBroken: StillBroken): Promise<FuzzRequest> {
  let smallest = request;
  let tries = 0;
  for (;;) {
    let found: FuzzRequest | undefined;
    for (const candidate of smaller(smallest)) {
      tries += 1;
      if (tries > MOST_TRIES) return smallest;
      if (await isBroken(candidate)) {
        found = candidate;
        break;
      }
    }
    if (!found) return smallest;
    smallest = found;
  }
}

const quoted = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) && !text.includes("'")
    ? `'${text}'`
    : `$'${Array.from(text, (byte) =>
        /[\x20-\x26\x28-\x5b\x5d-\x7e]/.test(byte)
          ? byte
          : `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
      ).join('')}'`;

/** A request as a command for a shell. */
export function asCommand(request: FuzzRequest, url: string): string {
  const { method, target, fields, body, raw } = request;
  if (raw !== undefined) {
    const { hostname, port } = new URL(url);
    return `printf %s ${quoted(raw)} | nc ${hostname} ${port}`;
  }
  return [
    `curl -i -X ${quoted(method)} --request-target ${quoted(target)} ${url}`,
    ...fields.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-binary ${quoted(body)}`]),
  ].join(' ');
}
