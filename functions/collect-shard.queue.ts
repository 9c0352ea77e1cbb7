import { app } from "@azure/functions";
import { getService } from "#shared/composition.ts";
import { loggerOf } from "./logger.ts";

app.storageQueue("collectShard", {
  queueName: "snatwatch-collect",
  connection: "AzureWebJobsStorage",
  handler: (message, context) =>
    getService().collectShard(message, loggerOf(context), AbortSignal.timeout(5 * 60_000)),
});
