import {
  ADMIN_RESOURCE_SERVER,
  builtInResourceServer,
  isReservedAudience,
  isReservedName,
} from '../built-in.ts';
import type { CompiledResourceServer, CompiledScope } from '../compiled-catalog.ts';
import { startOfDay } from '../day.ts';
import type { ActionEntry, CatalogDocument, ResourceServerEntry } from '../document.ts';
import type { DocumentPath, Finding } from '../finding.ts';
import { present } from '../present.ts';
import { breach } from '../rules.ts';
import { DEFAULT_LIFETIME_SECONDS } from '../schema.ts';
import { scopeName, SCOPE_NAME_MAX_LENGTH } from '../scope-name.ts';
import { sorted } from './sorted.ts';

/** The resource servers of a document and the built-in one, with what they define. */
export interface CompiledServers {
  readonly servers: ReadonlyMap<string, CompiledResourceServer>;
  readonly scopes: ReadonlyMap<string, CompiledScope>;
  /** Names of the scopes of each resource key. */
  readonly resources: ReadonlyMap<string, readonly string[]>;
}

/** Resolves resource servers to scopes; what is reserved or defined twice is a finding and left out. */
export function compileServers(
  document: CatalogDocument,
  issuer: string,
  findings: Finding[],
): CompiledServers {
  const servers = new Map<string, CompiledResourceServer>();
  const scopes = new Map<string, CompiledScope>();
  const resources = new Map<string, readonly string[]>();
  const audiences = new Map<string, string>();

  const add = (name: string, entry: ResourceServerEntry, at: DocumentPath): void => {
    const own: string[] = [];
    for (const [resource, { actions }] of Object.entries(entry.resources)) {
      const path = [...at, 'resources', resource];
      if (resources.has(resource)) {
        findings.push(
          breach(
            'resource-duplicate',
            path,
            `the resource \`${resource}\` of \`${name}\` is defined by another resource server too`,
            `rename it, to \`${name}:${resource}\` for example`,
          ),
        );
        continue;
      }
      const names = sorted(Object.keys(actions).map((action) => scopeName(resource, action)));
      resources.set(resource, names);
      for (const [action, actionEntry] of Object.entries(actions)) {
        const scope = compileScope(scopeName(resource, action), name, entry.audience, actionEntry);
        if (scope.name.length > SCOPE_NAME_MAX_LENGTH) {
          findings.push(
            breach(
              'name-invalid',
              [...path, 'actions', action],
              `the scope name \`${scope.name}\` is longer than ${String(SCOPE_NAME_MAX_LENGTH)} characters`,
            ),
          );
        }
        scopes.set(scope.name, scope);
      }
      own.push(...names);
    }
    servers.set(name, compileServer(name, entry, sorted(own)));
  };

  for (const [name, entry] of Object.entries(document.resourceServers)) {
    const at = ['resourceServers', name];
    findings.push(...reservations(name, entry, issuer, at));
    const holder = audiences.get(entry.audience);
    if (holder !== undefined) {
      findings.push(
        breach(
          'audience-duplicate',
          [...at, 'audience'],
          `the audience \`${entry.audience}\` belongs to \`${holder}\` already`,
          'one resource server may hold many resources',
        ),
      );
    }
    audiences.set(entry.audience, name);
    add(name, entry, at);
  }
  if (findings.every(({ rule }) => rule !== 'name-reserved')) {
    add(ADMIN_RESOURCE_SERVER, builtInResourceServer(issuer), []);
  }
  return { servers, scopes, resources };
}

function reservations(
  name: string,
  entry: ResourceServerEntry,
  issuer: string,
  at: DocumentPath,
): Finding[] {
  const reserved = (path: DocumentPath, what: string, hint: string): Finding =>
    breach('name-reserved', path, `${what} belongs to Ambit itself`, hint);
  const another = 'choose another name';
  return [
    ...(isReservedName(name)
      ? [reserved(at, `the resource server name \`${name}\``, another)]
      : []),
    ...(isReservedAudience(entry.audience, issuer)
      ? [
          reserved(
            [...at, 'audience'],
            `the audience \`${entry.audience}\``,
            `choose one that is not at or below ${issuer}`,
          ),
        ]
      : []),
    ...Object.keys(entry.resources)
      .filter(isReservedName)
      .map((key) => reserved([...at, 'resources', key], `the resource key \`${key}\``, another)),
  ];
}

function compileServer(
  name: string,
  entry: ResourceServerEntry,
  scopes: readonly string[],
): CompiledResourceServer {
  const { lifetimeSeconds, signingAlg, senderConstrained } = entry.accessToken ?? {};
  return {
    name,
    audience: entry.audience,
    description: entry.description ?? '',
    ...present({ owner: entry.owner }),
    lifetimeSeconds: lifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS,
    signingAlg: signingAlg ?? 'ES256',
    senderConstrained: senderConstrained ?? 'none',
    scopes,
  };
}

function compileScope(
  name: string,
  resourceServer: string,
  audience: string,
  { description, risk, lifetimeSeconds, deprecated, quota }: ActionEntry,
): CompiledScope {
  return {
    name,
    resourceServer,
    audience,
    description: description ?? '',
    risk: risk ?? 'low',
    ...present({ lifetimeSeconds }),
    ...(deprecated === undefined
      ? {}
      : { deprecated, deprecatedFrom: startOfDay(deprecated.since) }),
    ...(deprecated?.sunset === undefined ? {} : { retiredFrom: startOfDay(deprecated.sunset) }),
    ...(quota === undefined ? {} : { quota: { ...quota, mode: quota.mode ?? 'enforce' } }),
  };
}
