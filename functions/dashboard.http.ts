import { app } from "@azure/functions";

app.http("dashboard", {
  route: "dashboard/{*path}",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: async ({ params, headers }) => {
    const { answerDashboard } = await import("#shared/dashboard-files.ts");
    const { body, ...rest } = await answerDashboard({ path: params["path"], headers });
    return { ...rest, headers: { ...rest.headers }, ...(body === undefined ? {} : { body: body }) };
  },
});
