import { normaliseIp } from "#core/ip-text.ts";
import type { Protocol } from "#core/series/sample-block.ts";
import { type JsonBytes, TextTable } from "./json-bytes.ts";

/** States of connections that some resource names; `other` for the rest. */
export type ConnectionState = "failed" | "succeeded" | "pending" | "attempted" | "other";

/** Dimensions of one series, in our words; absent where Azure did not send it or its value is empty. */
export interface Dimensions {
  frontendIp: string | undefined;
  backendIp: string | undefined;
  /** `other`: one that we do not know. */
  protocol: Protocol | "other" | undefined;
  port: string | undefined;
  state: ConnectionState | undefined;
  /** Why a firewall's health is what it is, as Azure writes it. */
  reason: string | undefined;
  /** Machine of a scale set, as Azure writes it. */
  machine: string | undefined;
}

/** Names and numbers: load balancers write `TCP`, NAT gateways `6`. */
const PROTOCOLS: Readonly<Record<string, Protocol>> = { tcp: "tcp", udp: "udp", "6": "tcp", "17": "udp" };

function protocolOf(value: string): Protocol | "other" {
  return PROTOCOLS[value.toLowerCase()] ?? "other";
}

/** Names of dimensions, in lower case. */
const DIMENSIONS: Readonly<Record<string, keyof Dimensions>> = {
  frontendipaddress: "frontendIp",
  backendipaddress: "backendIp",
  protocoltype: "protocol",
  protocol: "protocol",
  backendport: "port",
  connectionstate: "state",
  reason: "reason",
  vmname: "machine",
};

type Meaning = keyof Dimensions | "other";

function meaningOf(name: string): Meaning {
  return DIMENSIONS[name.toLowerCase()] ?? "other";
}

/** Casing and wording of states differ between Azure's own documents (`Failed`, `failed`, `successful`): the stem decides. */
function stateOf(value: string): ConnectionState {
  const lower = value.toLowerCase();
  if (lower.startsWith("fail")) return "failed";
  if (lower.startsWith("succe")) return "succeeded";
  if (lower.startsWith("attempt")) return "attempted";
  return lower.startsWith("pending") ? "pending" : "other";
}

/**
 * Reads dimensions, and keeps one string for each address: an answer repeats every address for every metric and
 * protocol, and what a block keeps lives for long.
 */
export class DimensionReader {
  /** Names of dimensions by their place in a series. */
  readonly #order: { readonly bytes: Buffer; readonly meaning: Meaning }[] = [];
  readonly #values = new TextTable();
  readonly #addresses = new FoundOnce(normaliseIp);
  readonly #protocols = new FoundOnce(protocolOf);
  readonly #states = new FoundOnce(stateOf);

  /** Of the series that was read last. The same object each time: take out of it what is to stay. */
  readonly dimensions: Dimensions = {
    frontendIp: undefined,
    backendIp: undefined,
    protocol: undefined,
    port: undefined,
    state: undefined,
    reason: undefined,
    machine: undefined,
  };

  /** Before a new series. */
  clear(): void {
    const { dimensions } = this;
    dimensions.frontendIp = undefined;
    dimensions.backendIp = undefined;
    dimensions.protocol = undefined;
    dimensions.port = undefined;
    dimensions.state = undefined;
    dimensions.reason = undefined;
    dimensions.machine = undefined;
  }

  /** Reads `metadatavalues`: a list of `{name, value}`, the name as `{value}` (REST) or as plain text (the newer clients). */
  read(json: JsonBytes): void {
    if (!json.list()) return;
    for (let position = 0; json.nextItem(); position += 1) {
      if (!json.object()) continue;
      let meaning: Meaning | undefined;
      let value: string | undefined;
      while (json.nextKey()) {
        if (json.isKey("name")) meaning = this.#meaning(json, position);
        else if (json.isKey("value")) value = json.string() ? json.interned(this.#values) : undefined;
        else json.skip();
      }
      if (meaning !== undefined && value !== undefined && value !== "") this.#set(meaning, value);
    }
  }

  #meaning(json: JsonBytes, position: number): Meaning | undefined {
    if (json.isString()) {
      json.string();
      return this.#meaningAt(json, position);
    }
    let meaning: Meaning | undefined;
    if (!json.object()) return undefined;
    while (json.nextKey()) {
      if (json.isKey("value") && json.isString()) {
        json.string();
        meaning = this.#meaningAt(json, position);
      } else json.skip();
    }
    return meaning;
  }

  /** All series of an answer have the same dimensions in the same order: the one at a position is mostly what it was before. */
  #meaningAt(json: JsonBytes, position: number): Meaning {
    const known = this.#order[position];
    if (known !== undefined && json.sameAs(known.bytes)) return known.meaning;
    const text = json.text();
    const meaning = meaningOf(text);
    if (position <= this.#order.length) {
      this.#order[position] = { bytes: Buffer.from(text, "utf8"), meaning };
    }
    return meaning;
  }

  #set(meaning: Meaning, value: string): void {
    const { dimensions } = this;
    switch (meaning) {
      case "frontendIp":
        dimensions.frontendIp = this.#addresses.of(value);
        break;
      case "backendIp":
        dimensions.backendIp = this.#addresses.of(value);
        break;
      case "protocol":
        dimensions.protocol = this.#protocols.of(value);
        break;
      case "port":
        dimensions.port = value;
        break;
      case "state":
        dimensions.state = this.#states.of(value);
        break;
      case "reason":
        dimensions.reason = value.trim() === "" ? undefined : value.trim();
        break;
      case "machine":
        dimensions.machine = value;
        break;
    }
  }
}

/** What a text means, found out once for each: an answer repeats few texts, thousands of times. */
class FoundOnce<T> {
  readonly #known = new Map<string, T>();
  readonly #find: (text: string) => T;

  constructor(find: (text: string) => T) {
    this.#find = find;
  }

  of(text: string): T {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const found = this.#find(text);
    this.#known.set(text, found);
    return found;
  }
}
