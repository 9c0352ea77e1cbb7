import { expect, test } from "vitest";
import { createHeartbeat } from "#adapters/webhooks/heartbeat.ts";
import { CANARY, startReceiver } from "./support-receiver.ts";

const never = new AbortController().signal;

test("fetches the address, and says what became of it without naming it", async () => {
  let status = 200;
  const methods: (string | undefined)[] = [];
  const receiver = await startReceiver((response) => {
    methods.push(response.req.method);
    response.writeHead(status).end("ok");
  });
  const heartbeat = createHeartbeat({ url: receiver.url, allowPrivate: true });

  expect(await heartbeat.beat(never)).toEqual({ kind: "heard" });
  expect(receiver.requests).toMatchObject([{ path: `/hook?sig=${CANARY}`, body: "" }]);
  expect(methods).toEqual(["GET"]);
  status = 404;
  expect(await heartbeat.beat(never)).toEqual({ kind: "lost", reason: "status 404" });
  // A redirect is not followed: it would lead past the guard.
  status = 302;
  expect(await heartbeat.beat(never)).toEqual({ kind: "lost", reason: "status 302" });
  await receiver.close();
  expect(await heartbeat.beat(never)).toEqual({ kind: "lost", reason: "refused" });
});

test.for([
  ["http://example.com/ping", "insecure"],
  ["https://127.0.0.1/ping", "private"],
  ["https://169.254.169.254/ping", "private"],
] as const)("does not fetch %s", async ([url, reason]) => {
  const heartbeat = createHeartbeat({ url, allowPrivate: false });
  expect(await heartbeat.beat(never)).toEqual({ kind: "lost", reason });
});
