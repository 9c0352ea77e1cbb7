import { app } from "@azure/functions";
import { getService } from "#shared/composition.ts";
import { loggerOf } from "./logger.ts";

app.timer("collect", {
  schedule: "0 * * * * *",
  // Watermarks in storage say what is due; records of the last tick would be written for nobody.
  useMonitor: false,
  handler: async (_timer, context) => {
    await getService().collect(loggerOf(context), AbortSignal.timeout(5 * 60_000));
  },
});
