import { expect, test } from "vitest";
import { arm, type Json, open, PER_NODE, type Series, span, values } from "./support.ts";

test("answers a batch in Azure's envelope", async () => {
  const { batch, ids } = await open("healthy");
  const [id = ""] = await ids("Microsoft.Network/loadBalancers");
  const query = { metricnames: "usedsnatports,AllocatedSnatPorts", filter: PER_NODE, top: "100" };
  const { status, body } = await batch([id.toUpperCase().replace("/SUBSCRIPTIONS", "/subscriptions")], {
    ...query,
    ...span(-3, 0),
  });

  expect(status).toBe(200);
  const [entry] = body.values;
  expect(Object.keys(entry)).toEqual([
    "starttime",
    "endtime",
    "interval",
    "value",
    "namespace",
    "resourceregion",
    "resourceid",
  ]);
  expect(entry.value.map((metric: Json) => metric.name)).toEqual([
    { value: "UsedSnatPorts", localizedValue: "Used SNAT Ports" },
    { value: "AllocatedSnatPorts", localizedValue: "Allocated SNAT Ports" },
  ]);
  const [metric] = entry.value;
  expect(Object.keys(metric)).toEqual([
    "id",
    "type",
    "name",
    "displayDescription",
    "unit",
    "timeseries",
    "errorCode",
  ]);
  expect(metric).toMatchObject({ type: "Microsoft.Insights/metrics", unit: "Count", errorCode: "Success" });
  const [series] = metric.timeseries;
  expect(series.metadatavalues.map((item: Json) => item.name)).toEqual(
    ["frontendipaddress", "backendipaddress", "protocoltype"].map((name) => ({
      value: name,
      localizedValue: name,
    })),
  );
  expect(series.data.map((point: Json) => point.timeStamp)).toEqual([
    "2026-11-18T09:57:00Z",
    "2026-11-18T09:58:00Z",
    "2026-11-18T09:59:00Z",
  ]);
});

test("answers a single resource in the other envelope, its errors flat", async () => {
  const { get, ids } = await open("healthy");
  const [id = ""] = await ids("Microsoft.Network/loadBalancers");
  const url = `${arm(`${id}/providers/microsoft.insights/metrics`)}&timespan=2026-11-18T09:00:00Z/2026-11-18T09:10:00Z`;
  const { body } = await get(`${url}&metricnames=SnatConnectionCount&interval=PT5M&aggregation=total`);

  expect(Object.keys(body)).toEqual(["cost", "timespan", "interval", "value", "namespace", "resourceregion"]);
  expect(body.value[0].timeseries).toHaveLength(1);
  expect(body.value[0].timeseries[0].metadatavalues).toEqual([]);
  expect(body.value[0].timeseries[0].data).toHaveLength(2);

  const refused = await get(`${url}&metricnames=Nope`);
  expect(refused.status).toBe(400);
  expect(refused.body).toEqual({ code: "BadRequest", message: expect.stringContaining("Valid metrics:") });
  expect((await get(`${arm(`${id}x/providers/Microsoft.Insights/metrics`)}`)).status).toBe(404);
});

test("cuts to ten series by default, to `top` if given, and says nothing", async () => {
  const { ids, series } = await open("top-truncation");
  const [id = ""] = await ids("Microsoft.Network/loadBalancers");
  const query = { metricnames: "UsedSnatPorts", filter: PER_NODE, ...span(-2, 0) };

  expect(await series(id, query)).toHaveLength(10);
  expect(await series(id, { ...query, top: "37" })).toHaveLength(37);
  expect(await series(id, { ...query, top: "1000" })).toHaveLength(240);
  const worst = (item: Series): number => Math.max(...values(item).map((value) => value ?? 0));
  expect(Math.max(...(await series(id, query)).map(worst))).toBeLessThan(100);
  const [first] = await series(id, { ...query, orderby: "average desc", top: "1" });
  expect(first && worst(first)).toBeGreaterThan(240);
});

test("without a filter everything is one series: the mean of a gauge, the sum of a count", async () => {
  const { ids, series } = await open("exhausted-node");
  const [id = ""] = await ids("Microsoft.Network/loadBalancers");
  const ask = (metricnames: string, filter?: string): Promise<Series[]> =>
    series(id, { metricnames, ...span(-2, 0), ...(filter ? { filter, top: "1000" } : {}) });
  const at = (items: readonly Series[]): number[] => items.map((item) => values(item)[0] ?? 0);

  const used = at(await ask("UsedSnatPorts", PER_NODE));
  const [rolled] = at(await ask("UsedSnatPorts"));
  expect(rolled).toBeCloseTo(used.reduce((sum, value) => sum + value, 0) / used.length, 6);

  const connections = at(
    await ask("SnatConnectionCount", "BackendIPAddress eq '*' and ConnectionState eq '*'"),
  );
  const [total] = at(await ask("SnatConnectionCount"));
  expect(total).toBe(connections.reduce((sum, value) => sum + value, 0));
});

test("a longer interval is the mean, the sum and the extremes of its minutes", async () => {
  const { batch, ids, series } = await open("healthy");
  const [id = ""] = await ids("Microsoft.Network/loadBalancers");
  const query = {
    metricnames: "UsedSnatPorts",
    filter: "BackendIPAddress eq '10.224.0.4' and ProtocolType eq 'tcp'",
  };
  const [minutes] = await series(id, { ...query, ...span(-60, 0) });
  const all = values(minutes).map((value) => value ?? 0);
  for (const [interval, size] of [
    ["PT5M", 5],
    ["PT15M", 15],
    ["PT1H", 60],
  ] as const) {
    const aggregation = "average,total,maximum,minimum,count";
    const { body } = await batch([id], { ...query, interval, aggregation, ...span(-60, 0) });
    const { data } = body.values[0].value[0].timeseries[0];
    expect(data).toHaveLength(60 / size);
    const slice = all.slice(0, size);
    const sum = slice.reduce((total, value) => total + value, 0);
    expect(data[0].average).toBeCloseTo(sum / size, 6);
    expect(data[0].total).toBeCloseTo(sum, 6);
    expect(data[0]).toMatchObject({ maximum: Math.max(...slice), minimum: Math.min(...slice), count: size });
  }
});

test("ends between two minutes are taken down to whole ones", async () => {
  const { ids, series } = await open("healthy");
  const [id = ""] = await ids("Microsoft.Network/loadBalancers");
  const times = { starttime: "2026-11-18T09:00:00.123Z", endtime: "2026-11-18T09:30:00.345Z" };
  const [only] = await series(id, { metricnames: "UsedSnatPorts", interval: "PT15M", ...times });

  expect(only?.points.map(({ timeStamp }) => timeStamp)).toEqual([
    "2026-11-18T09:00:00Z",
    "2026-11-18T09:15:00Z",
  ]);
});

test("averages have decimals now and then", async () => {
  const { ids, series } = await open("healthy");
  const [id = ""] = await ids("Microsoft.Network/loadBalancers");
  const query = { metricnames: "UsedSnatPorts", filter: PER_NODE, top: "100", ...span(-60, 0) };
  const all = (await series(id, query)).flatMap(values);

  expect(all.some((value) => value !== null && !Number.isInteger(value))).toBe(true);
  expect(all.some((value) => Number.isInteger(value))).toBe(true);
});

test("keeps at least 93 days, has nothing before, and knows the future", async () => {
  const { ids, series } = await open("healthy");
  const [id = ""] = await ids("Microsoft.Network/loadBalancers");
  const query = { metricnames: "UsedSnatPorts", filter: "BackendIPAddress eq '*' and ProtocolType eq 'TCP'" };
  const day = 1440;

  const kept = await series(id, { ...query, ...span(-93 * day, -93 * day + 2) });
  expect(values(kept[0]).every((value) => typeof value === "number")).toBe(true);
  expect(await series(id, { ...query, ...span(-120 * day, -120 * day + 2) })).toEqual([]);
  const edge = await series(id, { ...query, interval: "PT12H", ...span(-95 * day, -93 * day) });
  expect(edge[0]?.points[0]).not.toHaveProperty("average");
  const future = await series(id, { ...query, ...span(30 * day, 30 * day + 2) });
  expect(values(future[0]).every((value) => typeof value === "number")).toBe(true);
});

test("an idle gateway, a stopped cluster and an absent metric all look like no series", async () => {
  const stopped = await open("stopped");
  const [id = ""] = await stopped.ids("Microsoft.Network/loadBalancers");
  for (const metricnames of ["UsedSnatPorts", "SnatConnectionCount", "VipAvailability"]) {
    expect(await stopped.series(id, { metricnames, ...span(-5, 0) })).toEqual([]);
  }
  const absent = await open("absent-metrics");
  const [gone = ""] = await absent.ids("Microsoft.Network/loadBalancers");
  const query = { metricnames: "UsedSnatPorts", filter: PER_NODE, top: "100" };
  expect(await absent.series(gone, { ...query, ...span(0, 5) })).toEqual([]);
  const [across] = await absent.series(gone, { ...query, ...span(-2, 2) });
  expect(values(across).map((value) => value === null)).toEqual([false, false, true, true]);
  expect(across?.points[3]).toEqual({ timeStamp: "2026-11-18T10:01:00Z" });
});

test("a resource nobody has heard of has no series", async () => {
  const { batch, ids } = await open("healthy");
  const [id = ""] = await ids("Microsoft.Network/loadBalancers");
  const { status, body } = await batch([id, `${id}-gone`], { metricnames: "UsedSnatPorts", ...span(-2, 0) });

  expect(status).toBe(200);
  expect(body.values.map((entry: Json) => entry.value[0].timeseries.length)).toEqual([1, 0]);
});

test("metadata tells the dimension values and no data; rollupby takes one out of the split", async () => {
  const { ids, series } = await open("healthy");
  const [id = ""] = await ids("Microsoft.Network/loadBalancers");
  const query = { metricnames: "UsedSnatPorts", top: "100", ...span(-2, 0) };

  const metadata = await series(id, { ...query, resultType: "metadata", filter: "IsAwaitingRemoval eq '*'" });
  expect(metadata).toEqual([{ labels: { isawaitingremoval: "False" }, points: [] }]);
  const rolled = await series(id, { ...query, filter: PER_NODE, rollupby: "ProtocolType,FrontendIPAddress" });
  expect(rolled.map(({ labels }) => Object.keys(labels))).toEqual(Array(5).fill(["backendipaddress"]));
});
