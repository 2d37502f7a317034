/** Why a store cannot be opened or migrated. None of them has changed anything. */
export type StoreProblem =
  | { readonly code: 'store.url_malformed' }
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
  | { readonly code: 'store.busy'; readonly path: string }
  | { readonly code: 'store.no_room'; readonly path: string; readonly missingBytes: number };

const MIB = 1024 * 1024;

/** Says in one line why the store cannot be opened, and in another what mends it. */
export function describeStoreProblem(problem: StoreProblem): {
  readonly message: string;
  readonly hint: string;
} {
  switch (problem.code) {
    case 'store.url_malformed':
      return {
        message: 'the database URL is not understood',
        hint: 'set AMBIT_DATABASE_URL to `sqlite:` and the path of a file',
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
        message: `the file \`${problem.path}\` is not an Ambit database`,
        hint: 'choose another AMBIT_DATABASE_URL or AMBIT_HOME; the file was left as it is',
      };
    case 'store.too_new':
      return {
        message: `the database \`${problem.path}\` has schema ${problem.found}, and this release knows up to ${problem.known}`,
        hint: 'run the release that made it or a newer one; the database was left as it is',
      };
    case 'store.busy':
      return {
        message: `the database \`${problem.path}\` is held by another process`,
        hint: 'stop the other process and start again',
      };
    case 'store.no_room':
      return {
        message: `the disk has no room for the new database \`${problem.path}\` (${Math.ceil(problem.missingBytes / MIB)} MiB more are needed)`,
        hint: 'free some space, or choose another AMBIT_HOME',
      };
  }
}
