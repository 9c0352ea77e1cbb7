import { expect, test } from "vitest";
import { open, span } from "./support.ts";

test.for([
  ["a wildcard splits", "BackendIPAddress eq '*'", 5],
  ["a value picks and names", "backendipaddress eq '10.224.0.5'", 1],
  [
    "values of one name are joined by or",
    "BackendIPAddress eq '10.224.0.5' or BackendIPAddress eq '10.224.0.6'",
    2,
  ],
  ["names are joined by and", "BackendIPAddress eq '*' and ProtocolType eq 'tcp'", 5],
  [
    "or binds tighter than and",
    "BackendIPAddress eq '10.224.0.5' or BackendIPAddress eq '10.224.0.6' and ProtocolType eq '*'",
    4,
  ],
  ["case does not matter", "BACKENDIPADDRESS EQ '*' AND protocoltype Eq 'Tcp'", 5],
  [
    "parentheses are allowed",
    "(BackendIPAddress eq '10.224.0.5' or BackendIPAddress eq '10.224.0.6') and (ProtocolType eq '*')",
    4,
  ],
  [
    "a wildcard beside a value is a wildcard",
    "BackendIPAddress eq '10.224.0.5' or BackendIPAddress eq '*'",
    5,
  ],
  ["a value nobody has matches nothing", "BackendIPAddress eq '10.9.9.9'", 0],
  ["a dimension left out is aggregated over", "ProtocolType eq '*'", 2],
] as const)("%s: %s", async ([, filter, count]) => {
  const { ids, series } = await open("healthy");
  const [id = ""] = await ids("Microsoft.Network/loadBalancers");

  expect(await series(id, { metricnames: "UsedSnatPorts", filter, ...span(-2, 0) })).toHaveLength(count);
});

test.for([
  ["or between names", "BackendIPAddress eq '*' and ProtocolType eq '*' or FrontendIPAddress eq 'x'"],
  ["no equals of this kind", "BackendIPAddress = '*'"],
  ["no quotes", "BackendIPAddress eq *"],
  ["an open quote", "BackendIPAddress eq '*"],
  ["an open parenthesis", "(BackendIPAddress eq '*'"],
  ["a dangling and", "BackendIPAddress eq '*' and"],
  ["a name joined with itself", "BackendIPAddress eq '*' and BackendIPAddress eq '10.224.0.4'"],
  ["nothing", ""],
] as const)("refuses %s: %s", async ([, filter]) => {
  const { batch, ids } = await open("healthy");
  const { status, body } = await batch(await ids("Microsoft.Network/loadBalancers"), {
    metricnames: "UsedSnatPorts",
    filter,
    region: "westeurope",
  });

  expect(status).toBe(400);
  expect(body.error.code).toBe("BadRequest");
});

test("refuses a dimension that one of the metrics does not have, unless told not to look", async () => {
  const { batch, ids } = await open("exhausted-node");
  const list = await ids("Microsoft.Network/loadBalancers");
  const query = { metricnames: "UsedSnatPorts,SnatConnectionCount", filter: "ProtocolType eq 'TCP'" };
  const { status, body } = await batch(list, query);

  expect(status).toBe(400);
  expect(body.error.message).toBe(
    "Metric: SnatConnectionCount does not support requested dimension combination: protocoltype, supported ones are: FrontendIPAddress,BackendIPAddress,ConnectionState",
  );
  expect((await batch(list, { ...query, validateDimensions: "false" })).status).toBe(200);
});
