import { builtInRoles, mayUse } from '../../../scripts/docs/roles.ts';
import type { Route } from '../../../packages/idp/src/admin-api/route.ts';
import type { Dice } from '../dice.ts';
import { forge } from '../grammar/jwt.ts';
import { proofOf } from '../grammar/proofs.ts';
import { word } from '../grammar/texts.ts';
import type { Field } from '../request.ts';
import type { LiveToken, World } from '../world.ts';

/** Who asks the admin API, as the request shows it. */
export interface Identity {
  readonly fields: readonly Field[];
  readonly secrets: readonly string[];
  readonly token?: string;
  readonly unauthorised?: true;
}

/** Under this name the admin tokens hold one that is bound to a key. */
export const BOUND = 'bound';

/** What can be wrong with who asks. */
export const IDENTITY_FLAWS = [
  'no token',
  'a forged token',
  'a dead token',
  "a service's token",
  'a weaker role',
  'an unproven key',
  'a hostile proof',
] as const;

const asBearer = ({ value }: Pick<LiveToken, 'value'>, scheme = 'Bearer'): Identity => ({
  fields: [['Authorization', `${scheme} ${value}`]],
  secrets: [value],
});
const stranger = (identity: Identity): Identity => ({ ...identity, unauthorised: true });

/** Those whose token may be used for a route, and those whose token may not. */
function holders(world: World, route: Route): { strong: LiveToken[]; weak: LiveToken[] } {
  const strong: LiveToken[] = [];
  const weak: LiveToken[] = [];
  for (const role of builtInRoles()) {
    const token = world.adminTokens.get(role.name);
    if (token) (mayUse(role, route) ? strong : weak).push(token);
  }
  return { strong, weak };
}

/** Shows who asks; with the flaw in it where it is one of these. */
export function identify(
  dice: Dice,
  world: World,
  route: Route,
  request: { readonly method: string; readonly path: string },
  flaw: string,
): Identity {
  const { strong, weak } = holders(world, route);
  const bound = world.adminTokens.get(BOUND);
  const good = strong.length > 0 ? dice.pick(strong) : { value: 'none' };
  const withProof = (soundness: 'sound' | 'hostile' | 'spent'): Identity => {
    if (!bound?.key) return stranger({ fields: [], secrets: [] });
    const facts = { ...request, token: bound.value };
    const proof = proofOf(dice, world, bound.key, facts, soundness);
    const { fields, secrets } = asBearer(bound, 'DPoP');
    return { fields: [...fields, ['DPoP', proof]], secrets: [...secrets, proof] };
  };
  switch (flaw) {
    case 'no token': {
      const odd = [
        '',
        'Bearer',
        'Bearer ',
        'Bearer a b',
        'Basic YTpi',
        'bearer \x80',
        ', Bearer x',
      ];
      const none = { fields: [], secrets: [] };
      return stranger(
        dice.chance(0.5) ? none : { ...none, fields: [['Authorization', dice.pick(odd)]] },
      );
    }
    case 'a forged token': {
      const others = world.tokens.map(({ value }) => value);
      const forged = forge(dice, good.value, others, world.keys);
      const inHeader = forged.replaceAll(/[^\x21-\x7e]/g, '').slice(0, 9000);
      return stranger(asBearer({ value: `${inHeader}x` }));
    }
    case 'a dead token':
      return asBearer({
        value: world.deadTokens.length > 0 ? dice.pick(world.deadTokens) : `${word(dice)}.e30.x`,
      });
    case "a service's token":
      return asBearer(world.tokens.length > 0 ? dice.pick(world.tokens) : { value: 'e30.e30.x' });
    case 'a weaker role':
      return weak.length > 0 ? stranger(asBearer(dice.pick(weak))) : asBearer(good);
    case 'an unproven key':
      return bound ? stranger(asBearer(bound)) : stranger({ fields: [], secrets: [] });
    case 'a hostile proof':
      return withProof(dice.chance(0.8) ? 'hostile' : 'spent');
    default:
      if (bound && dice.chance(0.1)) return withProof('sound');
      return { ...asBearer(good, dice.chance(0.1) ? 'bearer' : 'Bearer'), token: good.value };
  }
}
