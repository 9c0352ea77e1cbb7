import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { guardedLookup, type Resolve } from "#adapters/webhooks/guarded-lookup.ts";
import { createPost, type PostRequest } from "#adapters/webhooks/post.ts";
import { isPublicAddress } from "#adapters/webhooks/public-address.ts";
import { matchesPattern } from "#core/name-pattern.ts";
import { startReceiver } from "./support-receiver.ts";

const never = new AbortController().signal;
const to = (url: string): PostRequest => ({ url, headers: {}, body: "{}" });
const resolvesTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

test.for([
  ["1.1.1.1", true],
  ["20.190.128.1", true],
  ["2606:4700:4700::1111", true],
  ["127.0.0.1", false],
  ["127.255.255.254", false],
  ["0.0.0.0", false],
  ["10.1.2.3", false],
  ["172.16.0.1", false],
  ["172.31.255.255", false],
  ["172.32.0.1", true],
  ["192.168.1.1", false],
  ["100.64.0.1", false],
  ["169.254.169.254", false],
  ["168.63.129.16", false],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["::1", false],
  ["::", false],
  ["::ffff:10.0.0.1", false],
  ["::ffff:169.254.169.254", false],
  ["64:ff9b::7f00:1", false],
  ["2002:7f00:1::", false],
  ["fe80::1", false],
  ["fd00:ec2::254", false],
  ["ff02::1", false],
  ["2001:db8::1", false],
  ["2001:0:7f00:1::", false],
  ["localhost", false],
  ["", false],
] as const)("%s is on the public internet: %s", ([address, isPublic]) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

describe("without leave for private addresses", () => {
  const post = createPost({ allowPrivate: false, timeoutMs: 500 });

  test.for([
    ["http", "http://example.com/x", "insecure"],
    ["another scheme", "ftp://example.com/x", "badAddress"],
    ["no address", "not a url", "badAddress"],
    ["the loopback", "https://127.0.0.1/x", "private"],
    ["the loopback as one number", "https://2130706433/x", "private"],
    ["the loopback in octal", "https://0177.0.0.1/x", "private"],
    ["the loopback in hexadecimal", "https://0x7f.1/x", "private"],
    ["the loopback in IPv6", "https://[::1]/x", "private"],
    ["an IPv4 address within an IPv6 one", "https://[::ffff:a00:1]/x", "private"],
    ["the metadata service", "https://169.254.169.254/metadata/instance", "private"],
    ["the name of the loopback", "https://localhost/x", "private"],
  ] as const)("refuses %s", async ([, url, failure]) => {
    expect(await post(to(url), never)).toEqual({ kind: "failure", failure });
  });

  test("refuses a name that resolves to the own network", async () => {
    const guarded = createPost({ allowPrivate: false, resolve: resolvesTo("10.0.0.5", "::1") });
    expect(await guarded(to("https://hooks.example/x"), never)).toEqual({
      kind: "failure",
      failure: "private",
    });
  });

  test("calls the public address alone where a name has both", async () => {
    const receiver = await startReceiver((response) => response.end());
    const port = new URL(receiver.url).port;
    // 198.51.100.1 is not public either; a documentation address stands for "elsewhere" and nothing is ever sent.
    const guarded = createPost({
      allowPrivate: false,
      timeoutMs: 200,
      resolve: resolvesTo("127.0.0.1", "198.51.100.1"),
    });
    expect(await guarded(to(`https://hooks.example:${port}/x`), never)).toEqual({
      kind: "failure",
      failure: "private",
    });
    expect(receiver.requests).toEqual([]);
    await receiver.close();
  });

  test("looks a name up once: a second answer would be an address that nobody checked", async () => {
    let lookups = 0;
    const resolve: Resolve = async () => {
      lookups += 1;
      return [{ address: lookups === 1 ? "10.0.0.1" : "1.1.1.1", family: 4 }];
    };
    const guarded = createPost({ allowPrivate: false, resolve });
    expect(await guarded(to("https://hooks.example/x"), never)).toEqual({
      kind: "failure",
      failure: "private",
    });
    expect(lookups).toBe(1);
  });

  test("a name that does not resolve is no refusal", async () => {
    const resolve: Resolve = () => Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
    const guarded = createPost({ allowPrivate: false, resolve });
    expect(await guarded(to("https://hooks.example/x"), never)).toEqual({ kind: "failure", failure: "dns" });
  });

  test("a look-up that hangs ends with the time limit", async () => {
    const guarded = createPost({
      allowPrivate: false,
      timeoutMs: 100,
      resolve: () => new Promise(() => undefined),
    });
    expect(await guarded(to("https://hooks.example/x"), never)).toEqual({
      kind: "failure",
      failure: "timeout",
    });
  });
});

test("https to a host that speaks none is a failure of TLS", async () => {
  const receiver = await startReceiver((response) => response.end());
  const post = createPost({ allowPrivate: true, timeoutMs: 2_000 });
  const result = await post(to(receiver.url.replace("http:", "https:")), never);
  await receiver.close();
  expect(result).toEqual({ kind: "failure", failure: "tls" });
});

test("a pattern means what a regular expression of it means", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "B", ".", "*", "?"), maxLength: 8 });
  const names = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 10 });
  fc.assert(
    fc.property(letters, names, (pattern, name) => {
      const source = pattern.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".");
      expect(matchesPattern(pattern, name)).toBe(new RegExp(`^${source}$`, "i").test(name));
    }),
    { numRuns: 2_000 },
  );
});

test("the socket is given the allowed addresses alone, in the form it asked for", async () => {
  const lookup = guardedLookup(resolvesTo("10.0.0.1", "1.1.1.1", "2606:4700::1"), isPublicAddress);
  const ask = (all: boolean) =>
    new Promise((resolve) =>
      lookup("hooks.example", { all }, (error, ...answer) => resolve([error, ...answer])),
    );
  expect(await ask(true)).toEqual([
    null,
    [
      { address: "1.1.1.1", family: 4 },
      { address: "2606:4700::1", family: 6 },
    ],
  ]);
  expect(await ask(false)).toEqual([null, "1.1.1.1", 4]);
});
