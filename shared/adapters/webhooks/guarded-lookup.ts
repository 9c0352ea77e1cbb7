import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";

/** All addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** The name resolves, but to no address that may be called. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
}

/**
 * A look-up that returns allowed addresses only. The socket connects to what it returns, so the address that was
 * checked is the address that is called: a name that resolves differently the next moment gains nothing.
 */
export function guardedLookup(resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const allowed = addresses.filter(({ address }) => isAllowed(address));
        const [first] = allowed;
        if (first === undefined) callback(new AddressRefused(), "");
        else if (options.all === true) callback(null, allowed);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, ""),
    );
  };
}
