import { createServer, type IncomingMessage, type Server } from "node:http";
import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { afterEach, describe, expect, test } from "vitest";
import { createStandInHttpClient, standInCredential } from "../../../infra/local/stand-in/http-client.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Seen {
  readonly message: IncomingMessage;
  readonly body: string;
}

async function listen(): Promise<{ readonly url: string; readonly seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer(async (message, response) => {
    let body = "";
    for await (const chunk of message) body += chunk;
    seen.push({ message, body });
    response.setHeader("content-type", "application/json").end('{"ok":true}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, seen };
}

describe("the stand-in client", () => {
  test("moves the host into the path and leaves method, query, headers and body as they were", async () => {
    const { url, seen } = await listen();
    const request = createPipelineRequest({
      url: "https://westeurope.metrics.monitor.azure.com/subscriptions/a/metrics:getBatch?filter=A%20eq%20%27*%27&top=5",
      method: "POST",
      headers: createHttpHeaders({ authorization: "Bearer t", "content-type": "application/json" }),
      body: '{"resourceids":[]}',
    });
    const response = await createStandInHttpClient(`${url}/`).sendRequest(request);

    expect(response.bodyAsText).toBe('{"ok":true}');
    expect(response.request).toBe(request);
    expect(request.url).toMatch(/^https:/);
    expect(seen[0]?.message.method).toBe("POST");
    expect(seen[0]?.message.url).toBe(
      "/westeurope.metrics.monitor.azure.com/subscriptions/a/metrics:getBatch?filter=A%20eq%20%27*%27&top=5",
    );
    expect(seen[0]?.message.headers.authorization).toBe("Bearer t");
    expect(seen[0]?.body).toBe('{"resourceids":[]}');
  });

  test("keeps its connection", async () => {
    const { url, seen } = await listen();
    const client = createStandInHttpClient(url);
    for (let at = 0; at < 3; at += 1) {
      await client.sendRequest(createPipelineRequest({ url: "https://management.azure.com/x" }));
    }
    expect(new Set(seen.map(({ message }) => message.socket.remotePort)).size).toBe(1);
  });

  test("lets nothing that is not https through", async () => {
    const { url, seen } = await listen();
    const sent = createStandInHttpClient(url).sendRequest(
      createPipelineRequest({ url: "http://169.254.169.254/x" }),
    );
    await expect(sent).rejects.toThrow("takes https requests only");
    expect(seen).toEqual([]);
  });

  test("refuses an address that is none", () => {
    expect(() => createStandInHttpClient("127.0.0.1:9000")).toThrow(RangeError);
  });

  test("its credential has a token without asking anybody", async () => {
    const token = await standInCredential.getToken("https://management.azure.com/.default");
    expect(token?.expiresOnTimestamp).toBeGreaterThan(Date.now());
  });
});
