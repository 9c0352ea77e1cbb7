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
  const response = await service.api.handle(routeName, { method, params, query, headers });
  const { status, body } = response;
  return {
    status,
    headers: { ...response.headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}
