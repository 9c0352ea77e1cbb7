// The messages between the Functions host and @azure/functions, as far as the local host speaks them.
//
// The real ones are protobuf (FunctionRpc.proto) and the types of `@azure/functions-core`, a module that
// exists only inside the worker. These were read from the source of @azure/functions 4.16.5
// (`src/converters`, `src/InvocationModel.ts`) and of azure-functions-nodejs-worker.

export type LogLevel = "trace" | "debug" | "information" | "warning" | "error" | "critical" | "none";

/** `user`: the function's own `context.log`; `system`: the library. */
export type LogCategory = "user" | "system" | "customMetric";

export interface Binding {
  readonly type: string;
  readonly direction: "in" | "out" | "inout";
  readonly [setting: string]: unknown;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: unknown;
}

export type FunctionCallback = (...inputs: unknown[]) => unknown;

/** One value; the kind is the name of the property that is set. */
export interface TypedData {
  readonly string?: string;
  /** JSON text. */
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly int?: number;
  readonly double?: number;
  readonly http?: HttpData;
}

export interface Nullable<T> {
  readonly value: T;
}

export interface HttpData {
  // Request.
  readonly method?: string;
  readonly url?: string;
  readonly nullableHeaders?: Readonly<Record<string, Nullable<string>>>;
  readonly nullableParams?: Readonly<Record<string, Nullable<string>>>;
  readonly nullableQuery?: Readonly<Record<string, Nullable<string>>>;
  // Response.
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly HttpCookie[];
  // Both.
  readonly body?: TypedData | null;
}

export interface HttpCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: Nullable<string>;
  readonly path?: Nullable<string>;
  /** Whole seconds since 1970. */
  readonly expires?: Nullable<{ readonly seconds: number }>;
  readonly secure?: Nullable<boolean>;
  readonly httpOnly?: Nullable<boolean>;
  /** `none` here means "not given"; the attribute `SameSite=None` is `explicitNone`. */
  readonly sameSite?: "none" | "lax" | "strict" | "explicitNone";
  /** Seconds. */
  readonly maxAge?: Nullable<number>;
}

interface InvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  readonly traceContext?: { readonly traceParent: string };
}

export interface InvocationResponse {
  readonly returnValue?: TypedData | null;
  readonly outputData?: readonly { readonly name: string; readonly data: TypedData }[];
}

type InvocationState = "preInvocationHooks" | "invocation" | "postInvocationHooks";

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly metadata: FunctionMetadata;
  readonly request: InvocationRequest;
  state?: InvocationState;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

/** What @azure/functions makes for one invocation; its `context` is the one handlers get. */
interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], handler: FunctionCallback): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(core: CoreInvocationContext): InvocationModel;
  getCapabilities(ofWorker: Record<string, string>): Promise<Record<string, string>>;
}

/** Hooks may change what is in their context: that is what they are for. */
export type HookCallback = (context: Record<string, unknown>) => unknown;
export type HookName = "appStart" | "appTerminate" | "preInvocation" | "postInvocation" | "log";
