import { app } from "@azure/functions";
import { answerHttp } from "#api/answer-http.ts";
import { getService } from "#shared/composition.ts";

const service = getService();
const { api, bodyForms } = service;

for (const route of api.routes) {
  app.http(route.name, {
    route: route.template,
    methods: [route.method],
    authLevel: service.authLevelOf(route),
    handler: async (request) => {
      const { method, params, query, headers } = request;
      const text = () => request.text();
      const asked = { method, params, query, headers, text };
      const answer = await answerHttp(api, bodyForms, route.name, asked);
      return { ...answer, headers: { ...answer.headers } };
    },
  });
}
