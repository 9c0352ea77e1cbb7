import * as z from "zod";

/** An error as RFC 9457 writes it. */
export const ProblemAnswer = z.object({
  type: z.string().describe("Identifies the kind of problem."),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe("What happened this time, for a person."),
  instance: z.string().describe("Path of the request."),
  errors: z
    .array(z.object({ name: z.string(), value: z.string(), expected: z.string() }))
    .optional()
    .describe("The parameters at fault."),
});
export type ProblemAnswer = z.infer<typeof ProblemAnswer>;
