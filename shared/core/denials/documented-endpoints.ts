// What AKS documents as the egress of a cluster. Source: Azure docs, "Outbound network and FQDN rules for AKS clusters"
// (06/18/2026), with its parts for Azure US Government and Azure China.

/** Whether a cluster works without an endpoint. `benign`: Azure itself says that nothing breaks. */
export type Need = "required" | "optional" | "benign";

/** Something outside the cluster that AKS talks to. */
export interface EgressEndpoint {
  /** A domain, perhaps with `*` for any part of it; an address or a range; `*` for any address. */
  readonly destination: string;
  /** `null`: any. */
  readonly port: number | null;
  /** `null`: any. */
  readonly protocol: "tcp" | "udp" | null;
  readonly need: Need;
  /** What breaks when it is denied, one clause. */
  readonly breaks: string;
}

/** What of a cluster decides which parts of the list concern it. */
export interface Needing {
  /** Region, in lower case without spaces. */
  readonly location: string;
  readonly windows: boolean;
  readonly gpu: boolean;
}

const UDP_PORTS: ReadonlySet<number> = new Set([123, 1194]);

type Cloud = "public" | "usGovernment" | "china";

/** `*` before a domain is any depth of names. */
type Row = readonly [destinations: readonly string[], port: number, need: Need, breaks: string];

const API_SERVER = "nodes lose the API server: they go NotReady and run nothing new";
const IMAGES = "nodes cannot pull the images of AKS: new and restarted nodes stay NotReady";
const RESOURCE_MANAGER =
  "the cluster cannot call Azure: volumes, load balancers and scaling do not change any more";
const SIGN_IN =
  "nodes and identities cannot sign in to Entra ID: calls to Azure and private image pulls fail";
const BINARIES = "new nodes cannot download kubelet and network plugins: scaling and upgrades fail";
const OS_UPDATES = "nodes get no updates of their operating system";
const GPU = "GPU nodes cannot install their drivers";
const WINDOWS = "Windows nodes cannot install their components";
const WINDOWS_CHECKS = "Windows nodes cannot renew certificate lists or tell that they are online";
const MONITORING = "the monitoring add-on loses metrics and logs";
const POLICY = "the policy add-on cannot fetch its definitions or report compliance";
const DEFENDER = "Defender for Containers loses what it sees";
const TUNNEL = "the tunnel from the API server to the nodes breaks, on clusters without konnectivity";
const TIME = "nodes made before March 2021 lose their clock; newer ones take the time from their host";
const CUSTOM_DNS = "names are not resolved where this is the DNS server of the virtual network";
const NOTHING = "nothing: Azure says that AKS works without it";

const COMMON: readonly Row[] = [
  [["mcr.microsoft.com", "*.data.mcr.microsoft.com", "mcr-0001.mcr-msedge.net"], 443, "required", IMAGES],
  [
    ["packages.microsoft.com", "acs-mirror.azureedge.net", "packages.aks.azure.com"],
    443,
    "required",
    BINARIES,
  ],
  [["security.ubuntu.com", "azure.archive.ubuntu.com", "changelogs.ubuntu.com"], 80, "optional", OS_UPDATES],
  [["ntp.ubuntu.com"], 123, "optional", TIME],
  [["snapshot.ubuntu.com"], 443, "optional", OS_UPDATES],
  [["*.cloud.defender.microsoft.com"], 443, "optional", DEFENDER],
  [["data.policy.core.windows.net", "store.policy.core.windows.net"], 443, "optional", POLICY],
  [["dc.services.visualstudio.com"], 443, "optional", MONITORING],
];

const GPU_ROWS: readonly Row[] = [
  [["nvidia.github.io", "us.download.nvidia.com", "download.docker.com"], 443, "optional", GPU],
];

const WINDOWS_ROWS: readonly Row[] = [
  [["onegetcdn.azureedge.net", "go.microsoft.com"], 443, "optional", WINDOWS],
  [
    ["*.mp.microsoft.com", "www.msftconnecttest.com", "ctldl.windowsupdate.com"],
    80,
    "optional",
    WINDOWS_CHECKS,
  ],
];

/** `<location>` stands for the region of the cluster. */
const BY_CLOUD: Readonly<Record<Cloud, readonly Row[]>> = {
  public: [
    [["*.hcp.<location>.azmk8s.io"], 443, "required", API_SERVER],
    [["*.hcp.<location>.azmk8s.io"], 1194, "optional", TUNNEL],
    [["*.hcp.<location>.azmk8s.io"], 9000, "optional", TUNNEL],
    [["management.azure.com"], 443, "required", RESOURCE_MANAGER],
    [["login.microsoftonline.com"], 443, "required", SIGN_IN],
    [
      [
        "*.ods.opinsights.azure.com",
        "*.oms.opinsights.azure.com",
        "*.monitoring.azure.com",
        "global.handler.control.monitor.azure.com",
        "<location>.handler.control.monitor.azure.com",
        "*.ingest.monitor.azure.com",
        "*.metrics.ingest.monitor.azure.com",
      ],
      443,
      "optional",
      MONITORING,
    ],
  ],
  usGovernment: [
    [["*.hcp.<location>.cx.aks.containerservice.azure.us"], 443, "required", API_SERVER],
    [["management.usgovcloudapi.net"], 443, "required", RESOURCE_MANAGER],
    [["login.microsoftonline.us"], 443, "required", SIGN_IN],
    [["*.ods.opinsights.azure.us", "*.oms.opinsights.azure.us"], 443, "optional", MONITORING],
  ],
  china: [
    [["*.hcp.<location>.cx.prod.service.azk8s.cn"], 443, "required", API_SERVER],
    [["*.tun.<location>.cx.prod.service.azk8s.cn"], 443, "required", TUNNEL],
    [["mcr.azure.cn", "*.data.mcr.azure.cn", "*.azk8s.cn"], 443, "required", IMAGES],
    [["management.chinacloudapi.cn"], 443, "required", RESOURCE_MANAGER],
    [["login.chinacloudapi.cn"], 443, "required", SIGN_IN],
    [["*"], 22, "optional", TUNNEL],
    [["*.ods.opinsights.azure.cn", "*.oms.opinsights.azure.cn"], 443, "optional", MONITORING],
  ],
};

/**
 * Of any address, since the list names none. The tunnel's ports are needed by clusters without konnectivity alone, of which there
 * are none of a supported version: a denied port 9000 somewhere is somebody else's traffic.
 */
const ANYWHERE: readonly EgressEndpoint[] = [
  { destination: "*", port: 1194, protocol: "udp", need: "benign", breaks: TUNNEL },
  { destination: "*", port: 9000, protocol: "tcp", need: "benign", breaks: TUNNEL },
  { destination: "*", port: 123, protocol: "udp", need: "optional", breaks: TIME },
  // A DNS server of one's own has a private address; a denied public one is somebody's policy.
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(
    (destination): EgressEndpoint => ({
      destination,
      port: 53,
      protocol: "udp",
      need: "optional",
      breaks: CUSTOM_DNS,
    }),
  ),
];

const BENIGN: readonly EgressEndpoint[] = ["md-*.blob.storage.azure.net", "umsa*.blob.core.windows.net"].map(
  (destination) => ({ destination, port: null, protocol: null, need: "benign", breaks: NOTHING }),
);

/** The documented endpoints of a cluster, benign ones included. */
export function documentedEndpoints({ location, windows, gpu }: Needing): readonly EgressEndpoint[] {
  const rows = [
    ...BY_CLOUD[cloudOf(location)],
    ...COMMON,
    ...(gpu ? GPU_ROWS : []),
    ...(windows ? WINDOWS_ROWS : []),
  ];
  return [...BENIGN, ...rows.flatMap((row) => endpointsOf(row, location)), ...ANYWHERE];
}

/** The endpoints of every cloud and region: for what is asked before the cluster is known. */
export function endpointsAnywhere(): readonly EgressEndpoint[] {
  const rows = [...Object.values(BY_CLOUD).flat(), ...COMMON, ...GPU_ROWS, ...WINDOWS_ROWS];
  return [...BENIGN, ...rows.flatMap((row) => endpointsOf(row, "*")), ...ANYWHERE];
}

function endpointsOf([destinations, port, need, breaks]: Row, location: string): EgressEndpoint[] {
  return destinations.map((destination) => ({
    destination: destination.replace("<location>", location),
    port,
    protocol: UDP_PORTS.has(port) ? "udp" : "tcp",
    need,
    breaks,
  }));
}

/** Regions of the sovereign clouds carry its name: `usgovvirginia`, `usdodeast`, `chinanorth3`. */
function cloudOf(location: string): Cloud {
  if (/^us(gov|dod)/.test(location)) return "usGovernment";
  return location.startsWith("china") ? "china" : "public";
}
