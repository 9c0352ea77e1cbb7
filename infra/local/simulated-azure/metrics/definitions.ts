// The metrics each resource type has: names, units, dimensions, as Azure's reference tables list them.

export type Aggregation = "average" | "total" | "maximum" | "minimum" | "count";

export interface MetricDefinition {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly unit: string;
  /** What is returned when the caller names no aggregation. */
  readonly primary: Aggregation;
  readonly dimensions: readonly string[];
}

function metric(
  name: string,
  displayName: string,
  unit: string,
  primary: Aggregation,
  dimensions = "",
  description = displayName,
): MetricDefinition {
  const list = dimensions === "" ? [] : dimensions.split(",");
  return { name, displayName, description, unit, primary, dimensions: list };
}

const SNAT_PORT_DIMENSIONS = "FrontendIPAddress,BackendIPAddress,ProtocolType,IsAwaitingRemoval";
const FLOW_DIMENSIONS = "FrontendIPAddress,FrontendPort,Direction";

const LOAD_BALANCER = [
  metric(
    "VipAvailability",
    "Data Path Availability",
    "Count",
    "average",
    "FrontendIPAddress,FrontendPort",
    "Average Load Balancer data path availability per time duration",
  ),
  metric(
    "DipAvailability",
    "Health Probe Status",
    "Count",
    "average",
    "ProtocolType,BackendPort,FrontendIPAddress,FrontendPort,BackendIPAddress",
    "Average Load Balancer health probe status per time duration",
  ),
  metric(
    "ByteCount",
    "Byte Count",
    "Bytes",
    "total",
    FLOW_DIMENSIONS,
    "Total number of Bytes transmitted within time period",
  ),
  metric(
    "PacketCount",
    "Packet Count",
    "Count",
    "total",
    FLOW_DIMENSIONS,
    "Total number of Packets transmitted within time period",
  ),
  metric(
    "SYNCount",
    "SYN Count",
    "Count",
    "total",
    FLOW_DIMENSIONS,
    "Total number of SYN Packets transmitted within time period",
  ),
  metric(
    "SnatConnectionCount",
    "SNAT Connection Count",
    "Count",
    "total",
    "FrontendIPAddress,BackendIPAddress,ConnectionState",
    "Total number of new SNAT connections created within time period",
  ),
  metric(
    "AllocatedSnatPorts",
    "Allocated SNAT Ports",
    "Count",
    "average",
    SNAT_PORT_DIMENSIONS,
    "Total number of SNAT ports allocated within time period",
  ),
  metric(
    "UsedSnatPorts",
    "Used SNAT Ports",
    "Count",
    "average",
    SNAT_PORT_DIMENSIONS,
    "Total number of SNAT ports used within time period",
  ),
  metric(
    "GlobalBackendAvailability",
    "Health Probe Status",
    "Count",
    "average",
    "FrontendIPAddress,FrontendPort,BackendIPAddress,ProtocolType,FrontendRegion,BackendRegion",
  ),
];

const NAT_GATEWAY = [
  metric("ByteCount", "Bytes", "Bytes", "total", "Protocol,Direction"),
  metric("PacketCount", "Packets", "Count", "total", "Protocol,Direction"),
  metric("PacketDropCount", "Dropped Packets", "Count", "total", "", "Count of dropped packets"),
  metric(
    "SNATConnectionCount",
    "SNAT Connection Count",
    "Count",
    "total",
    "Protocol,ConnectionState",
    "Total concurrent active connections",
  ),
  metric(
    "TotalConnectionCount",
    "Total SNAT Connection Count",
    "Count",
    "total",
    "Protocol",
    "Total number of active SNAT connections",
  ),
  metric("DatapathAvailability", "Datapath Availability (Preview)", "Count", "average"),
];

const FIREWALL = [
  metric(
    "ApplicationRuleHit",
    "Application rules hit count",
    "Count",
    "total",
    "Status,Reason,Protocol",
    "Number of times Application rules were hit",
  ),
  metric(
    "NetworkRuleHit",
    "Network rules hit count",
    "Count",
    "total",
    "Status,Reason,Protocol",
    "Number of times Network rules were hit",
  ),
  metric(
    "FirewallHealth",
    "Firewall health state",
    "Percent",
    "average",
    "Status,Reason",
    "Indicates the overall health of this firewall",
  ),
  metric(
    "DataProcessed",
    "Data processed",
    "Bytes",
    "total",
    "",
    "Total amount of data processed by this firewall",
  ),
  metric(
    "SNATPortUtilization",
    "SNAT port utilization",
    "Percent",
    "average",
    "Protocol",
    "Percentage of outbound SNAT ports currently in use",
  ),
  metric("Throughput", "Throughput", "BitsPerSecond", "average", "", "Throughput processed by this firewall"),
  metric(
    "FirewallLatencyPng",
    "Latency Probe",
    "Milliseconds",
    "average",
    "",
    "Estimate of the average latency of the Firewall as measured by latency probe",
  ),
  metric("ObservedCapacity", "Observed Capacity Units", "Count", "average"),
];

const SCALE_SET = [
  metric("Percentage CPU", "Percentage CPU", "Percent", "average", "VMName"),
  metric("Available Memory Bytes", "Available Memory Bytes (Preview)", "Bytes", "average", "VMName"),
  metric("OS Disk Queue Depth", "OS Disk Queue Depth", "Count", "average", "VMName"),
  metric(
    "OS Disk IOPS Consumed Percentage",
    "OS Disk IOPS Consumed Percentage",
    "Percent",
    "average",
    "LUN,VMName",
  ),
  metric(
    "OS Disk Bandwidth Consumed Percentage",
    "OS Disk Bandwidth Consumed Percentage",
    "Percent",
    "average",
    "LUN,VMName",
  ),
  metric("Outbound Flows", "Outbound Flows", "Count", "average", "VMName"),
  metric("Inbound Flows", "Inbound Flows", "Count", "average", "VMName"),
];

const MANAGED_CLUSTER = [
  metric("node_cpu_usage_percentage", "CPU Usage Percentage", "Percent", "average", "node,nodepool"),
  metric(
    "node_memory_working_set_percentage",
    "Memory Working Set Percentage",
    "Percent",
    "average",
    "node,nodepool",
  ),
  metric("node_disk_usage_percentage", "Disk Used Percentage", "Percent", "average", "node,nodepool,device"),
  metric(
    "kube_node_status_condition",
    "Statuses for various node conditions",
    "Count",
    "average",
    "condition,status,status2,node",
  ),
];

const BY_NAMESPACE: ReadonlyMap<string, readonly MetricDefinition[]> = new Map([
  ["microsoft.network/loadbalancers", LOAD_BALANCER],
  ["microsoft.network/natgateways", NAT_GATEWAY],
  ["microsoft.network/azurefirewalls", FIREWALL],
  ["microsoft.compute/virtualmachinescalesets", SCALE_SET],
  ["microsoft.containerservice/managedclusters", MANAGED_CLUSTER],
]);

/** The metrics of a namespace; names are matched without regard to case. */
export function definitionsOf(namespace: string): readonly MetricDefinition[] | undefined {
  return BY_NAMESPACE.get(namespace.toLowerCase());
}
