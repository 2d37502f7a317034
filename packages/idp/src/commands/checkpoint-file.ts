import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { toWireCheckpoint } from '../admin-api/wire/checkpoint.ts';
import { isNamed, readCheckpoint } from '../audit/checkpoint.ts';
import { CommandFailed } from './failure.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * The signed statement in a file that `ambit audit checkpoint` has written, or that holds nothing else. What the file says
 * beside the statement, for people to read, must be what was signed.
 */
export async function readCheckpointFile(path: string): Promise<string> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailed({
      message: `\`${path}\` cannot be read (${code ?? String(error)})`,
      hint: 'name a file that `ambit audit checkpoint` has written',
    });
  }
  const file = text.startsWith('{') ? membersOf(text) : undefined;
  if (file === undefined) return text; // where that is none, the verification says so
  const statement = String(file['checkpoint']);
  const member = await findDisagreement(file, statement);
  if (member === undefined) return statement;
  throw new CommandFailed({
    message: `\`${path}\` was altered: its \`${member}\` is not that of the checkpoint that was signed`,
    hint: 'give the file as `ambit audit checkpoint` has written it, or one with the member `checkpoint` alone',
  });
}

/** The first member of a file that says something else than the statement in it. */
async function findDisagreement(file: Members, statement: string): Promise<string | undefined> {
  const states = readCheckpoint(statement);
  if (states === undefined) return undefined;
  const { jwk = {}, ...others } = file;
  const stated: Members = { ...toWireCheckpoint({ statement, states, publicJwk: {} }) };
  const altered = Object.keys(others).find(
    (name) => name in stated && !isDeepStrictEqual(others[name], stated[name]),
  );
  if (altered !== undefined || !('jwk' in file)) return altered;
  return (await isNamed(jwk as Members, states.kid)) ? undefined : 'jwk';
}

function membersOf(text: string): Members | undefined {
  try {
    return JSON.parse(text) as Members; // which begins like an object
  } catch {
    return undefined;
  }
}
