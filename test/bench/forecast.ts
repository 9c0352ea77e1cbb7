// What the forecast of one cluster costs a minute, and how many bytes its state takes: `node test/bench/forecast.ts [--nodes 100]`.
// Every node is followed: the dearest case. Absolute times are this machine's.

import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { deflateRawSync } from "node:zlib";
import { createBlock, ensureSeries } from "#core/series/sample-block.ts";
import { chanceToRunOut } from "#core/snat/chance.ts";
import { followCourses, NO_COURSES, type NodeCourses } from "#core/snat/node-courses.ts";
import { nodePortsAt } from "#core/snat/node-ports.ts";
import { MINUTE_MS } from "#core/time.ts";
import { backendIp, T0 } from "../support/builders.ts";
import { Random } from "./detect/flows/random.ts";

const { values } = parseArgs({ options: { nodes: { type: "string", default: "100" } } });
const nodes = Number(values.nodes);
if (!Number.isInteger(nodes) || nodes < 1) throw new Error("--nodes: expected a whole number from 1 on");

const MINUTES = 600;
const WARM_UP = 300;
const ALLOCATED = 1_024;

const block = createBlock(T0, T0 + MINUTES * MINUTE_MS);
for (let index = 0; index < nodes; index += 1) {
  const random = new Random(index);
  const labels = { frontendIp: "20.0.0.1", backendIp: backendIp(index), protocol: "tcp" } as const;
  const used = ensureSeries(block, "usedPorts", labels).values;
  ensureSeries(block, "allocatedPorts", labels).values.fill(ALLOCATED);
  let deviation = 0;
  for (let minute = 0; minute < MINUTES; minute += 1) {
    deviation = 0.9 * deviation + 0.02 * random.normal();
    used[minute] = Math.min(ALLOCATED, Math.round(ALLOCATED * 0.8 * (1 + deviation)));
  }
}

let courses: NodeCourses = NO_COURSES;
const following: number[] = [];
const telling: number[] = [];
for (let minute = 20; minute < MINUTES; minute += 1) {
  const minuteMs = T0 + minute * MINUTE_MS;
  const ports = nodePortsAt(block, minuteMs, 5 * MINUTE_MS);
  const start = performance.now();
  courses = followCourses(courses, block, ports, minuteMs);
  const followed = performance.now();
  for (const course of courses) chanceToRunOut(course, ALLOCATED);
  if (minute < WARM_UP) continue;
  following.push(followed - start);
  telling.push(performance.now() - followed);
}

const text = JSON.stringify(courses);
console.table({
  [`${nodes} nodes, all of them followed`]: {
    "courses a minute on, us": median(following),
    "chances, us": median(telling),
    "state, bytes": text.length,
    "deflated, bytes": deflateRawSync(text).length,
  },
});

/** Microseconds. */
function median(times: readonly number[]): number {
  return Math.round((times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN) * 1_000);
}
