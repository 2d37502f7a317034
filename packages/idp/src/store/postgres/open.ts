import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import { systemErrorCode } from '../../system-error.ts';
import type { Engine } from '../engine.ts';
import type { StoreProblem } from '../problem.ts';
import { placeOf, readPostgresUrl } from './address.ts';
import { decodeProblem } from './decode-problem.ts';
import { openPostgres } from './engine.ts';
import type { PostgresOptions } from './engine.ts';
import { hasSchema, readSchema } from './migrate.ts';

/** `server_version_num` of the oldest PostgreSQL that is supported. */
const OLDEST_SERVER = 140_000;

/** What came of looking at a database: its engine, and the least schema version that a release must know to use it. */
export interface OpenedPostgres {
  readonly engine: Engine;
  readonly least: number;
  /** Where it is, without anything secret. */
  readonly path: string;
}

/** Opens the database of a URL. What is not ours stays as it is; nothing of a password is ever told. */
export async function openPostgresDatabase(
  url: string,
  options: Omit<PostgresOptions, 'url' | 'address'>,
): Promise<Result<OpenedPostgres, StoreProblem>> {
  const address = readPostgresUrl(url);
  if (!address.ok) return err({ code: 'store.url_malformed', reason: address.error.reason });
  const path = placeOf(address.value);
  const engine = openPostgres({ ...options, url, address: address.value });
  try {
    const [server] = (
      await engine.reader.raw<{ rows: { version: string; encoding: string }[] }>(
        `select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding`,
      )
    ).rows;
    const version = Number(server?.version);
    if (version < OLDEST_SERVER) {
      await engine.close();
      return err({ code: 'store.server_too_old', path, version: Math.floor(version / 10_000) });
    }
    if (server?.encoding !== 'UTF8') {
      await engine.close();
      return err({ code: 'store.wrong_encoding', path, encoding: String(server?.encoding) });
    }
    if (!(await hasSchema(engine.reader))) {
      await engine.close();
      return err({ code: 'store.no_schema', path });
    }
    const schema = await readSchema(engine.reader);
    if (schema) return ok({ engine, least: schema.least, path });
    await engine.close();
    return err({ code: 'store.foreign', path });
  } catch (error) {
    await engine.close();
    return err(
      decodeProblem(error, path) ?? {
        code: 'store.unreachable',
        path,
        reason: systemErrorCode(error),
      },
    );
  }
}
