import { expandPrefix, familyOf, type IpFamily } from "./ip.ts";
import type { AddressRefs } from "./network.ts";
import type { NetworkIndex } from "./network-index.ts";
import { resourceKey } from "./resource-id.ts";
import { type ProblemList, whyUnread } from "./unread.ts";

/** The public addresses that some references stand for. */
export interface AddressSet {
  /** Addresses as text, prefixes expanded, in the order of the references, each once. */
  readonly addresses: readonly string[];
  /** How many of them are IPv4, those that could not be read included; `null` if an unread prefix makes it unknown. */
  readonly ipv4Count: number | null;
}

/**
 * Reads the addresses behind references to public IPs and prefixes.
 *
 * @param family of references that cannot be read
 */
export function resolveAddresses(
  network: NetworkIndex,
  refs: AddressRefs,
  problems: ProblemList,
  family: IpFamily = "ipv4",
): AddressSet {
  const addresses = new Set<string>();
  let unreadIpv4 = 0;
  let prefixesRead = true;

  for (const id of refs.publicIpIds) {
    const publicIp = network.publicIps.get(resourceKey(id));
    if (publicIp === undefined) {
      problems.add(whyUnread(network, id, "publicIPAddresses"));
      if (family === "ipv4") unreadIpv4 += 1;
    } else if (publicIp.address !== null) {
      addresses.add(publicIp.address);
    }
  }
  for (const id of refs.prefixIds) {
    const prefix = network.prefixes.get(resourceKey(id));
    if (prefix === undefined) {
      problems.add(whyUnread(network, id, "publicIPPrefixes"));
      if (family === "ipv4") prefixesRead = false;
    } else if (prefix.prefix !== null) {
      for (const address of expandPrefix(prefix.prefix)) addresses.add(address);
    }
  }
  const readIpv4 = [...addresses].filter((address) => familyOf(address) === "ipv4").length;
  return { addresses: [...addresses], ipv4Count: prefixesRead ? readIpv4 + unreadIpv4 : null };
}

/** The family of the first reference that was read; `fallback` where none was. */
export function familyOfRefs(network: NetworkIndex, refs: AddressRefs, fallback: IpFamily): IpFamily {
  for (const id of refs.publicIpIds) {
    const publicIp = network.publicIps.get(resourceKey(id));
    if (publicIp !== undefined) return publicIp.family;
  }
  for (const id of refs.prefixIds) {
    const prefix = network.prefixes.get(resourceKey(id));
    if (prefix !== undefined) return prefix.family;
  }
  return fallback;
}
