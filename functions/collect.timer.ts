import { app } from "@azure/functions";
import { getService } from "#shared/composition.ts";
import { loggerOf } from "./logger.ts";

app.timer("collect", {
  schedule: "0 * * * * *",
  handler: async (_timer, context) => {
    await getService().collect(loggerOf(context), AbortSignal.timeout(5 * 60_000));
  },
});
