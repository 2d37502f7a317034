import { lookup as systemLookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Resolves a name to every address it has. */
export type ResolveAll = (
  hostname: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Says that a name leads where nobody should be asked. */
export class AddressRefused extends Error {
  readonly code = 'federation.address_refused';
  override readonly name = 'AddressRefused';
}

/**
 * A look-up that gives addresses only when each of them may be asked.
 *
 * It is what the connection itself resolves with, so that a name cannot answer with one address when it is checked and
 * with another when it is connected to (DNS rebinding). A name with one bad address among good ones is refused whole.
 */
export function guardedLookup(
  mayAsk: (address: string) => boolean,
  resolve: ResolveAll = systemLookup,
): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) {
        done(error ?? new AddressRefused(`${hostname} has no address`), []);
        return;
      }
      const bad = addresses.find(({ address }) => !mayAsk(address));
      if (bad) done(new AddressRefused(`${hostname} is at ${bad.address}`), []);
      else if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}
