// Security groups that keep nodes from the internet, or only look like it.

import type { SecurityRuleSpec } from "../world/network-spec.ts";
import type { Scenario } from "../world/spec.ts";
import { cluster, estate } from "./parts.ts";

const DENY_INTERNET: SecurityRuleSpec = { name: "deny-internet", access: "Deny", priority: 4_000 };

export const nsgBlocksInternet: Scenario = {
  name: "nsg-blocks-internet",
  description:
    "a rule denies all outbound traffic: to Internet on the subnet (sealed), to * on the interfaces of the nodes (vault), to 0.0.0.0/0 in the VNet of AKS (closed): each critical; an allow above the deny (gated), and inbound rules alone (front): healthy",
  plan: () =>
    estate([
      cluster("sealed-prod-weu", { network: "own", casing: "upper", securityRules: [DENY_INTERNET] }),
      cluster("vault-prod-weu", {
        network: "own",
        nodeSecurityRules: [{ ...DENY_INTERNET, name: "deny-everything", to: "*", priority: 200 }],
      }),
      cluster("closed-prod-weu", {
        securityRules: [{ ...DENY_INTERNET, to: ["0.0.0.0/0"], ports: ["0-65535"] }],
      }),
      cluster("gated-prod-weu", {
        network: "own",
        securityRules: [
          DENY_INTERNET,
          { name: "allow-internet", access: "Allow", priority: 300, to: "Internet" },
        ],
      }),
      cluster("front-prod-weu", {
        network: "own",
        securityRules: [
          {
            name: "deny-ssh",
            access: "Deny",
            priority: 100,
            direction: "Inbound",
            protocol: "Tcp",
            to: "*",
            ports: "22",
          },
        ],
      }),
    ]),
};

export const nsgBlocksPort: Scenario = {
  name: "nsg-blocks-port",
  description:
    "TCP 443 is denied to Internet (sealed), in a range of ports to 0.0.0.0/0 (ranged), to the tag of the container registry (images): each critical; an allow of 443 above the deny (gated), and a deny of port 25 (mail): healthy",
  plan: () =>
    estate([
      cluster("sealed-prod-weu", {
        network: "own",
        securityRules: [{ name: "deny-https", access: "Deny", priority: 400, protocol: "Tcp", ports: "443" }],
      }),
      cluster("ranged-prod-weu", {
        network: "own",
        nodeSecurityRules: [
          {
            name: "deny-low-ports",
            access: "Deny",
            priority: 400,
            protocol: "Tcp",
            to: ["0.0.0.0/0"],
            ports: ["25", "400-1023"],
          },
        ],
      }),
      cluster("images-prod-weu", {
        network: "own",
        securityRules: [
          {
            name: "deny-registry",
            access: "Deny",
            priority: 400,
            protocol: "Tcp",
            to: "MicrosoftContainerRegistry",
            ports: "443",
          },
        ],
      }),
      cluster("gated-prod-weu", {
        network: "own",
        securityRules: [
          { name: "deny-https", access: "Deny", priority: 400, protocol: "Tcp", ports: "443" },
          { name: "allow-https", access: "Allow", priority: 200, protocol: "Tcp", ports: ["443", "9000"] },
        ],
      }),
      cluster("mail-prod-weu", {
        network: "own",
        securityRules: [{ name: "deny-smtp", access: "Deny", priority: 400, protocol: "Tcp", ports: "25" }],
      }),
    ]),
};
