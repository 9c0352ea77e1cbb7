// A host with functions made for one test.

import { app } from "@azure/functions";
import { onTestFinished } from "vitest";
import { type HostOptions, type LocalHost, startHost } from "../../../infra/local/host/host.ts";

export interface TestHost extends LocalHost {
  /** Every log record as `level name message`. */
  readonly logged: readonly string[];
}

/** Starts a host on a free port; it closes with the test. `register` gets the library's `app`. */
export async function hostWith(
  register: (library: typeof app) => void,
  options: Partial<HostOptions> = {},
): Promise<TestHost> {
  const logged: string[] = [];
  const host = await startHost({
    port: 0,
    functions: async () => register(app),
    hostJson: { version: "2.0" },
    nowMs: Date.now,
    log: (level, message, name = "host") => logged.push(`${level} ${name} ${message}`),
    env: {},
    ...options,
  });
  onTestFinished(() => host.close({ drainMs: 1_000 }));
  return Object.assign(host, { logged });
}
