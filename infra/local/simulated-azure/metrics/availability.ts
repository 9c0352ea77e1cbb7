// Data path, health probes and the traffic that passes.

import { nodesInPool } from "../world/model.ts";
import type { Moment } from "../world/moment.ts";
import { noise } from "../world/random.ts";
import { type BaseSeries, present, seriesOf } from "./source.ts";
import { nodesIn, recorded, type View } from "./view.ts";

const NONE = Number.NaN;

/** Addresses with the port they are probed on; 0 stands for an address without a rule. */
function probedAddresses(
  view: View,
): { readonly address: string; readonly port: string; readonly service: number }[] {
  const { services } = view.loadBalancer;
  return [
    ...view.egress.map(({ address }) => ({ address, port: "0", service: -1 })),
    ...services.map(({ frontend, port }, service) => ({
      address: frontend.addresses[0] ?? "",
      port: String(port),
      service,
    })),
  ];
}

/** Not emitted at all for an empty pool. */
export function availabilitySeries(view: View, moments: readonly Moment[]): BaseSeries[] {
  const { cluster, loadBalancer } = view;
  const { traffic } = cluster.spec;
  return probedAddresses(view)
    .map(({ address, port, service }) =>
      seriesOf(
        [address, port],
        moments,
        (at) => {
          if (cluster.nodesAt(at.rel) === 0 || traffic.absent?.(at.rel)) return NONE;
          const model = loadBalancer.services[service];
          const nodes = model ? nodesInPool(cluster, at.rel) : [];
          if (model && nodes.every((node) => model.backendUp(node, at) === 0)) return 0;
          return traffic.vipAvailability?.(at) ?? 100;
        },
        false,
      ),
    )
    .filter((series) => present(series, moments));
}

/** `DipAvailability`: what each backend answers to the probe of each service. */
export function probeSeries(view: View, moments: readonly Moment[]): BaseSeries[] {
  const { cluster, loadBalancer } = view;
  return loadBalancer.services
    .flatMap((service) =>
      nodesIn(view, moments)
        .filter((node) => !node.draining)
        .map((node) =>
          seriesOf(
            [
              "TCP",
              String(service.nodePort),
              service.frontend.addresses[0] ?? "",
              String(service.port),
              node.address,
            ],
            moments,
            (at) => (recorded(view, node, at) ? service.backendUp(node, at) : NONE),
            false,
          ),
        ),
    )
    .filter((series) => present(series, moments) && cluster.nodes.length > 0);
}

const PER_CONNECTION: Readonly<Record<string, number>> = { ByteCount: 48_000, PacketCount: 62, SYNCount: 1 };

/** Bytes, packets and SYNs, by address and direction. */
export function flowSeries(view: View, metric: string, moments: readonly Moment[]): BaseSeries[] {
  const factor = PER_CONNECTION[metric] ?? 1;
  const { cluster } = view;
  return probedAddresses(view)
    .flatMap(({ address, port }) =>
      ["Inbound", "Outbound"].map((direction) =>
        seriesOf([address, port, direction], moments, (at) => {
          const nodes = cluster.nodesAt(at.rel);
          if (nodes === 0 || cluster.spec.traffic.absent?.(at.rel)) return NONE;
          const share = direction === "Inbound" ? 0.7 : 1;
          return Math.round(
            nodes * 180 * at.day * factor * share * (1 + 0.1 * noise(cluster.seed, at.minute)),
          );
        }),
      ),
    )
    .filter((series) => present(series, moments));
}
