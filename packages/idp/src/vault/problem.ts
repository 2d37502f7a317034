import type { VaultProblem } from './unlock-vault.ts';

const at = (path: string | undefined): string => (path === undefined ? '' : ` in \`${path}\``);

/** Says in one line what is wrong with the master key, and in another what mends it. */
export function describeVaultProblem(problem: VaultProblem): {
  readonly message: string;
  readonly hint: string;
} {
  switch (problem.code) {
    case 'master_key.malformed':
      return {
        message: `the master key${at(problem.path)} is not 32 bytes in base64`,
        hint: 'make one with `openssl rand -base64 32`; for an installation that exists, restore the key it was made with',
      };
    case 'master_key.missing':
      return {
        message: `there is no master key file \`${problem.path}\``,
        hint: 'restore the file, or set AMBIT_MASTER_KEY',
      };
    case 'master_key.unreadable':
      return {
        message: `the master key file \`${problem.path}\` cannot be read (${problem.reason})`,
        hint: 'let the user who runs the server own the file, mode 0600',
      };
    case 'master_key.exposed':
      return {
        message: `the master key file \`${problem.path}\` can be read by others (mode ${problem.mode})`,
        hint: `chmod 600 ${problem.path}`,
      };
    case 'master_key.exists':
      return {
        message: `the master key file \`${problem.path}\` exists already`,
        hint: 'it is never overwritten; move it away if it is not needed any more',
      };
    case 'master_key.unwritable':
      return {
        message: `the master key file \`${problem.path}\` cannot be written (${problem.reason})`,
        hint: 'let the user who runs the server write to the folder, or set AMBIT_MASTER_KEY',
      };
    case 'vault.key_lost':
      return {
        message: `the database needs master key ${problem.masterKeyId}, and there is none`,
        hint: 'restore the key file or set AMBIT_MASTER_KEY; or start anew with another AMBIT_HOME; nothing was changed',
      };
    case 'vault.key_wrong':
      return {
        message: `the database needs master key ${problem.masterKeyId}, and the given one is ${problem.given}`,
        hint: 'restore the key file or set AMBIT_MASTER_KEY to the right key; or start anew with another AMBIT_HOME; nothing was changed',
      };
    case 'vault.key_required':
      return {
        message: 'no master key was given for this new database',
        hint: 'make one with `openssl rand -base64 32`, set it as AMBIT_MASTER_KEY or in AMBIT_MASTER_KEY_FILE, and keep it safe',
      };
    case 'vault.empty':
      return {
        message: 'the database was never laid out, so there is no master key to change',
        hint: 'run `ambit-idp bootstrap` first',
      };
  }
}
