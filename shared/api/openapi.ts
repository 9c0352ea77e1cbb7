import * as z from "zod";
import { ProblemAnswer } from "./answers/problem.ts";
import { jsonResponse } from "./http.ts";
import { defineRoute, type Route, type RouteHandler, type RouteResponse } from "./route.ts";

type JsonObject = Record<string, unknown>;
type LoadedRoute = Route & RouteHandler;

export const openapiRoute = defineRoute({
  summary: "This description.",
  query: z.object({}),
  responses: {
    200: {
      description: "OpenAPI 3.1.",
      content: {
        "application/json": z
          .object({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) })
          .loose(),
      },
    },
  },
  async handle({ routes, version }) {
    const loaded = await Promise.all(routes.map(async (route) => ({ ...route, ...(await route.load()) })));
    return jsonResponse(describeApi(loaded, version));
  },
});

/** The API as OpenAPI 3.1, made from the schemas that read the queries and that the tests hold the answers against. */
function describeApi(routes: readonly LoadedRoute[], version: string): JsonObject {
  const byTemplate = Map.groupBy(routes, ({ template }) => template);
  const paths = [...byTemplate].map(([template, sharing]) => [
    `/${template}`,
    Object.fromEntries(sharing.map((route) => [route.method.toLowerCase(), describeRoute(route)])),
  ]);
  return {
    openapi: "3.1.0",
    info: {
      title: "Snatwatch",
      description: "Egress health of AKS clusters.",
      version,
      license: { name: "MIT" },
    },
    servers: [{ url: "/api" }],
    security: [{ keyHeader: [] }, { keyParameter: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        keyHeader: { type: "apiKey", in: "header", name: "x-functions-key" },
        keyParameter: { type: "apiKey", in: "query", name: "code" },
      },
      schemas: { Problem: toSchema(ProblemAnswer, "output") },
      responses: {
        Problem: {
          description: "What went wrong, as RFC 9457 writes it. 503 has `Retry-After`.",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
    },
  };
}

function describeRoute(route: LoadedRoute): JsonObject {
  const responses = Object.entries(route.responses).map(([status, response]) => [
    status,
    describeResponse(response),
  ]);
  return {
    operationId: route.name,
    summary: route.summary,
    parameters: [...describePathParameters(route.template), ...describeQueryParameters(route.query)],
    ...(route.body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: toSchema(route.body, "input") } },
          },
        }),
    responses: {
      ...Object.fromEntries(responses),
      ...(route.method === "GET" ? { 304: NOT_MODIFIED } : {}),
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

const NOT_MODIFIED: JsonObject = {
  description: "The answer is the one whose `ETag` stands in `If-None-Match`.",
};

function describePathParameters(template: string): JsonObject[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    description: "In any case.",
    schema: { type: "string" },
  }));
}

function describeQueryParameters(query: z.ZodObject): JsonObject[] {
  return Object.entries(query.shape).map(([name, schema]) => {
    const { description, ...type } = toSchema(schema, "input");
    return {
      name,
      in: "query",
      required: !z.safeParse(schema, undefined).success,
      ...(description === undefined ? {} : { description }),
      schema: type,
    };
  });
}

function describeResponse({ description, content }: RouteResponse): JsonObject {
  const described = Object.entries(content).map(([contentType, schema]) => [
    contentType,
    { schema: schema === null ? { type: "string" } : toSchema(schema, "output") },
  ]);
  return { description, content: Object.fromEntries(described) };
}

function toSchema(schema: z.core.$ZodType, io: "input" | "output"): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
