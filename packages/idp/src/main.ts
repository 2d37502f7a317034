import cluster from 'node:cluster';
import { Command, Option } from 'commander';
import { bootstrapCommand } from './commands/bootstrap.ts';
import { describeFailure, failureOf } from './commands/failure.ts';
import { healthcheck } from './commands/healthcheck.ts';
import { migrateCommand } from './commands/migrate.ts';
import { rekeyCommand } from './commands/rekey.ts';
import { serve } from './commands/serve.ts';
import { verifyCommand } from './commands/verify.ts';
import type { Config } from './config/config.ts';
import { loadConfig } from './config/load-config.ts';
import type { Settings } from './config/settings-reader.ts';
import { unknownVariables } from './config/unknown-variables.ts';
import { flagOf, VARIABLES } from './config/variables.ts';
import { createLog } from './log/log.ts';
import { SERVER_VERSION } from './version.ts';

/** Adds every setting as a flag; a flag wins over its variable. */
function withSettings(command: Command): Command {
  for (const variable of VARIABLES) {
    command.option(
      `${flagOf(variable.name)} <value>`,
      `${variable.description} [${variable.fallback}]`,
    );
  }
  return command;
}

function settingsOf(command: Command): Settings {
  const options = command.opts<Record<string, string | undefined>>();
  const flags = VARIABLES.map(({ name }) => {
    const key = flagOf(name)
      .slice(2)
      .replace(/-(.)/g, (_match, letter: string) => letter.toUpperCase());
    return [name, options[key]] as const;
  }).filter(([, value]) => value !== undefined);
  return { ...process.env, ...Object.fromEntries(flags) };
}

/** As the command that runs has it. */
let logLevel: Config['logLevel'] = 'info';

function configOf(command: Command): Config {
  const settings = settingsOf(command);
  if (cluster.isPrimary) warn(command, settings); // once, not by every worker
  const config = loadConfig(settings);
  if (config.ok) {
    ({ logLevel } = config.value);
    return config.value;
  }
  for (const { variable, message, hint } of config.error) {
    process.stderr.write(describeFailure({ message: `${variable}: ${message}`, hint }));
  }
  process.exit(1);
}

function warn(command: Command, settings: Settings): void {
  for (const { name, nearest } of unknownVariables(settings)) {
    const hint = nearest === undefined ? '' : `; did you mean \`${nearest}\`?`;
    process.stderr.write(`ambit-idp: warning: \`${name}\` is not a setting${hint}\n`);
  }
  if (command.opts<Record<string, unknown>>()['masterKey'] !== undefined) {
    process.stderr.write(
      'ambit-idp: warning: every user of this machine can read `--master-key`; put the key into a file of mode 0600 and name it with `--master-key-file`\n',
    );
  }
}

const program = new Command('ambit-idp')
  .description('An OAuth 2.0 identity provider whose heart is a versioned scope catalog.')
  .version(SERVER_VERSION, '--version', 'write the version')
  .showHelpAfterError('see `ambit-idp --help`');

withSettings(program.command('serve'))
  .description('run the provider')
  .option('--demo', 'publish the example catalog and make a demo client first')
  .action(async (options: { demo?: boolean }, command: Command) => {
    await serve(configOf(command), { demo: options.demo === true });
  });

withSettings(program.command('bootstrap'))
  .description(
    'lay out an installation: schema, signing keys, an empty catalog, the first administrator',
  )
  .option('--reset-admin', 'make a new administrator, where the first one was lost')
  .addOption(
    new Option('--output <format>', "print the administrator's credentials").choices(['json']),
  )
  .action(async (options: { resetAdmin?: boolean; output?: string }, command: Command) => {
    await bootstrapCommand(configOf(command), {
      resetAdmin: options.resetAdmin === true,
      json: options.output === 'json',
    });
  });

withSettings(program.command('migrate'))
  .description('bring the database to the schema of this release')
  .action(async (_options: unknown, command: Command) => {
    await migrateCommand(configOf(command));
  });

withSettings(program.command('rekey'))
  .description('change the master key')
  .option(
    '--new-key-file <path>',
    'file that holds the new master key; without it one is generated',
  )
  .action(async (options: { newKeyFile?: string }, command: Command) => {
    await rekeyCommand(configOf(command), options.newKeyFile);
  });

withSettings(program.command('verify'))
  .description('verify the audit log in the database itself, with a server or without')
  .option('--checkpoint <path...>', 'files of checkpoints that were kept elsewhere')
  .action(async (options: { checkpoint?: readonly string[] }, command: Command) => {
    await verifyCommand(configOf(command), options.checkpoint ?? []);
  });

withSettings(program.command('healthcheck'))
  .description('ask the server on this machine whether it is ready')
  .action(async (_options: unknown, command: Command) => {
    await healthcheck(configOf(command));
  });

try {
  await program.parseAsync();
} catch (error) {
  createLog(logLevel, process.stderr).debug('failed', { stack: (error as Error).stack });
  const failure = failureOf(error);
  process.stderr.write(describeFailure(failure));
  process.exit(failure.exit ?? 1); // whatever is open by then would keep the process alive
}
