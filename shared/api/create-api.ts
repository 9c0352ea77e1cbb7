import { authorise, refuseWriter } from "./access.ts";
import { MAX_BODY_BYTES, readBody } from "./body.ts";
import type { ApiRequest, ApiResponse } from "./http.ts";
import { invalidParameters, problem, problemOf } from "./problem.ts";
import type { ApiDependencies, Route } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { refuseWrite } from "./write-guard.ts";

/** The HTTP API without a host. */
export interface Api {
  readonly routes: readonly Route[];
  /**
   * Answers a request to the route of that name. Never throws for a request.
   *
   * @throws RangeError if there is no route of that name, which only a bug in the wiring can cause
   */
  handle(routeName: string, request: ApiRequest): Promise<ApiResponse>;
}

export function createApi(dependencies: ApiDependencies): Api {
  const startedAtMs = dependencies.clock.nowMs();
  return {
    routes: ROUTES,
    async handle(routeName, request) {
      const route = ROUTES.find(({ name }) => name === routeName);
      if (route === undefined) throw new RangeError(`no route has the name ${routeName}`);
      const nowMs = dependencies.clock.nowMs();
      const instance = pathOf(route, request);
      try {
        return await answer(route, request, { ...dependencies, nowMs, startedAtMs, instance });
      } catch (error) {
        return problemOf(error, instance, nowMs, dependencies.logger);
      }
    },
  };
}

async function answer(
  route: Route,
  request: ApiRequest,
  known: ApiDependencies & {
    readonly nowMs: number;
    readonly startedAtMs: number;
    readonly instance: string;
  },
): Promise<ApiResponse> {
  const { instance } = known;
  if (request.method !== route.method) {
    const detail = `expected ${route.method}, got ${request.method}`;
    return problem("method-not-allowed", detail, instance, { headers: { allow: route.method } });
  }
  const access = authorise(known.settings, request.headers, route);
  if (access === "refused") {
    return problem(
      "not-authenticated",
      "expected a caller that App Service authentication has identified",
      instance,
    );
  }
  const forbidden = refuseWriter(known.settings, request.headers, route);
  if (forbidden !== null) return problem("not-allowed", forbidden, instance);
  const refusal = route.method === "GET" ? null : refuseWrite(request, instance);
  if (refusal !== null) return refusal;
  const body = route.method === "GET" ? "" : await readBody(request);
  if (body === undefined) {
    return problem("body-too-large", `expected at most ${MAX_BODY_BYTES} bytes`, instance);
  }
  const context = { ...known, access, params: request.params, routes: ROUTES };
  const handler = await route.load();
  const outcome = handler.answer(context, request.query, body);
  return "faults" in outcome ? invalidParameters(outcome.faults, instance) : await outcome;
}

/** The path that was asked for. The query stays out: it may hold the caller's key. */
function pathOf(route: Route, { params }: ApiRequest): string {
  const path = route.template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ""),
  );
  return `/api/${path}`;
}
