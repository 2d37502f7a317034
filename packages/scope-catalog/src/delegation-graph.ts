import type { CompiledCatalog } from './compiled-catalog.ts';
import type { DelegationEntry } from './document.ts';
import { DELEGATION_DEPTH_MAX } from './schema.ts';

/**
 * Draws the delegation rules as a Mermaid flowchart: from what a subject token must carry, through
 * the actor, to what it may then ask for. Scopes stand within their resource servers; high-risk
 * ones are marked. The same catalog always gives the same text.
 */
export function delegationGraph(catalog: CompiledCatalog): string {
  const mentioned = new Set(catalog.delegation.flatMap(({ holding, may }) => [...holding, ...may]));
  const ids = new Map([...mentioned].sort().map((scope, index) => [scope, `s${String(index)}`]));
  const idOf = (scope: string): string => ids.get(scope) ?? '';
  const servers = [...catalog.resourceServers.values()].flatMap(
    ({ name, audience, scopes }, at) => {
      const shown = scopes.filter((scope) => mentioned.has(scope));
      if (shown.length === 0) return [];
      return [
        `  subgraph r${String(at)}["${label(`${name} · ${audience}`)}"]`,
        ...shown.map((scope) => `    ${idOf(scope)}["${label(scope)}"]${riskOf(catalog, scope)}`),
        '  end',
      ];
    },
  );
  const rules = catalog.delegation.flatMap((entry, index) => {
    const rule = `d${String(index)}`;
    const sources = entry.holding.length === 0 ? ['any'] : entry.holding.map(idOf);
    return [
      `  ${rule}{{"${label(actorOf(entry))}"}}`,
      ...sources.map((source) => `  ${source} --> ${rule}`),
      ...entry.may.map((scope) => `  ${rule} --> ${idOf(scope)}`),
    ];
  });
  const any = catalog.delegation.some(({ holding }) => holding.length === 0)
    ? ['  any(["any scope"])']
    : [];
  const marks = ['  classDef high stroke:#c00,stroke-width:3px'];
  return `${['flowchart LR', ...servers, ...any, ...rules, ...marks].join('\n')}\n`;
}

function actorOf({ actor, maxDepth = DELEGATION_DEPTH_MAX }: DelegationEntry): string {
  const who = 'role' in actor ? `role ${actor.role}` : `client ${actor.client}`;
  return maxDepth < DELEGATION_DEPTH_MAX ? `${who}, depth ${String(maxDepth)}` : who;
}

const riskOf = (catalog: CompiledCatalog, scope: string): string =>
  catalog.scopes.get(scope)?.risk === 'high' ? ':::high' : '';

/** A text within a label: what Mermaid or a browser would read otherwise is written as its code. */
const label = (text: string): string =>
  text.replaceAll(/["#&<>\\`;]/g, (character) => `#${String(character.codePointAt(0))};`);
