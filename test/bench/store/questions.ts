import { DAY_MS } from "#core/time.ts";
import { keyOf } from "../../api/fakes.ts";
import { type FleetSize, nowOf } from "./fleet.ts";

/** What is asked of both. */
export interface Question {
  readonly name: string;
  readonly days: number;
  readonly metric: "usedPorts" | "usedRatio";
  readonly step: "1h" | "1m";
  readonly goalMs: number;
  /** How much faster than Prometheus. */
  readonly goalRatio: number;
  readonly promql: string;
}

const RATIO = 'snat_used_ports{protocol="tcp"} / snat_allocated_ports';

export function questionsOf({ days }: FleetSize): Question[] {
  const long = { days, step: "1h", goalMs: 40, goalRatio: 10 } as const;
  const short = { days: 1, step: "1m", goalMs: 70, goalRatio: 2 } as const;
  return [
    {
      ...long,
      name: `${days} days, hourly maximum, used ports`,
      metric: "usedPorts",
      promql: "max_over_time(snat_used_ports[1h])",
    },
    {
      ...long,
      name: `${days} days, hourly maximum, used ratio`,
      metric: "usedRatio",
      promql: `max_over_time((${RATIO})[1h:1m])`,
    },
    { ...short, name: "24 hours, each minute, used ports", metric: "usedPorts", promql: "snat_used_ports" },
    { ...short, name: "24 hours, each minute, used ratio", metric: "usedRatio", promql: RATIO },
  ];
}

export function ourUrl(origin: string, question: Question, size: FleetSize): string {
  const toMs = nowOf(size);
  const query = new URLSearchParams({
    metric: question.metric,
    from: String((toMs - question.days * DAY_MS) / 1000),
    to: String(toMs / 1000),
    step: question.step,
  });
  const [, , subscription, , group, , , , name] = keyOf("c0").split("/");
  return `${origin}/api/clusters/${subscription}/${group}/${name}/history?${query}`;
}

export function prometheusUrl(origin: string, question: Question, size: FleetSize): string {
  const toMs = nowOf(size);
  const step = question.step === "1h" ? 3600 : 60;
  const end = Math.floor(toMs / 1000 / step) * step;
  const query = new URLSearchParams({
    query: question.promql,
    start: String(end - question.days * 86_400 + step),
    end: String(end),
    step: String(step),
  });
  return `${origin}/api/v1/query_range?${query}`;
}
