import type {
  FederationChange,
  FederationFieldChange,
  FederationRule,
  FederationRuleFieldChange,
  FederationTrust,
  KeySet,
  ScopeTranslation,
} from '@ambit/sdk';
import { writeField } from './field.ts';

/** A sign, and what it is the sign of. */
type Described = readonly ['+' | '-' | '~', string];

/**
 * One difference about the workloads of another issuer, in words. Claims and foreign names are in
 * quotes, since they may hold any words themselves.
 */
export function describeFederation(change: FederationChange): Described {
  const about = (words: string): string => `federation ${change.federation}: ${words}`;
  switch (change.kind) {
    case 'federation_added':
      return ['+', about(writeTrust(change))];
    case 'federation_removed':
      return ['-', about(writeTrust(change))];
    case 'federation_changed':
      return ['~', about(writeTrustChange(change))];
    case 'federation_rule_added':
      return ['+', about(writeRule(change.rule))];
    case 'federation_rule_removed':
      return ['-', about(writeRule(change.rule))];
    case 'federation_rule_changed':
      return ['~', about(`${writeSubject(change.rule)}: ${writeRuleChange(change)}`)];
  }
}

function writeTrust(trust: FederationTrust): string {
  return `tokens of ${trust.issuer} for ${JSON.stringify(trust.audience)}, ${writeKeys(trust)}`;
}

function writeKeys({ jwksUri, jwks }: FederationTrust): string {
  if (jwksUri !== undefined) return `by the keys at ${jwksUri}`;
  if (jwks === undefined) return 'by the keys that it publishes';
  return `by keys in the catalog: ${jwks.keys.map(nameOf).join(' ')}`;
}

function writeTrustChange(change: FederationFieldChange): string {
  if (change.field !== 'jwks') return writeField(change);
  const [was, is] = [change.from?.keys ?? [], change.to?.keys ?? []];
  return `keys in the catalog: ${writeShift(was, is, nameOf)}`;
}

/** A key by its `kid`, in quotes; one without by its type. */
const nameOf = ({ kid, kty }: KeySet['keys'][number]): string =>
  kid === undefined ? `(${String(kty)}, without a kid)` : JSON.stringify(kid);

function writeRule(rule: FederationRule): string {
  const { scopes, translate, once } = rule;
  return [
    writeSubject(rule),
    `up to ${scopes.join(' ')}`,
    ...(translate === undefined ? [] : [`reading ${readingsOf(translate).join(', ')}`]),
    ...(once === true ? ['each token once'] : []),
  ].join(', ');
}

const writeSubject = ({ match, client }: FederationRule): string =>
  `workloads with ${claimsOf(match).join(' and ')} as client ${client}`;

function writeRuleChange(change: FederationRuleFieldChange): string {
  switch (change.field) {
    case 'match':
      return `claims ${writeShift(claimsOf(change.from), claimsOf(change.to))}`;
    case 'client':
      return writeField(change);
    case 'scopes':
      return `scopes ${writeShift(change.from ?? [], change.to ?? [])}`;
    case 'translate':
      return `reading ${writeShift(readingsOf(change.from), readingsOf(change.to))}`;
    case 'once':
      return change.to === true ? 'each token once' : 'each token as often as it comes';
  }
}

const claimsOf = (match: FederationRule['match'] | null): readonly string[] =>
  Object.entries(match ?? {}).map(([claim, value]) => `${claim} ${JSON.stringify(value)}`);

/** How foreign scope names read, and the claim whose names are all that a token is good for. */
const readingsOf = (translate: ScopeTranslation | null): readonly string[] => [
  ...Object.entries(translate?.names ?? {}).map(
    ([name, scope]) => `${JSON.stringify(name)} as ${scope}`,
  ),
  ...(translate?.claim === undefined ? [] : [`bounded by the claim ${translate.claim}`]),
];

/** What goes and what comes; what stays is not said. Things are the same when their JSON is. */
function writeShift<T>(was: readonly T[], is: readonly T[], write: (item: T) => string = String) {
  const beyond = (some: readonly T[], others: readonly T[], sign: string): string[] => {
    const known = new Set(others.map((item) => JSON.stringify(item)));
    return some
      .filter((item) => !known.has(JSON.stringify(item)))
      .map((item) => `${sign} ${write(item)}`);
  };
  return [...beyond(was, is, '-'), ...beyond(is, was, '+')].join(', ');
}
