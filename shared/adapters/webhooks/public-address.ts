import { BlockList, isIP } from "node:net";

// Addresses that a webhook never has, and that a channel's address must not make us call: ourselves, the private
// network, the cloud's metadata. Source: IANA, "IPv4 Special-Purpose Address Registry" and the IPv6 one.

const NOT_PUBLIC_4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // Link-local; the instance metadata service is 169.254.169.254.
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
  // Azure's platform address (WireServer). Public by number, reachable from inside only.
  // Source: Azure docs, "What is IP address 168.63.129.16?".
  ["168.63.129.16", 32],
] as const;

/** Inside 2000::/3, the global unicast range: special blocks, and those that carry an IPv4 address within. */
const NOT_PUBLIC_6 = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const;

const notPublic = new BlockList();
for (const [net, prefix] of NOT_PUBLIC_4) notPublic.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of NOT_PUBLIC_6) notPublic.addSubnet(net, prefix, "ipv6");

const globalUnicast6 = new BlockList();
globalUnicast6.addSubnet("2000::", 3, "ipv6");

/** Whether a numeric address belongs to the public internet. Anything that is no address does not. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notPublic.check(address, "ipv4");
    case 6:
      return globalUnicast6.check(address, "ipv6") && !notPublic.check(address, "ipv6");
    default:
      return false;
  }
}
