import * as z from "zod";

// Parts that several answers share: the closed sets of the wire.

export const instant = z.iso.datetime().describe("RFC 3339, UTC.");
export const ratio = z.number().min(0).describe("Ratio, 1 is all of it.");
export const status = z.enum(["critical", "unknown", "warning", "healthy"]);
export const pathKind = z.enum([
  "loadBalancer",
  "natGateway",
  "firewall",
  "virtualAppliance",
  "nodePublicIp",
  "egressGateway",
  "none",
  "unknown",
]);

export const subject = z
  .object({
    node: z.string().optional(),
    backendIp: z.string().optional(),
    frontendIp: z.string().optional(),
    protocol: z.string().optional(),
    resourceId: z.string().optional(),
    destination: z.string().optional(),
  })
  .describe("What it is about; absent parts do not matter to it.");

export const clusterName = {
  id: z.string().describe("ARM resource id."),
  name: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string(),
  location: z.string(),
};
