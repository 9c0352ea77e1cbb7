// Hands out public addresses while the world is built: unique, and the same for the same world.

import type { PrefixModel, PublicIpModel } from "./network-model.ts";
import { guid } from "./random.ts";

/** Public IPv4 addresses come from 20.64.0.0/10; an odd factor visits each of its 2^22 addresses once. */
const SPAN_BITS = 22;
const SCATTER = 0x2c9277;
const BASE = (20 << 24) | (64 << 16);

export type PublicIpOrder = Pick<
  PublicIpModel,
  "name" | "resourceGroup" | "subscriptionId" | "location" | "family"
> &
  Partial<Pick<PublicIpModel, "tags" | "sku" | "idleTimeoutInMinutes">>;

/** Collects what it has handed out. */
export class AddressBook {
  readonly publicIps: PublicIpModel[] = [];
  readonly prefixes: PrefixModel[] = [];
  #next = 1;

  /** A single public IP. */
  publicIp(order: PublicIpOrder): PublicIpModel {
    if (order.family === 4) return this.#add(order, this.address());
    const serial = this.#next;
    this.#next += 1;
    return this.#add(order, `2603:1020:206:${serial.toString(16)}::1f`);
  }

  /** An address that is no object of its own. */
  address(): string {
    const serial = this.#next;
    this.#next += 1;
    return scatter(serial);
  }

  /** A prefix and its addresses; only the prefix is an object of its own on a frontend. */
  prefix(order: PublicIpOrder, length: number): PrefixModel {
    const id = `/subscriptions/${order.subscriptionId}/resourceGroups/${order.resourceGroup}/providers/Microsoft.Network/publicIPPrefixes/${order.name}`;
    const size = 2 ** (32 - length);
    const serial = this.#next;
    this.#next += 1;
    // 20.40.0.0/13 is kept for prefixes, so that none overlaps a single address.
    const start = ((20 << 24) | (40 << 16)) + serial * 32;
    const { name, resourceGroup, subscriptionId, location } = order;
    const addresses = Array.from({ length: size }, (_, index) => ({
      ...order,
      id: `${id}#${index}`,
      tags: {},
      sku: "Standard" as const,
      idleTimeoutInMinutes: 4,
      address: dotted(start + index),
    }));
    const prefix: PrefixModel = {
      id,
      name,
      resourceGroup,
      subscriptionId,
      location,
      prefix: `${dotted(start)}/${length}`,
      length,
      addresses,
    };
    this.prefixes.push(prefix);
    return prefix;
  }

  #add(order: PublicIpOrder, address: string): PublicIpModel {
    const ip: PublicIpModel = {
      tags: {},
      sku: "Standard",
      idleTimeoutInMinutes: 4,
      ...order,
      id: `/subscriptions/${order.subscriptionId}/resourceGroups/${order.resourceGroup}/providers/Microsoft.Network/publicIPAddresses/${order.name}`,
      address,
    };
    this.publicIps.push(ip);
    return ip;
  }
}

/** AKS names its outbound addresses by GUID. */
export function managedIpName(clusterId: string, index: number, seed: number): string {
  return guid(`${clusterId}/outbound/${index}`, seed);
}

function scatter(serial: number): string {
  return dotted(BASE + (Math.imul(serial, SCATTER) & (2 ** SPAN_BITS - 1)));
}

/** Writes a 32-bit number as an IPv4 address. */
export function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}
