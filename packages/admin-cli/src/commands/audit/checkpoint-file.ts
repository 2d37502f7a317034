import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { WireCheckpoint } from '@ambit/sdk';
import { Failure } from '../../failure.ts';
import { escapeUnprintable } from '../../output/printable.ts';

type Members = Readonly<Record<string, unknown>>;

/** A checkpoint as it is kept in a file. */
export const writeCheckpointFile = (checkpoint: WireCheckpoint): string =>
  `${escapeUnprintable(JSON.stringify(checkpoint, null, 2))}\n`;

const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * The signed statement in a file: one that `audit checkpoint` has written, or the statement alone. What the file says beside
 * the statement, for people to read, must be what was signed.
 */
export function readCheckpointFile(text: string, file: string): string {
  const members = text.trimStart().startsWith('{') ? membersOf(text) : { checkpoint: text.trim() };
  const statement = members?.['checkpoint'];
  if (members === undefined || typeof statement !== 'string' || !COMPACT_JWS.test(statement)) {
    throw new Failure(
      'failed',
      `\`${file}\` holds no checkpoint`,
      'give a file that `ambit audit checkpoint` has written',
    );
  }
  const altered = findDisagreement(members, statement);
  if (altered === undefined) return statement;
  throw new Failure(
    'failed',
    `\`${file}\` was altered: its \`${altered}\` is not that of the checkpoint that was signed`,
    'give the file as `ambit audit checkpoint` has written it, or one with the member `checkpoint` alone',
  );
}

/** The first member that says something else than the statement; whether that is one is for the server to say. */
function findDisagreement(members: Members, statement: string): string | undefined {
  const [header, states] = statement.split('.').map(partOf);
  if (header === undefined || states === undefined) return undefined;
  const agrees: Readonly<Record<string, (value: unknown) => boolean>> = {
    number: (value) => value === states['number'],
    time: (value) => Date.parse(String(value)) === Number(states['iat']) * 1000,
    chains: (value) => isDeepStrictEqual(value, states['chains']),
    jwk: (value) => isNamed((value ?? {}) as Members, header['kid']),
  };
  return Object.entries(agrees).find(([name, is]) => name in members && !is(members[name]))?.[0];
}

/** Whether an Ed25519 key is the one of a `kid`, its thumbprint (RFC 7638 §3, RFC 8037 §2). */
const isNamed = ({ crv, kty, x, kid }: Members, name: unknown): boolean =>
  kid === name && hash('sha256', JSON.stringify({ crv, kty, x }), 'base64url') === name;

const partOf = (part: string): Members | undefined =>
  membersOf(Buffer.from(part, 'base64url').toString('utf8'));

function membersOf(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
