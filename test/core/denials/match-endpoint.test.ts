import { describe, expect, test } from "vitest";
import { looksNeeded, matchEndpoint } from "#core/denials/match-endpoint.ts";
import { endpointsOf } from "#core/denials/required-endpoints.ts";
import type { ListedEndpoint } from "#core/egress/cluster-network.ts";
import { cluster, denial, firewallCluster, pool } from "../../support/builders.ts";

const inRegion = (location: string) => {
  const made = cluster();
  return endpointsOf({ ...made, ref: { ...made.ref, location } });
};
const PUBLIC = inRegion("westeurope");

test.for([
  ["mcr.microsoft.com", 443, "https", "required"],
  ["MCR.Microsoft.COM", 443, "HTTPS", "required"],
  ["mcr.microsoft.com.", 443, "https", "required"],
  ["mcr.microsoft.com", 443, "tcp", "required"],
  ["mcr.microsoft.com", 443, "", "required"],
  ["mcr.microsoft.com", null, "dns", "required"],
  ["mcr.microsoft.com", 80, "http", undefined],
  ["mcr.microsoft.com", 443, "udp", undefined],
  ["notmcr.microsoft.com", 443, "https", undefined],
  ["mcr.microsoft.com.example.com", 443, "https", undefined],
  ["westeurope.data.mcr.microsoft.com", 443, "https", "required"],
  ["a.b.data.mcr.microsoft.com", 443, "https", "required"],
  ["aks-1-abc.hcp.westeurope.azmk8s.io", 443, "https", "required"],
  ["aks-1-abc.hcp.northeurope.azmk8s.io", 443, "https", undefined],
  ["packages.aks.azure.com", 443, "https", "required"],
  ["login.microsoftonline.com", 443, "https", "required"],
  ["security.ubuntu.com", 80, "http", "optional"],
  ["ntp.ubuntu.com", null, "dns", "optional"],
  ["91.189.89.198", 123, "udp", "optional"],
  ["91.189.89.198", 123, "tcp", undefined],
  ["20.1.2.3", 1194, "udp", "benign"],
  ["10.1.0.4", 53, "udp", "optional"],
  ["8.8.8.8", 53, "udp", undefined],
  ["20.1.2.3", 443, "tcp", undefined],
  ["1.2.3.4", null, "icmp", undefined],
  ["abc.ods.opinsights.azure.com", 443, "https", "optional"],
  ["md-hdd-1.z2.blob.storage.azure.net", 443, "https", "benign"],
  ["umsa1.blob.core.windows.net", 443, "https", "benign"],
  ["go.microsoft.com", 443, "https", undefined],
  ["download.docker.com", 443, "https", undefined],
  ["", 443, "https", undefined],
] as const)("the documented list: %s %s %s", ([destination, port, protocol, need]) => {
  expect(matchEndpoint(denial({ destination, port, protocol }), PUBLIC)?.need).toBe(need);
});

test.for([
  ["usgovvirginia", "login.microsoftonline.us", "required"],
  ["usgovvirginia", "x.hcp.usgovvirginia.cx.aks.containerservice.azure.us", "required"],
  ["usgovvirginia", "login.microsoftonline.com", undefined],
  ["usdodeast", "management.usgovcloudapi.net", "required"],
  ["chinanorth3", "x.hcp.chinanorth3.cx.prod.service.azk8s.cn", "required"],
  ["chinanorth3", "mcr.azure.cn", "required"],
  ["chinanorth3", "management.azure.com", undefined],
] as const)("%s: %s", ([location, destination, need]) => {
  expect(matchEndpoint(denial({ destination }), inRegion(location))?.need).toBe(need);
});

test.for([
  ["Windows pools", { osType: "Windows" }, "go.microsoft.com"],
  ["GPU pools", { vmSize: "Standard_NC6s_v3" }, "download.docker.com"],
] as const)("%s have endpoints of their own", ([, changes, destination]) => {
  const endpoints = endpointsOf(cluster({ pools: [pool(), pool(changes)] }));
  expect(matchEndpoint(denial({ destination }), endpoints)?.need).toBe("optional");
});

test("a line of unknown form is matched with nothing", () => {
  expect(matchEndpoint(denial({ kind: "unparsed", destination: "mcr.microsoft.com" }), PUBLIC)).toBe(
    undefined,
  );
});

describe("Azure's list of the cluster", () => {
  const listed = (destination: string, changes: Partial<ListedEndpoint> = {}): ListedEndpoint => ({
    category: "apiserver",
    destination,
    port: 443,
    protocol: "https",
    description: null,
    ...changes,
  });
  const endpoints = endpointsOf(
    firewallCluster({
      requiredEndpoints: [
        listed("Shop-1.hcp.westeurope.azmk8s.io"),
        listed("mcr.microsoft.com", { category: "images" }),
        listed("20.9.8.7", { protocol: "tcp", description: "The API server." }),
        listed("20.9.0.0/24", { port: 9443, protocol: "tcp", category: "x" }),
        listed("security.ubuntu.com", { port: 80, protocol: "http", category: "other" }),
        listed("new.ubuntu.com", { port: null, protocol: null, category: "ubuntu-optional" }),
        listed("umsa1.blob.core.windows.net"),
      ],
    }),
  );

  test.for([
    ["shop-1.hcp.westeurope.azmk8s.io", 443, "https", "required"],
    ["other.hcp.westeurope.azmk8s.io", 443, "https", undefined],
    ["20.9.8.7", 443, "tcp", "required"],
    ["20.9.0.77", 9443, "tcp", "required"],
    ["security.ubuntu.com", 80, "http", "optional"],
    ["new.ubuntu.com", 8080, "tcp", "optional"],
    ["acs-mirror.azureedge.net", 443, "https", undefined],
    ["changelogs.ubuntu.com", 80, "http", "optional"],
    ["umsa1.blob.core.windows.net", 443, "https", "benign"],
  ] as const)("%s %s %s", ([destination, port, protocol, need]) => {
    expect(matchEndpoint(denial({ destination, port, protocol }), endpoints)?.need).toBe(need);
  });

  test("what breaks is the documented consequence, else Azure's own words", () => {
    const breaks = (destination: string) => matchEndpoint(denial({ destination }), endpoints)?.breaks;
    expect(breaks("mcr.microsoft.com")).toContain("cannot pull the images");
    expect(breaks("20.9.8.7")).toBe("what Azure lists under 'apiserver' does not work (The API server)");
  });
});

test.for([
  ["login.chinacloudapi.cn", 443, true],
  ["x.hcp.brazilsouth.azmk8s.io", 443, true],
  ["umsa1.blob.core.windows.net", 443, false],
  ["example.com", 443, false],
] as const)("before the cluster is known: %s looks needed: %s", ([destination, port, needed]) => {
  expect(looksNeeded(denial({ destination, port }))).toBe(needed);
});
