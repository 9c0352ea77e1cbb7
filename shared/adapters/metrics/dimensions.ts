import { normaliseIp } from "#core/ip-text.ts";
import type { MetricName, Protocol } from "#core/series/sample-block.ts";
import { type JsonBytes, TextTable } from "./json-bytes.ts";

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
  readonly #names = new TextTable();
  readonly #values = new TextTable();
  /** Addresses and other names in our spelling, by Azure's. */
  readonly #addresses = new Map<string, string>();

  /** Of the series that was read last. The same object each time: take out of it what is to stay. */
  readonly dimensions: Dimensions = {
    frontendIp: undefined,
    backendIp: undefined,
    protocol: undefined,
    port: undefined,
    connections: undefined,
  };

  /** Before a new series. */
  clear(): void {
    const { dimensions } = this;
    dimensions.frontendIp = undefined;
    dimensions.backendIp = undefined;
    dimensions.protocol = undefined;
    dimensions.port = undefined;
    dimensions.connections = undefined;
  }

  /** Reads `metadatavalues`: a list of `{name, value}`, the name as `{value}` (REST) or as plain text (the newer clients). */
  read(json: JsonBytes): void {
    if (!json.list()) return;
    while (json.nextItem()) {
      if (!json.object()) continue;
      let name: string | undefined;
      let value: string | undefined;
      while (json.nextKey()) {
        if (json.isKey("name")) name = this.#name(json);
        else if (json.isKey("value")) value = json.string() ? json.interned(this.#values) : undefined;
        else json.skip();
      }
      if (name !== undefined && value !== undefined && value !== "") this.#set(name, value);
    }
  }

  #name(json: JsonBytes): string | undefined {
    if (json.isString()) {
      json.string();
      return json.interned(this.#names);
    }
    let name: string | undefined;
    if (!json.object()) return undefined;
    while (json.nextKey()) {
      if (json.isKey("value") && json.isString()) {
        json.string();
        name = json.interned(this.#names);
      } else json.skip();
    }
    return name;
  }

  #set(name: string, value: string): void {
    const { dimensions } = this;
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
        dimensions.port = value;
        break;
      case "connectionstate":
        dimensions.connections = stateOf(value);
        break;
    }
  }

  #address(raw: string): string {
    const known = this.#addresses.get(raw);
    if (known !== undefined) return known;
    const address = normaliseIp(raw);
    this.#addresses.set(raw, address);
    return address;
  }
}
