import { app } from "@azure/functions";
import { getService } from "#shared/composition.ts";

app.timer("compact", {
  schedule: "0 7 * * * *",
  handler: () => getService().compact(),
});
