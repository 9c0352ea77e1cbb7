import * as z from "zod";
import type { Status } from "#core/verdict/verdict.ts";
import { isNamedBy } from "./find-cluster.ts";
import { loadFleet } from "./fleet.ts";
import { textResponse } from "./http.ts";
import { problem } from "./problem.ts";
import { defineRoute } from "./route.ts";

/** White text has a contrast of 4.5 and more on each. */
const COLOURS: Readonly<Record<Status, string>> = {
  healthy: "#2a7a3b",
  warning: "#9a6700",
  critical: "#c02a2a",
  unknown: "#5c6370",
};

/** As long as a minute is judged; an image proxy asks again after it. */
const LASTS_SECONDS = 60;

export const badgeRoute = defineRoute({
  summary:
    "The status of a cluster as a picture for a page. Without a name; `unknown` for whoever is not identified and guesses.",
  query: z.object({}),
  responses: { 200: { description: "The badge.", content: { "image/svg+xml": null } } },
  async handle(context) {
    const { access, instance, params } = context;
    // All is read also for a cluster that is not there: nothing, not even the time it takes, is to tell who is.
    const isNamed = isNamedBy(params);
    const member = (await loadFleet(context)).find(({ entry }) => isNamed(entry));
    if (member === undefined && access === "full") {
      return problem("not-found", "no such cluster is known", instance);
    }
    const scope = access === "full" ? "private" : "public";
    return textResponse(drawBadge(member?.standing.status ?? "unknown"), "image/svg+xml; charset=utf-8", {
      "cache-control": `${scope}, max-age=${LASTS_SECONDS}`,
    });
  },
});

/** Of words of ours alone: no text from outside is in it. Colours are attributes, since the policy of answers allows no style. */
function drawBadge(status: Status): string {
  const [labelWidth, wordWidth] = [48, 16 + 7 * status.length];
  const width = labelWidth + wordWidth;
  const text = (word: string, middle: number) => `<text x="${middle}" y="14">${word}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-labelledby="title">`,
    `<title id="title">egress: ${status}</title>`,
    `<rect width="${width}" height="20" rx="3" fill="#3b4048"/>`,
    `<path d="M${labelWidth} 0h${wordWidth - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-${wordWidth - 3}z" fill="${COLOURS[status]}"/>`,
    `<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">`,
    text("egress", labelWidth / 2),
    text(status, labelWidth + wordWidth / 2),
    "</g></svg>\n",
  ].join("");
}
