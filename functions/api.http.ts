import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { app } from "@azure/functions";
import { getService } from "#shared/composition.ts";

const service = getService();

for (const route of service.api.routes) {
  app.http(route.name, {
    route: route.template,
    methods: [route.method],
    authLevel: service.authLevelOf(route),
    handler: (request) => answer(route.name, request),
  });
}

async function answer(routeName: string, request: HttpRequest): Promise<HttpResponseInit> {
  const { method, params, query, headers } = request;
  const text = () => request.text();
  const response = await service.api.handle(routeName, { method, params, query, headers, text });
  const { status, body } = response;
  return {
    status,
    headers: { ...response.headers },
    // 204 has no body, not even an empty one.
    ...(body === "" ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  };
}
