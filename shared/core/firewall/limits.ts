/** What Azure gives, as numbers. Sources: "Scale SNAT ports with Azure NAT Gateway", "Azure Firewall monitoring data reference". */

/** SNAT ports of one public address on one instance, for each protocol. */
export const FIREWALL_PORTS_PER_IP = 2_496;

/** A firewall has at least so many instances. */
export const FIREWALL_LEAST_INSTANCES = 2;

/** Most public addresses of a firewall. */
export const FIREWALL_MAX_IPS = 250;

/** Above this share Azure itself calls the ports exhausted. */
export const FIREWALL_EXHAUSTED_ABOVE = 0.95;
