import { app } from "@azure/functions";
import { getService } from "#shared/composition.ts";
import { loggerOf } from "./logger.ts";

app.timer("import", {
  schedule: "30 * * * * *",
  // Watermarks in storage say what is due; records of the last tick would be written for nobody.
  useMonitor: false,
  handler: async (_timer, context) => {
    await getService().importHistory(loggerOf(context), AbortSignal.timeout(2 * 60_000));
  },
});
