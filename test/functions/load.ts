// node load.ts FILE: loads an app as the Functions host does, and prints what it registered as JSON.

import { pathToFileURL } from "node:url";
import { loadRegistrations } from "../../infra/local/host/host.ts";

const [, , file = ""] = process.argv;
const startedMs = performance.now();
const functions = await loadRegistrations(() => import(pathToFileURL(file).href));
const loadMs = Math.round(performance.now() - startedMs);
process.stdout.write(JSON.stringify({ loadMs, functions }));
