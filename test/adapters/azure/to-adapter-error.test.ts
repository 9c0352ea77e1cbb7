import { createHttpHeaders, createPipelineRequest, RestError } from "@azure/core-rest-pipeline";
import { describe, expect, test } from "vitest";
import { toAdapterError } from "#adapters/azure/to-adapter-error.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import { haveRecorded, recorded } from "./support.ts";

const URL_ASKED =
  "https://management.azure.com/subscriptions/11111111-2222-3333-4444-555555555555/providers/Microsoft.Network/loadBalancers?sig=hush";

function restError(status: number, body: unknown, headers: Record<string, string> = {}): RestError {
  const request = createPipelineRequest({ url: URL_ASKED });
  const bodyAsText = typeof body === "string" ? body : JSON.stringify(body);
  const response = { request, status, headers: createHttpHeaders(headers), bodyAsText };
  return new RestError(bodyAsText, { statusCode: status, request, response });
}

describe("an error of Azure becomes ours", () => {
  test.for([
    [401, "unauthorized"],
    [403, "forbidden"],
    [404, "notFound"],
    [408, "timeout"],
    [409, "rejected"],
    [400, "rejected"],
    [429, "throttled"],
    [529, "throttled"],
    [500, "unavailable"],
    [503, "unavailable"],
  ] as const)("status %i is %s", ([status, reason]) => {
    const error = toAdapterError(restError(status, {}), "load balancers");
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(new RegExp(`^load balancers: ${status}`));
  });

  test.for([
    ["wrapped", { error: { code: "Broken", message: "It broke." } }, "503 Broken: It broke."],
    ["flat", { code: "Broken", message: "It broke." }, "503 Broken: It broke."],
    ["capitalised", { Code: "Broken", Message: "It broke." }, "503 Broken: It broke."],
    ["wrapped and capitalised", { Error: { Code: "Broken", Message: "It broke." } }, "503 Broken: It broke."],
    ["plain text", "It broke.", "503: It broke."],
    ["HTML", "<html><body>Bad gateway</body></html>", "503: an HTML page instead of JSON"],
    ["an empty body", "", "503"],
    ["cut JSON", '{"error":{"code":"Bro', "503"],
  ] as const)("reads a body that is %s", ([, body, expected]) => {
    expect(toAdapterError(restError(503, body), "metrics").message).toBe(`metrics: ${expected}`);
  });

  test("tells on 403 what to grant, to whom and where", () => {
    const body = {
      error: {
        code: "AuthorizationFailed",
        message:
          "The client 'someone@example.com' with object id 'e3e7ef9f-eacd-4446-8eb4-f6d27f7f4f32' does not have authorization",
      },
    };
    const { message } = toAdapterError(restError(403, body), "load balancers");
    expect(message).toContain("403 AuthorizationFailed");
    expect(message).toContain(
      'az role assignment create --assignee e3e7ef9f-eacd-4446-8eb4-f6d27f7f4f32 --role "Monitoring Reader" --scope /subscriptions/11111111-2222-3333-4444-555555555555',
    );
    expect(message).not.toContain("someone@example.com");
  });

  test("keeps queries of addresses, where secrets are, out of the message", () => {
    const body = { error: { code: "Bad", message: `cannot use ${URL_ASKED} here` } };
    expect(toAdapterError(restError(400, body), "x").message).not.toContain("hush");
  });

  test.for([
    [
      "a refused connection",
      Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }),
      "unavailable",
    ],
    [
      "a request that could not be sent",
      new RestError("getaddrinfo", { code: "REQUEST_SEND_ERROR" }),
      "unavailable",
    ],
    [
      "a cut body",
      new RestError("Error reading response as text: aborted", { code: "PARSE_ERROR" }),
      "malformed",
    ],
    ["text that is no JSON", new SyntaxError("Unexpected token"), "malformed"],
    ["an abort", new DOMException("stop", "AbortError"), "timeout"],
    ["a missing credential", named("CredentialUnavailableError"), "unauthorized"],
    ["a refused credential", named("AggregateAuthenticationError"), "unauthorized"],
    ["something thrown that is no error", "boom", "unavailable"],
  ] as const)("%s", ([, error, reason]) => {
    expect(toAdapterError(error, "x").reason).toBe(reason);
  });

  test("calls everything after the signal's end a time-out, with the signal's reason", () => {
    const signal = AbortSignal.abort(new AdapterError("timeout", "not done within 45 s"));
    const error = toAdapterError(new Error("socket hang up"), "x", signal);
    expect([error.reason, error.message]).toEqual(["timeout", "x: not done within 45 s"]);
  });

  test("keeps the reason and the instant of an error that is already ours", () => {
    const inner = new AdapterError("throttled", "429", { retryAtMs: 5 });
    const error = toAdapterError(inner, "x");
    expect([error.reason, error.retryAtMs, error.cause]).toEqual(["throttled", 5, inner]);
  });

  test("names the instant to retry by the server's clock", () => {
    const headers = { date: "Sat, 21 Nov 2026 10:00:00 GMT", "retry-after": "60" };
    expect(toAdapterError(restError(429, {}, headers), "x").retryAtMs).toBe(
      Date.parse("2026-11-21T10:01:00Z"),
    );
  });

  test.skipIf(!haveRecorded).for([
    ["errors/arm-403-authorization-failed.json", "forbidden", "AuthorizationFailed"],
    ["errors/arm-404-resource-not-found.json", "notFound", "ResourceNotFound"],
    ["errors/arm-502-bad-gateway-connection.json", "unavailable", "BadGatewayConnection"],
    ["errors/arm-504-gateway-timeout.json", "unavailable", "GatewayTimeout"],
    ["errors/metrics-getbatch-500.json", "unavailable", "InternalServerError"],
    ["errors/arm-429-plain-text.json", "throttled", "You have reached the limit"],
    ["metrics/error-400-unknown-metric.json", "rejected", "BadRequest"],
  ] as const)("classifies the recorded %s", ([path, reason, words]) => {
    const { status, headers = {}, body } = recorded(path).response;
    const error = toAdapterError(restError(status, body, { ...headers }), "x");
    expect(error.reason).toBe(reason);
    expect(error.message).toContain(words);
  });
});

function named(name: string): Error {
  return Object.assign(new Error("no credential worked"), { name });
}
