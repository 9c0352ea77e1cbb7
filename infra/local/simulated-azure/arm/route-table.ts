// Route tables (Microsoft.Network).

import type { ClusterModel } from "../world/model.ts";
import type { NextHopModel } from "../world/network-model.ts";
import { respelled } from "./node-ids.ts";
import {
  type ArmResource,
  armResource,
  type Document,
  nameOf,
  networkChild,
  networkDocument,
} from "./resource.ts";

/** The route tables of a cluster's subnets. */
export function routeTables(cluster: ClusterModel): ArmResource[] {
  return cluster.network.routeTables.map(({ id, subnetId, defaultRoute }) => {
    const head = {
      id,
      name: nameOf(id),
      type: "Microsoft.Network/routeTables",
      location: cluster.spec.location,
    };
    return armResource(id, () =>
      networkDocument(head, {
        disableBgpRoutePropagation: false,
        routes: [
          // A route that decides nothing about the internet: readers must pick by prefix, not by place.
          route(id, "to-on-premises", "192.168.0.0/16", { type: "VirtualNetworkGateway", addresses: [] }),
          ...(defaultRoute ? [route(id, "default", "0.0.0.0/0", defaultRoute)] : []),
        ],
        subnets: [{ id: respelled(cluster, subnetId) }],
      }),
    );
  });
}

function route(tableId: string, name: string, addressPrefix: string, hop: NextHopModel): Document {
  const [first] = hop.addresses;
  return networkChild(tableId, "routes", name, {
    addressPrefix,
    nextHopType: hop.type,
    ...(hop.type === "VirtualApplianceEcmp" ? { nextHop: { nextHopIpAddresses: hop.addresses } } : {}),
    ...(hop.type === "VirtualAppliance" && first !== undefined ? { nextHopIpAddress: first } : {}),
    hasBgpOverride: false,
  });
}
