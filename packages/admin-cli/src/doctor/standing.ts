import type { CatalogVersionWithDocument, WhoAmI, WireKey } from '@ambit/sdk';
import { fine } from './check.ts';
import type { Check } from './check.ts';

const DAY_MS = 86_400_000;

/** A secret that ends sooner is to be replaced now. */
const SECRET_DAYS = 14;

/** A scope that retires sooner is worth a word. */
const SUNSET_DAYS = 30;

/** Whether the caller's own secrets last. */
export function checkSecrets({ client_id: id, secrets }: WhoAmI, now: number): readonly Check[] {
  const ending = secrets.filter(
    ({ expires_at: at }) => at !== undefined && Date.parse(at) - now < SECRET_DAYS * DAY_MS,
  );
  if (ending.length === 0) return [fine('secrets', 'none is about to expire')];
  return ending.map((secret) => ({
    check: 'secrets',
    status: 'warn',
    message: `the secret ${secret.label ?? secret.id} expires at ${secret.expires_at ?? ''}`,
    hint: `make another by \`ambit client secret add ${id}\`, then use it here`,
  }));
}

/** Whether the signing keys are rotated in time. */
export function checkKeys(keys: readonly WireKey[]): readonly Check[] {
  const overdue = keys.filter((key) => key.overdue);
  if (overdue.length === 0) return [fine('keys', 'none is overdue for rotation')];
  return overdue.map((key) => ({
    check: 'keys',
    status: 'warn',
    message: `${key.kid} (${key.alg}) is overdue for rotation`,
    hint: `\`ambit key rotate --alg ${key.alg}\``,
  }));
}

/** Whether scopes are about to retire, or have. */
export function checkSunsets(
  { document }: CatalogVersionWithDocument,
  now: number,
): readonly Check[] {
  const leaving = Object.values(document.resourceServers)
    .flatMap(({ resources }) => Object.entries(resources))
    .flatMap(([resource, { actions }]) =>
      Object.entries(actions).map(([action, { deprecated }]) => ({
        scope: `${resource}:${action}`,
        sunset: deprecated?.sunset,
        successor: deprecated?.successor,
      })),
    )
    .filter(
      ({ sunset }) => sunset !== undefined && Date.parse(sunset) - now < SUNSET_DAYS * DAY_MS,
    );
  if (leaving.length === 0) return [fine('sunsets', 'no scope is about to retire')];
  return leaving.map(({ scope, sunset, successor }) => ({
    check: 'sunsets',
    status: 'warn',
    message: `${scope} retires on ${sunset ?? ''}`,
    hint:
      successor === undefined
        ? `see who has it by \`ambit access who-can ${scope}\``
        : `let its users ask for ${successor}; \`ambit access who-can ${scope}\` names them`,
  }));
}
