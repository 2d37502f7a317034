import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { DEPLOY } from './deployment.ts';

/** The variables that a way of running sets, by name. */
export type Variables = Readonly<Record<string, string>>;

const read = (path: string): string => readFileSync(join(DEPLOY, path), 'utf8');

/** A container of a pod. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly [probe: `${string}Probe`]: {
    readonly httpGet: { readonly path: string; readonly port: string };
  };
}

/** What runs in a pod. */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly terminationGracePeriodSeconds?: number;
  readonly [setting: string]: unknown;
}

/** A resource of Kubernetes, as far as it is looked at here. */
export interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Variables;
  readonly spec?: {
    readonly replicas?: number;
    readonly strategy?: { readonly rollingUpdate: { readonly maxSurge: number } };
    readonly minAvailable?: number;
    readonly selector?: object;
    readonly podSelector?: { readonly matchLabels: object };
    readonly template?: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
    readonly ports?: readonly { readonly targetPort: string }[];
  };
}

/** Every resource of the manifests, in the order of their files. */
export const RESOURCES: readonly Resource[] = readdirSync(join(DEPLOY, 'kubernetes'))
  .filter((name) => name !== 'kustomization.yaml')
  .flatMap((name) =>
    parseAllDocuments(read(`kubernetes/${name}`)).map((each) => each.toJS() as Resource),
  );

/** The resource of a kind; there is one of each. */
export function resource(kind: string): Resource {
  const [found, ...more] = RESOURCES.filter((each) => each.kind === kind);
  if (!found || more.length > 0) throw new Error(`${String(more.length)} more of ${kind}`);
  return found;
}

/** The pods of a resource. */
export function podOf(kind: string): PodSpec {
  const spec = resource(kind).spec?.template?.spec;
  if (!spec) throw new Error(`${kind} has no pods`);
  return spec;
}

/** A service of the Compose file. */
export interface ComposeService {
  readonly image: string;
  readonly environment?: Variables;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly deploy?: { readonly replicas: number };
}

/** The Compose file. */
export const COMPOSE = parse(read('compose/compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<'postgres' | 'bootstrap' | 'ambit' | 'proxy', ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
};

/** The settings of the unit, in their order: `Environment` may come more than once. */
export const UNIT: readonly (readonly [string, string])[] = read('systemd/ambit.service')
  .split('\n')
  .map((line) => /^(\w+)=(.*)$/.exec(line))
  .flatMap((match) => (match ? [[match[1] ?? '', match[2] ?? ''] as const] : []));

/** The values of a setting of the unit. */
export const unitValues = (name: string): string[] =>
  UNIT.filter(([setting]) => setting === name).map(([, value]) => value);

/** The instructions of the Dockerfile, each on one line. */
export const DOCKERFILE: readonly string[] = read('docker/Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line));

/** The variables that each way of running Ambit sets. */
export const VARIABLES_OF: Readonly<Record<string, Variables>> = {
  'deploy/docker': Object.fromEntries(
    DOCKERFILE.filter((line) => line.startsWith('ENV ')).flatMap((line) =>
      [...line.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
    ),
  ),
  'deploy/compose': COMPOSE.services.ambit.environment ?? {},
  'deploy/kubernetes': {
    ...resource('ConfigMap').data,
    ...Object.fromEntries(
      podOf('Deployment').containers.flatMap(({ env = [] }) =>
        env.map(({ name, value = '' }) => [name, value] as const),
      ),
    ),
  },
  'deploy/systemd': Object.fromEntries(
    unitValues('Environment').map((line) => line.split('=') as [string, string]),
  ),
};
