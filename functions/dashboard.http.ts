import { app } from "@azure/functions";
import { answerDashboard } from "#shared/dashboard-files.ts";

app.http("dashboard", {
  route: "dashboard/{*path}",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: async ({ params, headers }) => {
    const { body, ...rest } = await answerDashboard({ path: params["path"], headers });
    return { ...rest, headers: { ...rest.headers }, ...(body === undefined ? {} : { body: body }) };
  },
});
