import { readFileSync } from 'node:fs';
import { systemActor } from '../actor.ts';
import type { Ambit } from '../compose/compose.ts';
import type { Config } from '../config/config.ts';
import { DEMO_FILE, keepUrl, readCredentials, writeCredentials } from '../home/credentials-file.ts';
import { CommandFailed } from './failure.ts';

const EXAMPLE = new URL('../../examples/acme-cloud.yaml', import.meta.url);
const DEMO_CLIENT = 'demo';
const DEMO_ROLE = 'editor';
const DEMO_SCOPE = 'orders:read';

/**
 * Publishes the example catalog where no catalog was published yet, makes the demo client, and says how to get its
 * first token. Its credentials are in `demo.json`; where that file is gone the client is given a further secret.
 */
export async function layOutDemo(config: Config, issuer: string, ambit: Ambit): Promise<string[]> {
  await publishExample(ambit);
  const secret = await demoSecret(config, issuer, ambit);
  return [
    '',
    'The example catalog is active. A first token, from another terminal:',
    '',
    `curl -s -u ${DEMO_CLIENT}:${secret} -d grant_type=client_credentials -d scope=${DEMO_SCOPE} ${issuer}/oauth2/token`,
    '',
  ];
}

async function publishExample({ catalog, bootstrap }: Ambit): Promise<void> {
  if ((await catalog.activeVersion()) !== 0) return;
  const { total } = await catalog.list({ limit: 1 });
  if (total > 1) return; // somebody rolled back to the empty catalog on purpose
  const published = await catalog.publish(
    {
      source: readFileSync(EXAMPLE, 'utf8'),
      file: 'acme-cloud.yaml',
      comment: 'the example catalog',
    },
    systemActor(bootstrap.newId()),
  );
  if (!published.ok) {
    throw new Error(`the example catalog was not published: ${published.error.code}`);
  }
}

async function demoSecret(
  config: Config,
  issuer: string,
  { clients, bootstrap }: Ambit,
): Promise<string> {
  const known = readCredentials(config.home, DEMO_FILE);
  const client = await clients.find(DEMO_CLIENT);
  if (known && client) {
    keepUrl(config.home, DEMO_FILE, issuer);
    return known.client_secret;
  }
  const actor = systemActor(bootstrap.newId());
  const made = client
    ? await clients.addSecret(DEMO_CLIENT, { label: 'demo' }, actor)
    : await clients.create(
        {
          clientId: DEMO_CLIENT,
          settings: { auth: 'secret' },
          roles: [DEMO_ROLE],
          secret: { label: 'demo' },
        },
        actor,
      );
  if (!made.ok || made.value.secret === undefined) {
    throw new CommandFailed({
      message: `the demo client \`${DEMO_CLIENT}\` could not be made (${made.ok ? 'it has no secret' : made.error.code})`,
      hint: 'start without `--demo`, or with another `AMBIT_HOME`',
    });
  }
  const { secret } = made.value;
  writeCredentials(config.home, DEMO_FILE, {
    url: issuer,
    client_id: DEMO_CLIENT,
    client_secret: secret,
  });
  return secret;
}
