import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { isReservedName } from '../built-in.ts';
import { isScopeName, SCOPE_NAME_MAX_LENGTH } from '../scope-name.ts';

/** Verbs that only look. A role of a reader may hold them. */
export const READING_VERBS: ReadonlySet<string> = new Set([
  'read',
  'readonly',
  'read-only',
  'read_only',
  'list',
  'get',
  'view',
  'show',
  'search',
  'describe',
  'browse',
]);

const VERBS: ReadonlySet<string> = new Set([
  ...READING_VERBS,
  'write',
  'readwrite',
  'read_write',
  'read-write',
  'create',
  'update',
  'edit',
  'modify',
  'delete',
  'manage',
  'admin',
  'send',
  'execute',
  'invoke',
]);

/** Whether the name says that its holder can only look: `orders:read`, but also `read:orders`. */
export function onlyReads(name: string): boolean {
  const segments = name.split(':');
  const verb = segments.at(-1) ?? '';
  return (
    READING_VERBS.has(verb) ||
    (segments.length === 2 && READING_VERBS.has(segments[0] ?? '') && !VERBS.has(verb))
  );
}

/**
 * Gives every imported name the scope it becomes, itself where it conforms; no two become the same.
 *
 * A name is kept when it is a scope name that reads as a resource and what is done to it. It is not kept when its verb
 * stands before a qualifier: in `chat:write:user` and `users:read.email` the grammar would see an action `user` of a
 * resource `chat:write`, and an action that `users:*` reaches. A qualifier narrows what is touched, so the proposal
 * moves it to the resource: `chat.user:write`, `users.email:read`. Other names are taken apart at colons, dots, slashes
 * and spaces (a URL after its `/auth/`), put into lower-case ASCII and put together in the same way: `Repo.Read.All`
 * becomes `repo.all:read`, `admin` becomes `api:admin`, `https://…/auth/drive` becomes `drive:access`.
 *
 * Names that would become the same, or too long, all carry a suffix made from their own spelling. It does not depend on
 * the other names, so a later document cannot hand one name's scope to another.
 */
export function proposeNames(names: Iterable<string>): ReadonlyMap<string, string> {
  const sorted = [...new Set(names)].sort();
  const result = new Map<string, string>();
  const taken = new Set<string>();
  const proposals = new Map<string, string[]>();
  for (const name of sorted) {
    if (isKept(name)) {
      result.set(name, name);
      taken.add(name);
    } else {
      const proposal = propose(name);
      const group = proposals.get(proposal);
      if (group) group.push(name);
      else proposals.set(proposal, [name]);
    }
  }
  for (const [proposal, [only, ...others]] of proposals) {
    const fits = proposal.length <= SCOPE_NAME_MAX_LENGTH && !taken.has(proposal);
    if (only === undefined || others.length > 0 || !fits) continue;
    result.set(only, proposal);
    taken.add(proposal);
  }
  for (const [proposal, group] of proposals) {
    for (const name of group) {
      if (result.has(name)) continue;
      const unique = suffixed(proposal, name, taken);
      result.set(name, unique);
      taken.add(unique);
    }
  }
  return result;
}

function isKept(name: string): boolean {
  if (!isScopeName(name) || isReservedName(name)) return false;
  const segments = name.split(':');
  const action = segments.at(-1) ?? '';
  const verbBefore = segments.length === 3 && VERBS.has(segments[1] ?? '') && !VERBS.has(action);
  const [first = '', ...qualifiers] = action.split('.');
  return !verbBefore && !(VERBS.has(first) && qualifiers.length > 0);
}

function propose(name: string): string {
  const pieces = takeApart(name);
  const at = pieces.findLastIndex((piece) => VERBS.has(piece));
  const verb = pieces[at];
  let resource: readonly string[];
  let action: string;
  if (verb !== undefined) {
    resource = pieces.toSpliced(at, 1);
    action = verb;
  } else if (pieces.length > 1) {
    resource = pieces.slice(0, -1);
    action = pieces.at(-1) ?? '';
  } else {
    resource = pieces;
    action = 'access';
  }
  const key = resource.length === 0 ? 'api' : resource.join('.');
  return isReservedName(key) ? `x-${key}:${action}` : `${key}:${action}`;
}

/** The longest part of a name that is worth reading: what is longer needs a suffix in any case. */
const LONGEST_READ = 1024;

function takeApart(name: string): string[] {
  const text = name
    .slice(0, LONGEST_READ)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '');
  const pieces = withoutHost(text)
    .replace(/([a-z0-9])([A-Z])/gu, '$1_$2')
    .toLowerCase()
    .split(/[:/.\s]+/u)
    .map((piece) => piece.replace(/[^a-z0-9_-]+/gu, '-').replace(/^[_-]+|[_-]+$/gu, ''))
    .filter((piece) => piece !== '');
  const [only, second] = pieces;
  if (only === undefined) return ['scope'];
  if (second !== undefined || VERBS.has(only)) return pieces;
  const words = only.split(/[_-]+/u);
  return words.some((word) => VERBS.has(word)) ? words : pieces;
}

/** What follows the host of a URL, and its `/auth/` or `/scopes/` where it has one; the host where nothing does. */
function withoutHost(text: string): string {
  const rest = /^[a-z][a-z0-9+.-]*:\/\/(.*)$/isu.exec(text)?.[1];
  if (rest === undefined) return text;
  const path = rest.slice(rest.indexOf('/') + 1);
  if (path === '' || path === rest) return rest.replaceAll('.', '-');
  return /^(?:.*\/)?(?:auth|scopes?)\/(.+)$/isu.exec(path)?.[1] ?? path;
}

const SUFFIX_LENGTH = 6;

function suffixed(proposal: string, name: string, taken: ReadonlySet<string>): string {
  const digest = bytesToHex(sha256(utf8ToBytes(name))).slice(0, SUFFIX_LENGTH);
  const colon = proposal.lastIndexOf(':');
  for (let attempt = 1; ; attempt += 1) {
    const suffix = attempt === 1 ? `-${digest}` : `-${digest}-${attempt}`;
    const action = proposal.slice(colon + 1, colon + 1 + 40) + suffix;
    const candidate = `${proposal.slice(0, Math.min(colon, SCOPE_NAME_MAX_LENGTH - 1 - action.length))}:${action}`;
    if (!taken.has(candidate)) return candidate;
  }
}
