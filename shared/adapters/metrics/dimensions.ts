import { normaliseIp } from "#core/ip-text.ts";
import type { Protocol } from "#core/series/sample-block.ts";
import { FoundOnce } from "./found-once.ts";
import type { JsonBytes } from "./json-bytes.ts";

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

/** A series' dimensions as bytes: what stands before each value, and what after the last. */
interface Layout {
  readonly values: readonly { readonly before: Buffer; readonly meaning: Meaning }[];
  readonly end: Buffer;
}

/** A value as it was read: where it lies, and what it is of. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly meaning: Meaning;
}

/**
 * Reads dimensions, and keeps one string for each address: an answer repeats every address for every metric and
 * protocol, and what a block keeps lives for long.
 */
export class DimensionReader {
  /** Of the series before: all of an answer have the same, and comparing bytes is sooner done than reading them. */
  #layout: Layout | undefined;
  readonly #meanings = new FoundOnce(meaningOf);
  readonly #texts = new FoundOnce((text) => text);
  readonly #addresses = new FoundOnce(normaliseIp);
  readonly #protocols = new FoundOnce(protocolOf);
  readonly #states = new FoundOnce(stateOf);
  readonly #reasons = new FoundOnce((text) => (text.trim() === "" ? undefined : text.trim()));

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
    const start = json.position;
    if (this.#layout !== undefined && this.#readAs(this.#layout, json)) return;
    json.moveTo(start);
    this.clear();
    this.#layout = this.#readAny(json);
  }

  /** @returns false where it has another layout: then anything may have been read */
  #readAs({ values, end }: Layout, json: JsonBytes): boolean {
    for (const { before, meaning } of values) {
      if (!json.passes(before) || !json.passesString()) return false;
      this.#set(meaning, json);
    }
    return json.passes(end);
  }

  /** @returns the layout, where it is plain enough to be met again */
  #readAny(json: JsonBytes): Layout | undefined {
    const start = json.position;
    let places: Place[] | undefined = [];
    if (!json.list()) return undefined;
    while (json.nextItem()) {
      if (!json.object()) continue;
      let meaning: Meaning | undefined;
      let valueAt: number | undefined;
      while (json.nextKey()) {
        if (json.isKey("name")) meaning = this.#meaning(json);
        else if (json.isKey("value") && json.isString()) {
          valueAt = json.position;
          json.skip();
        } else json.skip();
      }
      if (meaning === undefined || valueAt === undefined) continue;
      const end = json.position;
      json.moveTo(valueAt);
      json.string();
      this.#set(meaning, json);
      const plainAt = json.plainStringAt;
      if (plainAt === undefined) places = undefined;
      else places?.push({ start: plainAt, end: plainAt + json.stringBytes, meaning });
      json.moveTo(end);
    }
    return places && layoutOf(json, start, places);
  }

  #meaning(json: JsonBytes): Meaning | undefined {
    if (json.isString()) {
      json.string();
      return json.found(this.#meanings);
    }
    let meaning: Meaning | undefined;
    if (!json.object()) return undefined;
    while (json.nextKey()) {
      if (json.isKey("value") && json.isString()) {
        json.string();
        meaning = json.found(this.#meanings);
      } else json.skip();
    }
    return meaning;
  }

  /** Takes the latest string of the answer. An empty one is as good as none. */
  #set(meaning: Meaning, json: JsonBytes): void {
    if (json.stringBytes === 0) return;
    const { dimensions } = this;
    switch (meaning) {
      case "frontendIp":
        dimensions.frontendIp = json.found(this.#addresses);
        break;
      case "backendIp":
        dimensions.backendIp = json.found(this.#addresses);
        break;
      case "protocol":
        dimensions.protocol = json.found(this.#protocols);
        break;
      case "port":
        dimensions.port = json.found(this.#texts);
        break;
      case "state":
        dimensions.state = json.found(this.#states);
        break;
      case "reason":
        dimensions.reason = json.found(this.#reasons);
        break;
      case "machine":
        dimensions.machine = json.found(this.#texts);
        break;
    }
  }
}

function layoutOf(json: JsonBytes, start: number, places: readonly Place[]): Layout {
  let from = start;
  const values = places.map((place) => {
    const before = json.copy(from, place.start);
    from = place.end;
    return { before, meaning: place.meaning };
  });
  return { values, end: json.copy(from, json.position) };
}
