import type { FaultRule } from "../../../infra/local/simulated-azure/http/faults.ts";
import { hasRecordings, recorded } from "../../adapters/topology/support/recorded.ts";

/** One way for Azure to fail, and what a headline must say of it. */
export interface Fault {
  readonly title: string;
  readonly rule: () => Omit<FaultRule, "match">;
  readonly said: RegExp;
}

const FORBIDDEN = {
  error: {
    code: "AuthorizationFailed",
    message:
      "The client 'app' with object id '11111111-2222-3333-4444-555555555555' does not have authorization to perform the action.",
  },
};
const NOT_FOUND = { error: { code: "ResourceNotFound", message: "The resource was not found." } };
const THROTTLED = { error: { code: "TooManyRequests", message: "Too many requests." } };

/** As Azure Monitor failed once; where the recording is not there, as it might. */
function internalError(): unknown {
  return hasRecordings
    ? recorded("errors/metrics-getbatch-500.json")
    : { error: { code: "InternalServerError", message: "Detected Internal Error." } };
}

/** The network's own ways differ from system to system. */
const BROKEN = /no answer|not done within|ECONN|REQUEST_SEND_ERROR|cut|hang up|aborted|terminated|not JSON/i;

export const FAULTS: readonly Fault[] = [
  { title: "403", rule: () => ({ status: 403, body: FORBIDDEN }), said: /403.*az role assignment create/ },
  { title: "404", rule: () => ({ status: 404, body: NOT_FOUND }), said: /404/ },
  {
    title: "429 with seconds",
    rule: () => ({ status: 429, headers: { "retry-after": "1" }, body: THROTTLED }),
    said: /429|throttled/,
  },
  {
    title: "429 with a date",
    rule: () => ({
      status: 429,
      headers: { "retry-after": new Date(Date.now() + 2_000).toUTCString() },
      body: THROTTLED,
    }),
    said: /429|throttled/,
  },
  { title: "429 with nothing", rule: () => ({ status: 429, body: THROTTLED }), said: /429|throttled/ },
  { title: "500", rule: () => ({ status: 500, body: internalError() }), said: /500 InternalServerError/ },
  { title: "502 as a page", rule: () => ({ action: "html502" }), said: /502/ },
  { title: "a cut answer", rule: () => ({ action: "cut" }), said: BROKEN },
  { title: "no answer", rule: () => ({ action: "hang" }), said: BROKEN },
  { title: "a reset connection", rule: () => ({ action: "reset" }), said: BROKEN },
];
