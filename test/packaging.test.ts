import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../packages/idp/src/config/load-config.ts';
import { unknownVariables } from '../packages/idp/src/config/unknown-variables.ts';
import { DEPLOY } from './support/deployment.ts';
import {
  COMPOSE,
  DOCKERFILE,
  podOf,
  resource,
  RESOURCES,
  unitValues,
  VARIABLES_OF,
} from './support/packaging.ts';
import { AMBIT_IDP, ROOT, run } from './support/processes.ts';
import { temporaryFolder } from './support/server.ts';
import { testWith } from './support/tools.ts';

/** How long requests in flight and the end of the workers take at the most; a second more is left. */
const ENDING_SECONDS = 10 + 5 + 1;

/** `max_connections` of PostgreSQL as it comes, without those that it keeps for its administrators. */
const CONNECTIONS_MOST = 100 - 3;
/** What a process takes beside those that it reads through. */
const CONNECTIONS_TO_WRITE = 5;

/** The connections that a way of running sets; a file of Compose names its default. */
function connectionsOf(variables: Readonly<Record<string, string>>) {
  const number = /^(?:\$\{AMBIT_DATABASE_CONNECTIONS:-)?(\d+)\}?$/.exec(
    variables['AMBIT_DATABASE_CONNECTIONS'] ?? '',
  )?.[1];
  return number === undefined ? {} : { AMBIT_DATABASE_CONNECTIONS: number };
}

/** What so many processes take of PostgreSQL at the most. */
const takenBy = (processes: number, way: string): number =>
  processes *
  (Number(connectionsOf(VARIABLES_OF[way] ?? {}).AMBIT_DATABASE_CONNECTIONS) +
    CONNECTIONS_TO_WRITE);

const drainOf = (way: string): number => Number(VARIABLES_OF[way]?.['AMBIT_DRAIN_SECONDS'] ?? 0);

describe.each(Object.entries(VARIABLES_OF))('the variables of %s', (_, variables) => {
  test('are variables that Ambit has', () => {
    expect(unknownVariables(variables)).toEqual([]);
    expect(variables).not.toHaveProperty('AMBIT_PORT');
    expect(Object.keys(variables).some((name) => name.startsWith('AMBIT_'))).toBe(true);
  });

  test('are a configuration that Ambit starts with', () => {
    const { AMBIT_DATABASE_URL: _database, ...rest } = variables;
    const settings = { ...VARIABLES_OF['deploy/docker'], ...rest };
    const config = loadConfig({
      ...settings,
      AMBIT_ISSUER: 'https://id.example.com',
      AMBIT_ALLOW_HTTP: settings['AMBIT_ALLOW_HTTP'] ?? '1',
      AMBIT_WORKERS: /^\d+$/.exec(settings['AMBIT_WORKERS'] ?? '')?.[0] ?? '1',
      ...connectionsOf(settings),
    });
    expect(config).toMatchObject({ ok: true });
  });

  test('hold no key and no password', () => {
    expect(variables).not.toHaveProperty('AMBIT_MASTER_KEY');
    expect(variables['AMBIT_DATABASE_URL'] ?? '').not.toMatch(/\/\/[^:@]*:(?!\$\{)[^@]*@/);
  });
});

describe('the image', () => {
  const last = DOCKERFILE.slice(DOCKERFILE.findLastIndex((line) => line.startsWith('FROM ')));

  test('is made in stages from the pinned runtime, and runs as a number that is not root', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      devDependencies: { node: string };
    };
    const bases = DOCKERFILE.filter((line) => line.startsWith('FROM '));
    expect(bases.length).toBeGreaterThan(1);
    for (const base of bases) {
      expect(base).toMatch(`FROM node:${devDependencies.node}-bookworm-slim`);
    }
    expect(last.filter((line) => line.startsWith('USER '))).toEqual(['USER 10001:10001']);
    expect(
      last.some((line) => line.startsWith('HEALTHCHECK ') && line.includes('healthcheck')),
    ).toBe(true);
  });

  test('copies what there is, and everything that its packages need to run', () => {
    const copied = DOCKERFILE.filter((line) => line.startsWith('COPY ')).flatMap((line) =>
      line
        .split(' ')
        .slice(1, -1)
        .filter((word) => !word.startsWith('--'))
        .map((path) => path.replace(/^\/app\//, '')),
    );
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    // Whole, since npm lays modules into the folders of packages too.
    expect(last.filter((line) => line.startsWith('COPY '))).toEqual([
      'COPY --from=build /app/package.json ./',
      'COPY --from=build /app/node_modules node_modules',
      'COPY --from=build /app/packages packages',
    ]);
  });

  testWith('hadolint', 'is one that hadolint has nothing to say against', async () => {
    const { code, stdout } = await run('hadolint', [join(DEPLOY, 'docker/Dockerfile')]);
    expect([code, stdout]).toEqual([0, '']);
  });
});

describe('Docker Compose', () => {
  const { ambit, bootstrap, postgres, proxy } = COMPOSE.services;

  test('runs two servers behind a proxy, from pinned images, and lays out the database first', () => {
    expect(ambit.deploy?.replicas).toBe(2);
    for (const { image } of [ambit, postgres, proxy]) expect(image).toMatch(/:\d+\.\d+/);
    expect(bootstrap.environment).toEqual(ambit.environment);
  });

  test('takes no more connections than PostgreSQL has by three servers with two workers each, and the job', () => {
    expect(takenBy(3 * (2 + 1) + 1, 'deploy/compose')).toBeLessThanOrEqual(CONNECTIONS_MOST);
  });

  test('lets nobody reach the database, and nothing in but through the proxy', () => {
    expect(COMPOSE.networks['store']?.internal).toBe(true);
    expect(postgres.networks).toEqual(['store']);
    expect(proxy.networks).toEqual(['front']);
    expect([ambit.ports, postgres.ports, bootstrap.ports]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each(['ambit', 'bootstrap', 'proxy'] as const)(
    '%s can write nowhere and needs no capability',
    (name) => {
      expect(COMPOSE.services[name]).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
    },
  );

  test('gives a server time to stop, and the proxy time to notice', () => {
    const grace = Number(/^(\d+)s$/.exec(ambit.stop_grace_period ?? '')?.[1]);
    expect(grace).toBeGreaterThanOrEqual(drainOf('deploy/compose') + ENDING_SECONDS);
    const proxyConfig = readFileSync(join(DEPLOY, 'compose/haproxy.cfg'), 'utf8');
    const [, inter, fastinter, fall] =
      /inter (\d+)s fastinter (\d+)s fall (\d+)/.exec(proxyConfig) ?? [];
    const noticed = Number(inter) + (Number(fall) - 1) * Number(fastinter) + 3;
    expect(drainOf('deploy/compose')).toBeGreaterThan(noticed);
  });

  test('is a file that dclint has nothing to say against', async () => {
    const { code, stdout } = await run(join(ROOT, 'node_modules/.bin/dclint'), [
      ...['-c', join(DEPLOY, 'compose/.dclintrc.yaml'), join(DEPLOY, 'compose/compose.yaml')],
    ]);
    expect([code, stdout.trim()]).toEqual([0, '']);
  });

  testWith('haproxy', 'has a proxy whose configuration HAProxy can read', async () => {
    const folder = temporaryFolder();
    const file = (name: string) => join(folder, name);
    try {
      execFileSync(
        'openssl',
        [
          ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
          ...['-days', '1', '-subj', '/CN=id.example.com'],
          ...['-keyout', file('key.pem'), '-out', file('cert.pem')],
        ],
        { stdio: 'ignore' },
      );
      const both = ['cert.pem', 'key.pem'].map((name) => readFileSync(file(name), 'utf8'));
      writeFileSync(file('tls.pem'), both.join(''), { mode: 0o600 });
      const { code, stdout, stderr } = await run(
        'haproxy',
        ['-c', '-f', join(DEPLOY, 'compose/haproxy.cfg')],
        { env: { AMBIT_TLS_PEM: file('tls.pem') } },
      );
      expect([code, `${stdout}${stderr}`]).toEqual([
        0,
        expect.not.stringMatching(/warning|alert/i),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('Kubernetes', () => {
  const server = podOf('Deployment');

  test.each(['Deployment', 'Job'])('the pods of the %s are restricted', (kind) => {
    const { containers, ...pod } = podOf(kind);
    expect(pod).toMatchObject({
      serviceAccountName: 'ambit',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10001,
        fsGroup: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    for (const container of containers) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  test('probes are asked at the management listener', () => {
    const [container] = server.containers;
    const ports = Object.fromEntries(
      (container?.ports ?? []).map(({ name, containerPort }) => [name, containerPort]),
    );
    const variables = VARIABLES_OF['deploy/kubernetes'] ?? {};
    expect(variables['AMBIT_LISTEN']).toBe(`0.0.0.0:${String(ports['http'])}`);
    expect(variables['AMBIT_MANAGEMENT_LISTEN']).toBe(`0.0.0.0:${String(ports['management'])}`);
    for (const [probe, path] of [
      ['readinessProbe', '/health/ready'],
      ['livenessProbe', '/health/live'],
      ['startupProbe', '/health/live'],
    ] as const) {
      expect(container?.[probe]?.httpGet).toEqual({ path, port: 'management' });
    }
  });

  test('a pod has time to stop', () => {
    expect(server.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(
      drainOf('deploy/kubernetes') + ENDING_SECONDS,
    );
  });

  test('one server is there whatever happens to the nodes', () => {
    const { replicas = 0 } = resource('Deployment').spec ?? {};
    const { minAvailable = 0 } = resource('PodDisruptionBudget').spec ?? {};
    expect(minAvailable).toBeGreaterThan(0);
    expect(replicas).toBeGreaterThan(minAvailable);
  });

  test('what selects the servers selects them, and not the job', () => {
    const labels = resource('Deployment').spec?.template?.metadata.labels;
    expect(resource('Deployment').spec?.selector).toEqual({ matchLabels: labels });
    expect(resource('PodDisruptionBudget').spec?.selector).toEqual({ matchLabels: labels });
    expect(resource('Service').spec?.selector).toEqual(labels);
    expect(resource('Job').spec?.template?.metadata.labels).not.toMatchObject(labels ?? {});
  });

  test.each(['Deployment', 'Job'])('the network policy selects the pods of the %s', (kind) => {
    const { matchLabels } = resource('NetworkPolicy').spec?.podSelector ?? {};
    expect(resource(kind).spec?.template?.metadata.labels).toMatchObject(
      matchLabels ?? { none: 1 },
    );
  });

  test('PostgreSQL as it comes has connections enough for an update, with the job beside it', () => {
    const { replicas = 0, strategy } = resource('Deployment').spec ?? {};
    const pods = replicas + (strategy?.rollingUpdate.maxSurge ?? 0);
    const processes = pods * (Number(VARIABLES_OF['deploy/kubernetes']?.['AMBIT_WORKERS']) + 1) + 1;
    expect(takenBy(processes, 'deploy/kubernetes')).toBeLessThanOrEqual(CONNECTIONS_MOST);
  });

  test('no secret is in the manifests', () => {
    expect(RESOURCES.map(({ kind }) => kind)).not.toContain('Secret');
    expect(resource('ConfigMap').data).not.toHaveProperty('AMBIT_DATABASE_URL');
  });

  testWith('kubectl', 'the manifests are put together by kustomize', async () => {
    const { code, stdout, stderr } = await run('kubectl', [
      ...['kustomize', join(DEPLOY, 'kubernetes')],
    ]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.match(/^kind: .+$/gm)).toHaveLength(RESOURCES.length);
  });

  testWith('kubernetes-validate', 'the manifests keep to the schemas of Kubernetes', async () => {
    const files = readdirSync(join(DEPLOY, 'kubernetes'))
      .filter((name) => name !== 'kustomization.yaml')
      .map((name) => join(DEPLOY, 'kubernetes', name));
    const { code, stdout, stderr } = await run('kubernetes-validate', [
      ...['-k', '1.34', '--strict', '--quiet', ...files],
    ]);
    expect([code, `${stdout}${stderr}`]).toEqual([0, '']);
  });
});

describe('the systemd unit', () => {
  test('starts the command, keeps its key to itself and gives the server time to stop', () => {
    expect(unitValues('ExecStart')).toEqual(['/opt/ambit/node_modules/.bin/ambit-idp serve']);
    expect(unitValues('LoadCredential')).toEqual(['master.key:/etc/ambit/master.key']);
    expect(unitValues('DynamicUser')).toEqual(['yes']);
    expect(Number(unitValues('TimeoutStopSec')[0])).toBeGreaterThanOrEqual(ENDING_SECONDS);
  });

  testWith(
    'systemd-analyze',
    'is one that systemd understands, and exposes next to nothing',
    async () => {
      const folder = temporaryFolder();
      const unit = join(folder, 'ambit.service');
      const text = readFileSync(join(DEPLOY, 'systemd/ambit.service'), 'utf8');
      // The command has to be there.
      writeFileSync(unit, text.replace('/opt/ambit/node_modules/.bin/ambit-idp', AMBIT_IDP));
      try {
        const verified = await run('systemd-analyze', ['verify', '--man=no', unit]);
        expect([verified.code, verified.stderr]).toEqual([0, '']);
        const { stdout } = await run('systemd-analyze', ['security', '--offline=true', unit]);
        const exposure = Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]);
        expect(exposure).toBeLessThan(2);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
