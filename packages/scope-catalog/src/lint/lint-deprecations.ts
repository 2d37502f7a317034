import type { Finding } from '../finding.ts';
import type { DocumentIndex, IndexedScope } from './document-index.ts';
import { advice } from './lint-rules.ts';

const DAY_MS = 86_400_000;
const NEAR_DAYS = 30;

/** What there is to say about scopes on their way out. */
export function* lintDeprecations(index: DocumentIndex): Iterable<Finding> {
  for (const scope of index.scopes.values()) {
    const { name, action, path } = scope;
    const { deprecated } = action;
    if (!deprecated) continue;
    const at = [...path, 'deprecated'];
    yield* lintSunset(scope, index);
    if (deprecated.successor === undefined) {
      const message = `deprecated \`${name}\` has no successor`;
      yield advice('deprecated-without-successor', at, message, 'name what to ask for instead');
      continue;
    }
    const successor = index.scopes.get(deprecated.successor);
    if (!successor) continue;
    if (successor.action.deprecated) {
      const message = `\`${successor.name}\`, successor of \`${name}\`, is deprecated itself`;
      yield advice(
        'successor-deprecated',
        [...at, 'successor'],
        message,
        'name the one that stays',
      );
    }
    if (successor.server !== scope.server) {
      const message = `\`${successor.name}\`, successor of \`${name}\`, is of audience \`${successor.server.audience}\``;
      const hint = 'its clients will need a token for that audience';
      yield advice('successor-elsewhere', [...at, 'successor'], message, hint);
    }
  }
}

function* lintSunset(
  { name, action, path, retiredFrom }: IndexedScope,
  index: DocumentIndex,
): Iterable<Finding> {
  const at = [...path, 'deprecated'];
  const sunset = action.deprecated?.sunset;
  const left = (retiredFrom ?? 0) - index.now;
  if (sunset === undefined) {
    const message = `deprecated \`${name}\` has no sunset`;
    yield advice('deprecated-without-sunset', at, message, 'set the day from which it is retired');
  } else if (index.isRetired(name)) {
    const message = `\`${name}\` is retired since \`${sunset}\``;
    yield advice('sunset-passed', [...at, 'sunset'], message, 'remove it, or postpone its sunset');
  } else if (left <= NEAR_DAYS * DAY_MS) {
    const days = Math.ceil(left / DAY_MS);
    const message = `\`${name}\` is retired in ${days === 1 ? 'a day' : `${days} days`}, on \`${sunset}\``;
    yield advice('sunset-near', [...at, 'sunset'], message, 'see who still uses it');
  }
}
