import { app } from "@azure/functions";
import { getService } from "#shared/composition.ts";
import { loggerOf } from "./logger.ts";

app.timer("sweep", {
  schedule: "15 * * * * *",
  handler: (_timer, context) => getService().sweep(loggerOf(context)),
});
