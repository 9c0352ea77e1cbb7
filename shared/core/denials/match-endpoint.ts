import { matchesPattern } from "../name-pattern.ts";
import { type AddressRange, parseRange, rangeHolds } from "./address-range.ts";
import type { Denial } from "./denial.ts";
import { type EgressEndpoint, endpointsAnywhere, type Need } from "./documented-endpoints.ts";

/** What of a denial says where it wanted to go. */
export type Destination = Pick<Denial, "kind" | "destination" | "port" | "protocol">;

/** Where several endpoints fit: what Azure calls benign stays so, and of the others the gravest counts. */
const PRECEDENCE: readonly Need[] = ["benign", "required", "optional"];

/** The endpoint of the list that a denial kept the cluster from; `undefined` for one that AKS does not need. */
export function matchEndpoint(
  denial: Destination,
  endpoints: readonly EgressEndpoint[],
): EgressEndpoint | undefined {
  if (denial.kind === "unparsed" || denial.destination === "") return undefined;
  const wanted = { ...denial, range: parseRange(denial.destination) };
  const fitting = endpoints.filter((endpoint) => fits(endpoint, wanted));
  return PRECEDENCE.map((need) => fitting.find((endpoint) => endpoint.need === need)).find(
    (endpoint) => endpoint !== undefined,
  );
}

/** Whether a denial is of something that AKS documents as needed, in any cloud and region. */
export function looksNeeded(denial: Destination): boolean {
  const endpoint = matchEndpoint(denial, ANYWHERE);
  return endpoint !== undefined && endpoint.need !== "benign";
}

const ANYWHERE = endpointsAnywhere();

/** With its destination as a range where it is an address. */
interface Wanted extends Destination {
  readonly range: AddressRange | undefined;
}

function fits(endpoint: EgressEndpoint, wanted: Wanted): boolean {
  const { port, protocol } = wanted;
  // A denied name lookup has no port: nothing at that name can be reached then.
  if (endpoint.port !== null && port !== null && endpoint.port !== port) return false;
  const transport = transportOf(protocol);
  if (endpoint.protocol !== null && transport !== null && endpoint.protocol !== transport) return false;
  return fitsDestination(endpoint, wanted);
}

/** `tcp` or `udp`, another protocol as it is, `null` where it says nothing of the transport. */
export function transportOf(protocol: string): string | null {
  const name = protocol.toLowerCase();
  if (name === "" || name === "dns" || name === "any" || name === "*") return null;
  return /^(https?|mssql|tls)\b/.test(name) ? "tcp" : name;
}

function fitsDestination(endpoint: EgressEndpoint, { destination, port, range }: Wanted): boolean {
  // "Any address, port 123" is told by its port: without one, and for a name, it would be everything.
  if (endpoint.destination === "*") return range !== undefined && port !== null;
  if (range === undefined) return matchesPattern(endpoint.destination, destination.replace(/\.$/, ""));
  const known = parseRange(endpoint.destination);
  return known !== undefined && rangeHolds(known, range);
}
