import { app } from "@azure/functions";
import { getService } from "#shared/composition.ts";

app.timer("compact", {
  schedule: "0 7 * * * *",
  // Watermarks in storage say what is due; records of the last tick would be written for nobody.
  useMonitor: false,
  handler: () => getService().compact(),
});
