import { app } from "@azure/functions";
import { getService } from "#shared/composition.ts";
import { loggerOf } from "./logger.ts";

app.timer("sweep", {
  schedule: "15 * * * * *",
  // Watermarks in storage say what is due; records of the last tick would be written for nobody.
  useMonitor: false,
  handler: (_timer, context) => getService().sweep(loggerOf(context)),
});
