/** Why a store cannot be opened or migrated. None of them has changed anything. */
export type StoreProblem =
  | { readonly code: 'store.url_malformed'; readonly reason?: string }
  | { readonly code: 'store.absent'; readonly path: string }
  | { readonly code: 'store.unreadable'; readonly path: string; readonly reason: string }
  | { readonly code: 'store.unwritable'; readonly path: string; readonly reason: string }
  | { readonly code: 'store.corrupt'; readonly path: string; readonly reason: string }
  | { readonly code: 'store.foreign'; readonly path: string }
  | {
      readonly code: 'store.too_new';
      readonly path: string;
      readonly found: number;
      readonly known: number;
    }
  | { readonly code: 'store.unreachable'; readonly path: string; readonly reason: string }
  | { readonly code: 'store.refused'; readonly path: string; readonly reason: string }
  | { readonly code: 'store.missing'; readonly path: string }
  | { readonly code: 'store.no_schema'; readonly path: string }
  | { readonly code: 'store.forbidden'; readonly path: string; readonly reason: string }
  | { readonly code: 'store.mistrusted'; readonly path: string; readonly reason: string }
  | { readonly code: 'store.server_too_old'; readonly path: string; readonly version: number }
  | { readonly code: 'store.wrong_encoding'; readonly path: string; readonly encoding: string }
  | { readonly code: 'store.busy'; readonly path: string }
  | { readonly code: 'store.in_use'; readonly path: string; readonly servers: number }
  | { readonly code: 'store.no_room'; readonly path: string; readonly missingBytes: number };

/** Carries a {@link StoreProblem} out of work on a store that is open already. */
export class StoreRefusal extends Error {
  override readonly name = 'StoreRefusal';
  readonly problem: StoreProblem;

  constructor(problem: StoreProblem) {
    super(describeStoreProblem(problem).message);
    this.problem = problem;
  }
}

const MIB = 1024 * 1024;

/** Says in one line why the store cannot be opened, and in another what mends it. */
export function describeStoreProblem(problem: StoreProblem): {
  readonly message: string;
  readonly hint: string;
} {
  switch (problem.code) {
    case 'store.url_malformed':
      return {
        message: `the database URL is not understood${problem.reason === undefined ? '' : `: ${problem.reason}`}`,
        hint: 'set AMBIT_DATABASE_URL to `sqlite:` and the path of a file, or to `postgres://USER:PASSWORD@HOST/DATABASE` with `?`, `@`, `/`, `#` and `%` in user and password encoded (`%3F`, `%40`, `%2F`, `%23`, `%25`)',
      };
    case 'store.absent':
      return {
        message: `there is no database in \`${problem.path}\``,
        hint: 'run `ambit-idp bootstrap` first, or set AMBIT_DATABASE_URL to the database that exists',
      };
    case 'store.unreadable':
      return {
        message: `the database \`${problem.path}\` cannot be read (${problem.reason})`,
        hint: 'let the user who runs the server read and write the file and its folder',
      };
    case 'store.unwritable':
      return {
        message: `the database \`${problem.path}\` cannot be written (${problem.reason})`,
        hint: 'let the user who runs the server write to the file and its folder, or choose another AMBIT_HOME',
      };
    case 'store.corrupt':
      return {
        message: `the database \`${problem.path}\` is damaged (${problem.reason})`,
        hint: 'restore it from a backup; it was left as it is',
      };
    case 'store.foreign':
      return {
        message: `\`${problem.path}\` is not an Ambit database`,
        hint: 'choose another AMBIT_DATABASE_URL or AMBIT_HOME; it was left as it is',
      };
    case 'store.too_new':
      return {
        message: `the database \`${problem.path}\` has schema ${problem.found}, and this release knows up to ${problem.known}`,
        hint: 'run the release that made it or a newer one; the database was left as it is',
      };
    case 'store.unreachable':
      return {
        message: `the database \`${problem.path}\` cannot be reached (${problem.reason})`,
        hint: 'see that it runs and can be reached from here, and that AMBIT_DATABASE_URL says rightly whether the way is encrypted (`sslmode`)',
      };
    case 'store.refused':
      return {
        message: `the database \`${problem.path}\` refuses this user (${problem.reason})`,
        hint: 'check user and password in AMBIT_DATABASE_URL, and whom the server lets in from here',
      };
    case 'store.missing':
      return {
        message: `the server has no database \`${problem.path}\``,
        hint: 'make it there (`create database`), or set AMBIT_DATABASE_URL to the database that exists',
      };
    case 'store.no_schema':
      return {
        message: `the database \`${problem.path}\` has no schema to work in`,
        hint: 'make the one that `search_path` names, and let the user that AMBIT_DATABASE_URL names use it',
      };
    case 'store.forbidden':
      return {
        message: `the database \`${problem.path}\` does not let this user do so (${problem.reason})`,
        hint: 'let the user that AMBIT_DATABASE_URL names own the schema, with the tables in it',
      };
    case 'store.mistrusted':
      return {
        message: `the server of \`${problem.path}\` is not trusted: ${problem.reason}`,
        hint: 'name the host as its certificate does, and the file of its authority by `sslrootcert` in AMBIT_DATABASE_URL',
      };
    case 'store.server_too_old':
      return {
        message: `the server of \`${problem.path}\` is PostgreSQL ${problem.version}`,
        hint: 'use PostgreSQL 14 or newer',
      };
    case 'store.wrong_encoding':
      return {
        message: `the database \`${problem.path}\` has the encoding ${problem.encoding}, which cannot hold every text`,
        hint: "make it anew by `create database … template template0 encoding 'UTF8'`",
      };
    case 'store.busy':
      return {
        message: `the database \`${problem.path}\` is held by another process`,
        hint: 'stop the other process and start again',
      };
    case 'store.in_use':
      return {
        message: `the database \`${problem.path}\` has servers at work on it (processes: ${problem.servers}), and those of the release before cannot go on with the schema of this one`,
        hint: 'stop all servers first, then run this again; the database was left as it is',
      };
    case 'store.no_room':
      return {
        message: `the disk has no room for the new database \`${problem.path}\` (${Math.ceil(problem.missingBytes / MIB)} MiB more are needed)`,
        hint: 'free some space, or choose another AMBIT_HOME',
      };
  }
}
