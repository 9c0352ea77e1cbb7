// What the app registered, as data: one plain record per function, checked once, before anything starts.

import type { LoadedApp, RegisteredFunction } from "./functions-core.ts";
import type { Binding } from "./rpc.ts";

export type AuthLevel = "anonymous" | "function" | "admin";

interface Common {
  readonly name: string;
  /** The name of the trigger's binding: invocations carry their input under it. */
  readonly bindingName: string;
  readonly binding: Binding;
  readonly registered: RegisteredFunction;
}

export interface HttpFunction extends Common {
  readonly type: "httpTrigger";
  readonly authLevel: AuthLevel;
  /** Upper case. */
  readonly methods: readonly string[];
  /** Without the route prefix. */
  readonly route: string;
}

export interface TimerFunction extends Common {
  readonly type: "timerTrigger";
  readonly schedule: string;
  readonly runOnStartup: boolean;
}

export interface QueueFunction extends Common {
  readonly type: "queueTrigger";
  readonly queueName: string;
  /** The name of the app setting that holds the connection string. */
  readonly connection: string;
}

export type AppFunction = HttpFunction | TimerFunction | QueueFunction;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param env for `%SETTING%` in schedules, queue names and routes; undefined: leave them as they are written
 * @throws Error for a trigger or an output that this host does not imitate: better than silence
 */
export function describeFunctions(app: LoadedApp, env: Environment | undefined): AppFunction[] {
  return [...app.functions.values()].map((registered) => describeFunction(registered, env));
}

function describeFunction(registered: RegisteredFunction, env: Environment | undefined): AppFunction {
  const { name, bindings, retryOptions } = registered.metadata;
  const refuse = (what: string): Error => new Error(`function "${name}": ${what}`);
  if (retryOptions) throw refuse("the local host has no retry policies");

  const entries = Object.entries(bindings);
  const trigger = entries.find(([, { type }]) => /trigger$/i.test(type));
  if (trigger === undefined) throw refuse("no trigger");
  const [bindingName, binding] = trigger;
  for (const [, other] of entries) {
    if (other !== binding && other.type !== "http")
      throw refuse(`the local host has no binding "${other.type}"`);
  }
  const text = (setting: string, fallback?: string): string => {
    const value = binding[setting] ?? fallback;
    if (typeof value !== "string") throw refuse(`the trigger's ${setting} must be a string: ${value}`);
    if (env === undefined) return value;
    return value.replace(/%([^%]+)%/g, (_, key: string) => {
      const resolved = env[key];
      if (resolved === undefined) throw refuse(`the trigger's ${setting} needs the app setting "${key}"`);
      return resolved;
    });
  };

  const common = { name, bindingName, binding, registered };
  switch (binding.type) {
    case "httpTrigger":
      return {
        ...common,
        type: "httpTrigger",
        authLevel: authLevel(text("authLevel", "anonymous")),
        methods: methodsOf(binding),
        route: text("route", name).replace(/^\/+|\/+$/g, ""),
      };
    case "timerTrigger":
      return {
        ...common,
        type: "timerTrigger",
        schedule: text("schedule"),
        runOnStartup: binding["runOnStartup"] === true,
      };
    case "queueTrigger":
      return {
        ...common,
        type: "queueTrigger",
        queueName: text("queueName").toLowerCase(),
        connection: text("connection", "AzureWebJobsStorage"),
      };
    default:
      throw refuse(`the local host has no trigger "${binding.type}"`);
  }
}

function authLevel(text: string): AuthLevel {
  const level = text.toLowerCase();
  if (level === "anonymous" || level === "function" || level === "admin") return level;
  throw new RangeError(`authLevel must be anonymous, function or admin: ${text}`);
}

function methodsOf(binding: Binding): string[] {
  const methods = binding["methods"];
  return Array.isArray(methods) ? methods.map((each) => String(each).toUpperCase()) : ["GET", "POST"];
}

/** Connection strings are found as the real host does: `AzureWebJobsNAME` before `NAME`. */
export function connectionString(env: Environment, connection: string): string {
  const value = env[`AzureWebJobs${connection}`] ?? env[connection];
  if (value) return value;
  throw new Error(`app setting "${connection}" must hold the connection string of a storage account`);
}
