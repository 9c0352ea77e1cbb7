import { app } from "@azure/functions";
import { getService } from "#shared/composition.ts";
import { loggerOf } from "./logger.ts";

app.timer("compact", {
  schedule: "0 7 * * * *",
  // Watermarks in storage say what is due; records of the last tick would be written for nobody.
  useMonitor: false,
  // A minute less than the host allows: it stops between two clusters, and goes on in an hour.
  handler: (_timer, context) => getService().compact(loggerOf(context), AbortSignal.timeout(9 * 60_000)),
});
