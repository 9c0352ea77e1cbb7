import { expect, test } from "vitest";
import { AdapterError } from "#ports/adapter-error.ts";
import {
  cluster,
  HUB,
  ipId,
  loadBalancer,
  network,
  publicIp,
  SUB,
  subnet,
  subnetId,
  vnetId,
} from "./support/arm-shapes.ts";
import { FakeArm, type Reply } from "./support/fake-arm.ts";
import { discoverWith, NOW, onlyCluster, source } from "./support/source.ts";

const CLUSTERS = `/subscriptions/${SUB}/providers/Microsoft.ContainerService/managedClusters`;
const listPath = (list: string, subscription = SUB) =>
  `/subscriptions/${subscription}/providers/Microsoft.Network/${list}`;
const refused: Reply = {
  status: 403,
  body: {
    error: {
      code: "AuthorizationFailed",
      message:
        "The client 'x' with object id 'e3e7ef9f-eacd-4446-8eb4-f6d27f7f4f32' does not have authorization",
    },
  },
};

function healthy(): FakeArm {
  return new FakeArm()
    .list(SUB, "Microsoft.ContainerService/managedClusters", cluster())
    .list(
      SUB,
      "Microsoft.Network/loadBalancers",
      loadBalancer({ frontends: { a: { publicIPAddress: { id: ipId("a") } } }, outbound: ["a"] }),
    )
    .list(SUB, "Microsoft.Network/publicIPAddresses", publicIp(ipId("a"), "20.1.0.1"))
    .list(SUB, "Microsoft.Network/virtualNetworks", network([subnet()]));
}

test("one subscription that refuses never stops the other", async () => {
  const arm = healthy().on(
    `/subscriptions/${HUB}/providers/Microsoft.ContainerService/managedClusters`,
    refused,
  );
  const discovery = await discoverWith(arm, { subscriptionIds: [HUB, SUB] });

  expect(discovery.clusters).toHaveLength(1);
  expect(discovery.subscriptionIds).toEqual([HUB, SUB]);
  expect(discovery.failures).toEqual([
    {
      subscriptionId: HUB,
      reason: "forbidden",
      message: `managedClusters of subscription ${HUB}: 403 AuthorizationFailed; grant: az role assignment create --assignee e3e7ef9f-eacd-4446-8eb4-f6d27f7f4f32 --role Reader --scope /subscriptions/${HUB}`,
    },
  ]);
});

test("a subscription that refuses its whole network is told in one sentence", async () => {
  const arm = healthy();
  for (const list of [
    "virtualNetworks",
    "routeTables",
    "natGateways",
    "azureFirewalls",
    "loadBalancers",
    "publicIPAddresses",
    "publicIPPrefixes",
    "networkInterfaces",
    "networkSecurityGroups",
  ]) {
    arm.on(listPath(list), refused);
  }
  const found = await onlyCluster(arm);

  expect(found.paths).toMatchObject([{ kind: "unknown", publicIps: [], portBudget: null }]);
  expect(found.loadBalancer).toBeNull();
  expect(found.problems).toHaveLength(1);
  expect(found.problems[0]?.reason).toBe("forbidden");
  expect(found.problems[0]?.message).toMatch(
    /^virtualNetworks, routeTables, .*403 AuthorizationFailed; grant: az role/,
  );
});

test.for([
  ["loadBalancer", "loadBalancer"],
  [undefined, "loadBalancer"],
  ["userAssignedNATGateway", "unknown"],
] as const)(
  "with the subnet in a subscription that is not read, outboundType %s says %s",
  async ([outboundType, kind]) => {
    const far = subnetId("nodes", vnetId("spoke", "network", HUB));
    const arm = healthy().list(
      SUB,
      "Microsoft.ContainerService/managedClusters",
      cluster({ outboundType }, {}, [{ vnetSubnetID: far }]),
    );
    const found = await onlyCluster(arm);

    expect(found.paths).toMatchObject([{ kind }]);
    expect(found.problems).toMatchObject([{ source: "topology", reason: "forbidden" }]);
    expect(found.problems[0]?.message).toContain(`--role Reader --scope /subscriptions/${HUB}`);
  },
);

test.for([
  ["no role", "unauthorized", { status: 401, body: { error: { code: "InvalidAuthenticationToken" } } }],
  ["no such subscription", "notFound", { status: 404, body: { error: { code: "SubscriptionNotFound" } } }],
  [
    "throttled without Retry-After",
    "throttled",
    { status: 429, body: "You have reached the limit", headers: { "content-type": "text/plain" } },
  ],
  [
    "throttled for longer than a run waits",
    "throttled",
    { status: 429, headers: { "retry-after": "3600" }, body: {} },
  ],
  ["the monitor's own throttling status", "throttled", { status: 529, body: {} }],
  ["a bad request", "rejected", { status: 400, body: { error: { code: "InvalidApiVersion" } } }],
  [
    "an HTML page from a gateway",
    "unavailable",
    { status: 502, headers: { "content-type": "text/html" }, body: "<html>Bad Gateway</html>" },
  ],
  ["a body cut in the middle", "malformed", { body: '{"value":[{"id":"/subscr' }],
  [
    "an HTML page with status 200",
    "malformed",
    { headers: { "content-type": "text/html" }, body: "<html>sign in</html>" },
  ],
  ["JSON that is no list", "malformed", { body: { error: { code: "Oops" } } }],
  ["a list with nothing in its place", "malformed", { body: { value: [null] } }],
] as const)("%s is %s", async ([, reason, reply]) => {
  const discovery = await discoverWith(new FakeArm().on(CLUSTERS, reply));
  expect(discovery.clusters).toEqual([]);
  expect(discovery.failures).toMatchObject([{ subscriptionId: SUB, reason }]);
  expect(discovery.failures[0]?.message).not.toMatch(/<html>|token/);
});

test("rides out a passing failure", async () => {
  let calls = 0;
  const arm = healthy().on(CLUSTERS, () => {
    calls += 1;
    if (calls === 1) return { status: 503, headers: { "retry-after": "0" }, body: {} };
    return calls === 2 ? { status: 500, body: {} } : { body: { value: [cluster()] } };
  });
  expect((await discoverWith(arm)).failures).toEqual([]);
});

test("gives up on a list that never answers, and says which", async () => {
  const arm = healthy().on(listPath("natGateways"), () => new Promise<Reply>(() => {}));
  const found = await onlyCluster(arm, { callTimeoutMs: 40 });

  expect(found.paths).toMatchObject([{ kind: "loadBalancer" }]);
  expect(found.problems).toMatchObject([{ source: "topology", reason: "timeout" }]);
  expect(found.problems[0]?.message).toContain("natGateways");
});

test("gives up on a second page that never answers: the SDK asks for it without signal or timeout", async () => {
  const next = { value: [], nextLink: `https://management.azure.com${CLUSTERS}/page2?api-version=1` };
  const arm = new FakeArm()
    .on(CLUSTERS, { body: next })
    .on(`${CLUSTERS}/page2`, () => new Promise<Reply>(() => {}));
  const discovery = await discoverWith(arm, { callTimeoutMs: 40 });

  expect(discovery.failures).toMatchObject([{ reason: "timeout" }]);
  expect(arm.requests.every((request) => request.abortSignal !== undefined)).toBe(true);
});

test("an ended run ends its calls", async () => {
  const ending = new AbortController();
  const arm = new FakeArm().on(CLUSTERS, () => {
    ending.abort();
    return new Promise<Reply>(() => {});
  });
  const discovery = await source(arm).discover(new Map(), NOW, ending.signal);
  expect(discovery.failures).toMatchObject([{ reason: "timeout" }]);
});

test("keeps the last known path while a list fails for now, and takes the new one when it is refused", async () => {
  const before = await onlyCluster(healthy());

  const throttled = await onlyCluster(
    healthy().on(listPath("virtualNetworks"), { status: 429, body: {} }),
    {},
    [before],
  );
  expect(throttled.paths).toEqual(before.paths);
  expect(throttled.problems).toMatchObject([{ reason: "throttled" }]);

  const refusedNow = await onlyCluster(healthy().on(listPath("loadBalancers"), refused), {}, [before]);
  expect(refusedNow.paths).toMatchObject([{ kind: "unknown" }]);
  expect(refusedNow.loadBalancer).toBeNull();
});

test("reads every page of every list", async () => {
  const page = (list: string, number: number) => `${listPath(list)}/page${number}`;
  const link = (path: string) => `https://management.azure.com${path}?api-version=2026-01-01&$skiptoken=x`;
  const arm = healthy()
    .on(listPath("publicIPAddresses"), { body: { value: [], nextLink: link(page("publicIPAddresses", 2)) } })
    .on(page("publicIPAddresses", 2), { body: { value: [], nextLink: link(page("publicIPAddresses", 3)) } })
    .on(page("publicIPAddresses", 3), { body: { value: [publicIp(ipId("a"), "20.1.0.1")] } });
  const found = await onlyCluster(arm);

  expect(found.paths[0]?.publicIps).toEqual(["20.1.0.1"]);
  expect(arm.paths.filter((path) => path.includes("publicIPAddresses"))).toHaveLength(3);
});

test("asks ten lists of each subscription, whatever the number of clusters", async () => {
  const more = Array.from({ length: 40 }, (_, index) =>
    JSON.parse(JSON.stringify(cluster()).replaceAll("shop-prod", `shop-${index}`)),
  );
  const arm = healthy().list(SUB, "Microsoft.ContainerService/managedClusters", ...more);
  const discovery = await discoverWith(arm, { subscriptionIds: [SUB, HUB] });

  expect(discovery.clusters).toHaveLength(40);
  expect(arm.requests).toHaveLength(20);
});

test("without a configured list reads all subscriptions of the identity, page by page", async () => {
  const arm = healthy()
    .on("/subscriptions", {
      body: {
        value: [{ subscriptionId: HUB, state: "Enabled" }],
        nextLink: "https://management.azure.com/subscriptions/more",
      },
    })
    .on("/subscriptions/more", {
      body: {
        value: [
          { subscriptionId: SUB, state: "Warned" },
          { subscriptionId: "gone", state: "Deleted" },
        ],
      },
    });
  const discovery = await discoverWith(arm, { subscriptionIds: [] });
  expect(discovery.subscriptionIds).toEqual([HUB, SUB]);
  expect(discovery.clusters).toHaveLength(1);
});

test("a subscription that was readable and no longer is has failed, not emptied", async () => {
  const before = await onlyCluster(healthy());
  const arm = new FakeArm().on("/subscriptions", {
    body: { value: [{ subscriptionId: HUB, state: "Enabled" }] },
  });
  const discovery = await discoverWith(arm, { subscriptionIds: [] }, [before]);
  expect(discovery.failures).toMatchObject([{ subscriptionId: SUB, reason: "forbidden" }]);
});

test.for([
  ["refused", "forbidden", { status: 403, body: { error: { code: "AuthorizationFailed" } } }],
  ["empty: the identity has no role at all", "forbidden", { body: { value: [] } }],
  ["cut", "malformed", { body: '{"value":[' }],
  ["away", "unavailable", { status: 500, body: {} }],
] as const)("throws when the list of subscriptions is %s", async ([, reason, reply]) => {
  const discovering = discoverWith(new FakeArm().on("/subscriptions", reply), { subscriptionIds: [] });
  await expect(discovering).rejects.toSatisfy(
    (error) => error instanceof AdapterError && error.reason === reason,
  );
});

test("an identity without a token is unauthorized", async () => {
  const credential = {
    getToken: () =>
      Promise.reject(
        Object.assign(new Error("ManagedIdentityCredential: no identity"), {
          name: "CredentialUnavailableError",
        }),
      ),
  };
  const discovery = await discoverWith(healthy(), { credential });
  expect(discovery.failures).toMatchObject([{ reason: "unauthorized" }]);
});

test.for([
  ["public", "https://management.azure.com"],
  ["usgovernment", "https://management.usgovcloudapi.net"],
  ["china", "https://management.chinacloudapi.cn"],
] as const)("in the %s cloud, asks %s and for its token", async ([cloud, endpoint]) => {
  const scopes = new Set<string>();
  const credential = {
    getToken: async (scope: string | string[]) => {
      for (const one of [scope].flat()) scopes.add(one);
      return { token: "t", expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
    },
  };
  const arm = healthy().on("/subscriptions", { body: { value: [{ subscriptionId: SUB }] } });
  await discoverWith(arm, { cloud, credential, subscriptionIds: [] });

  expect([...scopes]).toEqual([`${endpoint}/.default`]);
  expect(new Set(arm.requests.map((request) => new URL(request.url).origin))).toEqual(new Set([endpoint]));
});

test.for([
  [[], [], ["shop-prod", "shop-test"]],
  [["*-prod"], [], ["shop-prod"]],
  [[], ["*TEST"], ["shop-prod"]],
  [["SHOP-*"], ["*-pro?"], ["shop-test"]],
] as const)("include %j, exclude %j leave %j", async ([include, exclude, names]) => {
  const other = JSON.parse(JSON.stringify(cluster()).replaceAll("shop-prod", "shop-test"));
  const arm = healthy().list(SUB, "Microsoft.ContainerService/managedClusters", cluster(), other);
  const discovery = await discoverWith(arm, { include, exclude });
  expect(discovery.clusters.map((it) => it.ref.name)).toEqual(names);
});

test("hands further policies to every client", async () => {
  const seen = new Set<string>();
  const policy = {
    name: "counting",
    sendRequest: (request: never, next: (request: never) => never) => {
      seen.add(new URL(Reflect.get(request, "url")).pathname.split("/").at(-1) ?? "");
      return next(request);
    },
  };
  await discoverWith(healthy(), { additionalPolicies: [{ policy, position: "perRetry" }] });
  expect(seen.size).toBe(10);
});
