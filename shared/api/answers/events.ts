import * as z from "zod";
import { MESSAGE_KINDS } from "#core/alert/incident.ts";
import { EVENT_KINDS, TOPOLOGY_CHANGES } from "#core/events/event.ts";
import { instant, status, subject } from "./fields.ts";

const badCheck = z.object({ check: z.string(), outcome: z.enum(["fail", "unknown", "warn"]) });
const changeValue = z.union([z.string(), z.number(), z.array(z.string()), z.null()]);

/** One time line of a cluster, oldest first. */
export const EventsAnswer = z.object({
  from: instant,
  to: instant.describe("Exclusive."),
  events: z.array(
    z.object({
      time: instant.describe(
        "The judged minute of a verdict or alert, the minute of the discovery that saw a change, the instant at which a message was settled.",
      ),
      kind: z.enum(EVENT_KINDS),
      title: z.string(),
      detail: z.string().nullable(),
      severity: z.enum(["critical", "warning", "unknown", "ok", "info"]),
      check: z.string().nullable(),
      incident: z.string().nullable(),
      channel: z.string().nullable(),
      verdict: z
        .object({
          from: status.nullable().describe("`null`: judged for the first time."),
          to: status,
          began: z.array(badCheck).describe("Checks that are worse than they were, as they are now."),
          ended: z
            .array(badCheck)
            .describe(
              "Checks that are better than they were, as they were; told after five minutes without.",
            ),
        })
        .optional(),
      alert: z
        .object({
          state: z
            .enum(["firing", "escalated", "eased", "resolved"])
            .describe("`eased`: critical before, a warning now."),
          severity: z.enum(["critical", "warning"]),
          subject,
          since: instant.describe("First minute of the breach."),
          explainedBy: z.string().nullable().describe("The check that explains it."),
          hushed: z.boolean().describe("True if a silence or a maintenance kept it from being told."),
        })
        .optional(),
      topology: z
        .object({
          change: z.enum(TOPOLOGY_CHANGES),
          subject: z
            .string()
            .nullable()
            .describe("The pool, rule or device that changed; `null`: the cluster itself."),
          before: changeValue.describe("`null`: there was none."),
          after: changeValue.describe("`null`: there is none any more."),
        })
        .optional(),
      notification: z
        .object({
          message: z.enum(MESSAGE_KINDS),
          sequence: z.int(),
          outcome: z.enum(["delivered", "dead", "superseded"]),
          tries: z.int(),
        })
        .optional(),
    }),
  ),
  incomplete: z
    .boolean()
    .describe(
      "True if a stored event could not be read, or there are more than an answer holds; `faults` says which.",
    ),
  faults: z.array(z.string()),
});
export type EventsAnswer = z.infer<typeof EventsAnswer>;
