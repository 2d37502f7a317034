import type { Command } from './command.ts';
import { accessCommands } from './commands/access.ts';
import { auditCommands } from './commands/audit.ts';
import { catalogCommands } from './commands/catalog.ts';
import { clientCommands } from './commands/client.ts';
import { clientSecretCommands } from './commands/client-secret.ts';
import { createCompletionCommand } from './commands/completion.ts';
import { doctorCommand } from './commands/doctor.ts';
import { keyCommands } from './commands/key.ts';
import { roleCommands } from './commands/role.ts';
import { tokenCommands } from './commands/token.ts';
import { statusCommand } from './commands/status.ts';
import { whoamiCommand } from './commands/whoami.ts';

/** What each noun is about. */
export const GROUPS: Readonly<Record<string, string>> = {
  catalog: 'the catalog of scopes and its versions',
  'catalog import': 'catalogs from other documents',
  role: 'roles, and who holds them',
  client: 'registered clients',
  'client secret': 'secrets of a client; several may be live at once',
  key: 'signing keys',
  token: 'issued tokens and their revocation',
  access: 'who may do what, and why',
  audit: 'the audit log',
};

/** Every command, in the order help and the reference page list them. */
export const COMMANDS: readonly Command[] = [
  ...catalogCommands,
  ...roleCommands,
  ...clientCommands,
  ...clientSecretCommands,
  ...keyCommands,
  ...tokenCommands,
  ...accessCommands,
  ...auditCommands,
  statusCommand,
  whoamiCommand,
  doctorCommand,
  createCompletionCommand(() => COMMANDS),
];
