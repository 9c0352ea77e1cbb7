// The routes below /_sim: not Azure, but the knobs of this stand-in.

import { scenarioList } from "../scenarios/registry.ts";
import { type FaultBook, readFaultRule } from "./faults.ts";
import { json, type Reply } from "./reply.ts";
import type { Stats } from "./stats.ts";

/** Answers one admin request. */
export function answerAdmin(
  method: string,
  path: string,
  body: string,
  { stats, faults }: { readonly stats: Stats; readonly faults: FaultBook },
): Reply {
  switch (`${method} ${path}`) {
    case "GET /_sim/stats":
      return json(200, stats.snapshot());
    case "POST /_sim/stats/reset":
      stats.reset();
      return { status: 204, body: "" };
    case "GET /_sim/scenarios":
      return json(200, { scenarios: scenarioList() });
    case "POST /_sim/faults":
      return addFault(body, faults);
    case "DELETE /_sim/faults":
      faults.clear();
      return { status: 204, body: "" };
    default:
      return json(404, { error: { code: "NotFound", message: `no such admin route: ${method} ${path}` } });
  }
}

function addFault(body: string, faults: FaultBook): Reply {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return json(400, { error: { code: "BadRequest", message: "the body is not JSON" } });
  }
  const rule = readFaultRule(value);
  if (typeof rule === "string") return json(400, { error: { code: "BadRequest", message: rule } });
  return json(201, { id: faults.add(rule) });
}
