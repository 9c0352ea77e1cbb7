import { app } from "@azure/functions";
import { getService } from "#shared/composition.ts";
import { loggerOf } from "./logger.ts";

app.storageQueue("deliver", {
  queueName: "snatwatch-deliver",
  connection: "AzureWebJobsStorage",
  handler: (message, context) =>
    getService().deliver(message, loggerOf(context), AbortSignal.timeout(60_000)),
});
