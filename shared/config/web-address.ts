import { isIP } from "node:net";

/** Why a text cannot be the address of a receiver, in words; `undefined` if it can. Never repeats the address. */
export function faultOfReceiver(text: string, allowPrivate: boolean): string | undefined {
  const url = URL.parse(text);
  if (url === null) return "expected an absolute https address";
  if (url.protocol !== "https:" && !(allowPrivate && url.protocol === "http:")) {
    return allowPrivate ? "expected an http or https address" : "expected an https address";
  }
  if (!allowPrivate && isPrivateHost(url.hostname)) {
    return "expected a public host (SNATWATCH_ALLOW_PRIVATE_WEBHOOKS=true allows others)";
  }
  return undefined;
}

/**
 * True for a host that is private by its very text. A public name can still resolve to a private address: whoever connects
 * looks at that.
 */
function isPrivateHost(hostname: string): boolean {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  if (isIP(host) === 4) return isPrivateIpv4(host);
  if (isIP(host) === 6) return isPrivateIpv6(host);
  // A name without a dot is resolved in the private network that the app may be joined to.
  return !host.includes(".") || /\.(localhost|local|internal)$/.test(host);
}

/** "IANA IPv4 Special-Purpose Address Registry": this network, private, shared, loopback, link-local (instance metadata). */
function isPrivateIpv4(address: string): boolean {
  const [a = 0, b = 0] = address.split(".").map(Number);
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true;
  if (a === 172) return b >= 16 && b <= 31;
  if (a === 100) return b >= 64 && b <= 127;
  return (a === 192 && b === 168) || (a === 169 && b === 254);
}

/** Unspecified, loopback, mapped IPv4, unique local and link-local addresses. */
function isPrivateIpv6(address: string): boolean {
  return /^(::|f[cd]|fe[89ab]|ff)/.test(address);
}
