// Runs functions the way the worker does: arguments, hooks and response go through @azure/functions itself.

import { randomBytes, randomUUID } from "node:crypto";
import type { AppFunction } from "./app-functions.ts";
import type { LoadedApp } from "./functions-core.ts";
import type {
  CoreInvocationContext,
  HookName,
  InvocationResponse,
  LogCategory,
  LogLevel,
  TypedData,
} from "./rpc.ts";

/** @param functionName whose record it is; undefined: the host's own */
export type HostLog = (level: LogLevel, message: string, functionName?: string) => void;

export interface Invocations {
  /**
   * Runs a function once.
   *
   * @param reason why it runs, for the log
   * @throws what the function threw, after logging it; Error if it took longer than `functionTimeout`
   */
  run(
    target: AppFunction,
    input: TypedData,
    triggerMetadata: Readonly<Record<string, TypedData>>,
    reason: string,
  ): Promise<InvocationResponse>;
  /** How many runs are going. */
  readonly running: number;
  /** Resolves when no run is going. */
  idle(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function makeInvocations(
  app: LoadedApp,
  log: HostLog,
  functionTimeoutMs: number | undefined,
): Invocations {
  const running = new Set<Promise<unknown>>();
  const appHookData = {};
  const callHooks = async (name: HookName, context: Record<string, unknown>): Promise<void> => {
    for (const hook of app.hooks[name]) await hook(context);
  };

  const invoke = async (
    target: AppFunction,
    input: TypedData,
    triggerMetadata: Readonly<Record<string, TypedData>>,
  ): Promise<InvocationResponse> => {
    const core = coreContext(target, input, triggerMetadata, app, log);
    const model = app.model.getInvocationModel(core);
    const { context, inputs } = await model.getArguments();
    const shared = { hookData: {}, appHookData, invocationContext: context };

    core.state = "preInvocationHooks";
    const before = { ...shared, functionCallback: target.registered.callback, inputs };
    await callHooks("preInvocation", before);

    core.state = "invocation";
    const after: Record<string, unknown> = { ...shared, inputs: before.inputs, result: null, error: null };
    try {
      after["result"] = await model.invokeFunction(context, before.inputs, before.functionCallback);
    } catch (error) {
      after["error"] = error;
    }
    core.state = "postInvocationHooks";
    await callHooks("postInvocation", after);
    if (after["error"] !== null && after["error"] !== undefined) throw after["error"];
    return await model.getResponse(context, after["result"]);
  };

  return {
    run: async (target, input, triggerMetadata, reason) => {
      const startedMs = performance.now();
      log("debug", `executing (${reason})`, target.name);
      const run = withDeadline(invoke(target, input, triggerMetadata), functionTimeoutMs);
      running.add(run);
      try {
        const response = await run;
        log("debug", `succeeded after ${Math.round(performance.now() - startedMs)} ms`, target.name);
        return response;
      } catch (error) {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        log("error", `failed after ${Math.round(performance.now() - startedMs)} ms: ${text}`, target.name);
        throw error;
      } finally {
        running.delete(run);
      }
    },
    get running() {
      return running.size;
    },
    idle: async () => {
      while (running.size > 0) await Promise.allSettled(running);
    },
    start: async () => {
      const capabilities = await app.model.getCapabilities({});
      if (capabilities["HttpUri"] !== undefined) throw new Error("the local host has no HTTP streams");
      await callHooks("appStart", { hookData: {}, appHookData });
    },
    stop: () => callHooks("appTerminate", { hookData: {}, appHookData }),
  };
}

function coreContext(
  { name, bindingName, registered }: AppFunction,
  data: TypedData,
  triggerMetadata: Readonly<Record<string, TypedData>>,
  { hooks }: LoadedApp,
  log: HostLog,
): CoreInvocationContext {
  const invocationId = randomUUID();
  const traceParent = `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-00`;
  return {
    invocationId,
    metadata: registered.metadata,
    request: {
      invocationId,
      functionId: name,
      inputData: [{ name: bindingName, data }],
      triggerMetadata,
      traceContext: { traceParent },
    },
    log: (level: LogLevel, category: LogCategory, message: string) => {
      const record = { hookData: {}, level, category, message };
      for (const hook of hooks.log) hook(record);
      log(record.level, record.message, name);
    },
  };
}

/** A function cannot be stopped from outside; after its time the host only stops waiting. */
async function withDeadline<T>(run: Promise<T>, deadlineMs: number | undefined): Promise<T> {
  if (deadlineMs === undefined) return run;
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`timed out after ${deadlineMs} ms (functionTimeout of host.json)`)),
    deadlineMs,
  );
  try {
    return await Promise.race([run, promise]);
  } finally {
    clearTimeout(timer);
  }
}
