import { normaliseIp } from "#core/ip-text.ts";
import type { MetricName, Protocol } from "#core/series/sample-block.ts";
import { rawItems, rawName, rawObject } from "./raw-answer.ts";

/** Dimensions of one series, in our words; absent where Azure did not send it or we do not know its value. */
export interface Dimensions {
  frontendIp: string | undefined;
  backendIp: string | undefined;
  protocol: Protocol | undefined;
  port: string | undefined;
  connections: MetricName | undefined;
}

/** Names and numbers: load balancers write `TCP`, NAT gateways `6`. */
const PROTOCOLS: Readonly<Record<string, Protocol>> = { tcp: "tcp", udp: "udp", "6": "tcp", "17": "udp" };

/** Casing and wording of states differ between Azure's own documents (`Failed`, `failed`, `successful`): the stem decides. */
function stateOf(value: string): MetricName | undefined {
  const lower = value.toLowerCase();
  if (lower.startsWith("fail")) return "failedConnections";
  if (lower.startsWith("succe")) return "succeededConnections";
  return lower.startsWith("pending") ? "pendingConnections" : undefined;
}

/**
 * Reads dimensions, and keeps one string for each address: an answer repeats every address for every metric and
 * protocol, and what a block keeps lives for long.
 */
export class DimensionReader {
  readonly #addresses = new Map<string, string>();
  readonly #texts = new Map<string, string>();

  read(metadata: unknown): Dimensions {
    const dimensions: Dimensions = {
      frontendIp: undefined,
      backendIp: undefined,
      protocol: undefined,
      port: undefined,
      connections: undefined,
    };
    for (const item of rawItems(metadata)) {
      const pair = rawObject(item);
      const name = rawName(pair?.name);
      const value = pair?.value;
      if (name === undefined || typeof value !== "string" || value === "") continue;
      switch (name.toLowerCase()) {
        case "frontendipaddress":
          dimensions.frontendIp = this.#address(value);
          break;
        case "backendipaddress":
          dimensions.backendIp = this.#address(value);
          break;
        case "protocoltype":
          dimensions.protocol = PROTOCOLS[value] ?? PROTOCOLS[value.toLowerCase()];
          break;
        case "backendport":
          dimensions.port = this.#text(value);
          break;
        case "connectionstate":
          dimensions.connections = stateOf(value);
          break;
      }
    }
    return dimensions;
  }

  #address(raw: string): string {
    const known = this.#addresses.get(raw);
    if (known !== undefined) return known;
    const address = this.#text(normaliseIp(raw));
    this.#addresses.set(raw, address);
    return address;
  }

  #text(raw: string): string {
    const known = this.#texts.get(raw);
    if (known !== undefined) return known;
    this.#texts.set(raw, raw);
    return raw;
  }
}
