import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { RestError } from "@azure/data-tables";

/**
 * The service closes connections that were idle. Who writes at that moment hears `ECONNRESET` or, with a large body, `EPIPE`; the
 * client retries the one and does not know the other. A write that had arrived all the same is found by its tag.
 */
export const brokenPipePolicy: PipelinePolicy = {
  name: "brokenPipe",
  async sendRequest(request, next) {
    try {
      return await next(request);
    } catch (error) {
      if (!(error instanceof RestError) || error.code !== "EPIPE") throw error;
      throw new RestError(error.message, { code: "ECONNRESET", request });
    }
  },
};
