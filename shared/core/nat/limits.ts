/** What Azure gives, as numbers. Source of all: "Azure NAT Gateway resource". */

/** Connections that a gateway carries in all. */
export const NAT_MAX_CONNECTIONS = 2_000_000;

/** Connections to one destination (address, port, protocol) from one public address. */
export const NAT_CONNECTIONS_PER_DESTINATION = 50_000;

/** SNAT ports of one public address. Reused for other destinations, so that connections may well outnumber them. */
export const NAT_PORTS_PER_IP = 64_512;

/** Most IPv4 addresses of a gateway. */
export const NAT_MAX_IPS = 16;
