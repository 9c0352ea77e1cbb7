// Our answer to `require("@azure/functions-core")`, the module by which @azure/functions finds its host.
//
// @azure/functions keeps the module it got first for the life of the process, and registers functions while
// their files load. So there is one module per process, and one registration session open at a time.

import { registerHooks } from "node:module";
import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  HookName,
  LogCategory,
  LogLevel,
  ProgrammingModel,
} from "./rpc.ts";

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

export interface LoadedApp {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly hooks: Readonly<Record<HookName, Set<HookCallback>>>;
  readonly model: ProgrammingModel;
}

export type SystemLog = (level: LogLevel, message: string) => void;

interface Session {
  readonly functions: Map<string, RegisteredFunction>;
  readonly hooks: Record<HookName, Set<HookCallback>>;
}

/** Lives on `globalThis`, because this file may be loaded twice (a test runner's copy beside Node's). */
interface Seam {
  session?: Session;
  model?: ProgrammingModel;
  /** Of the app loaded last: the library logs without saying for whom. */
  log?: SystemLog;
}

const SEAM = Symbol.for("snatwatch.functions-core");
const CORE_URL = "snatwatch:functions-core";

function seam(): Seam {
  const place: typeof globalThis & { [SEAM]?: Seam & { core: object } } = globalThis;
  place[SEAM] ??= install();
  return place[SEAM];
}

/** Makes the module and teaches Node to resolve it, for `require` and `import` alike. */
function install(): Seam & { core: object } {
  const state: Seam & { core: object } = { core: {} };
  const session = (): Session => {
    if (state.session === undefined) throw new Error("a function can only be registered during app startup");
    return state.session;
  };
  state.core = {
    version: "snatwatch-local-host",
    hostVersion: "4.1040.0",
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) => {
      const { functions } = session();
      if (functions.has(metadata.name)) {
        throw new Error(`a function named "${metadata.name}" is registered already`);
      }
      functions.set(metadata.name, { metadata, callback });
      return { dispose: () => functions.delete(metadata.name) };
    },
    setProgrammingModel: (model: ProgrammingModel) => {
      state.model = model;
    },
    getProgrammingModel: () => state.model,
    registerHook: (name: HookName, callback: HookCallback) => {
      const hooks = session().hooks[name];
      if (hooks === undefined) throw new RangeError(`unrecognized hook "${name}"`);
      hooks.add(callback);
      return { dispose: () => hooks.delete(callback) };
    },
    log: (level: LogLevel, _category: LogCategory, message: string) => state.log?.(level, message),
  };
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "@azure/functions-core"
        ? { url: CORE_URL, format: "commonjs", shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === CORE_URL
        ? {
            format: "commonjs",
            source: `module.exports = globalThis[Symbol.for("snatwatch.functions-core")].core;`,
            shortCircuit: true,
          }
        : next(url, context),
  });
  return state;
}

/**
 * Runs `load`, which imports or requires the files that register functions, and hands back what they did.
 *
 * @throws Error if nothing was registered: the files were loaded before (a module runs once in a process),
 * or `@azure/functions` was, before the seam was there
 */
export async function loadApp(load: () => Promise<unknown>, log: SystemLog): Promise<LoadedApp> {
  const state = seam();
  if (state.session !== undefined) throw new Error("another app is being loaded in this process");
  const session: Session = {
    functions: new Map(),
    hooks: {
      appStart: new Set(),
      appTerminate: new Set(),
      preInvocation: new Set(),
      postInvocation: new Set(),
      log: new Set(),
    },
  };
  state.session = session;
  state.log = log;
  try {
    await load();
  } finally {
    delete state.session;
  }
  if (session.functions.size === 0 || state.model === undefined) {
    throw new Error(
      "no function was registered; were the function files, or @azure/functions, loaded before the local host?",
    );
  }
  return { functions: session.functions, hooks: session.hooks, model: state.model };
}
