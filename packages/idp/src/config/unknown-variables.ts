import { suggestNames } from '@ambit/scope-catalog';
import type { Settings } from './settings-reader.ts';
import { VARIABLES } from './variables.ts';

/** What Kubernetes puts into the environment of every container for a service named `ambit`. */
const SERVICE_LINK = /^AMBIT_(?:SERVICE_(?:HOST|PORT)|PORT_\d+_(?:TCP|UDP))/;

/** `AMBIT_*` names that are no setting, each with the nearest that is. */
export function unknownVariables(
  settings: Settings,
): readonly { name: string; nearest?: string }[] {
  const known = VARIABLES.map((variable) => variable.name as string);
  const clientSide = ['AMBIT_URL', 'AMBIT_CLIENT_ID', 'AMBIT_CLIENT_SECRET', 'AMBIT_PROFILE'];
  return Object.keys(settings)
    .filter(
      (name) =>
        name.startsWith('AMBIT_') &&
        !SERVICE_LINK.test(name) &&
        !known.includes(name) &&
        !clientSide.includes(name),
    )
    .map((name) => {
      const [nearest] = suggestNames(name, known, 1);
      return nearest === undefined ? { name } : { name, nearest };
    });
}
