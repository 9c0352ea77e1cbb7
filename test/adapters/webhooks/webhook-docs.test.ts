import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { MESSAGE_KINDS } from "#core/alert/incident.ts";
import { hugeMessage, STORY } from "../../core/notify/support-messages.ts";
import { rendered } from "./support-rendering.ts";

const PAGE = readFileSync(new URL("../../../docs/webhooks.md", import.meta.url), "utf8");

const text = z.string().min(1);
const time = z.iso.datetime();
const count = z.int().min(0);

/** The form that docs/webhooks.md promises. */
const Payload = z.strictObject({
  type: z.enum(MESSAGE_KINDS.map((kind) => `snatwatch.incident.${kind}`)),
  timestamp: time,
  data: z.strictObject({
    incident: z.strictObject({
      id: text,
      sequence: z.int().min(1),
      status: z.enum(["open", "resolved"]),
      severity: z.enum(["critical", "warning"]),
      reason: text,
      openedAt: time,
    }),
    cluster: z.strictObject({
      id: text,
      name: text,
      subscriptionId: text,
      resourceGroup: text,
      location: text,
    }),
    title: text,
    text,
    late: text.nullable(),
    exhaustionInSeconds: z.number().min(0).nullable(),
    check: text,
    cause: text.nullable(),
    notes: z.array(text),
    silence: z.strictObject({ until: time, createdBy: text, comment: text }).nullable(),
    evidence: z.array(
      z.strictObject({
        name: text,
        value: z.union([z.number(), z.string()]),
        unit: text.nullable(),
        limit: z.number().nullable(),
      }),
    ),
    remedy: z.strictObject({ text, commands: z.array(text), commandsLeftOut: count }).nullable(),
    links: z.array(z.strictObject({ label: text, url: z.url() })),
    alerts: z.array(
      z.strictObject({
        check: text,
        severity: z.enum(["critical", "warning"]),
        summary: text,
        node: text.nullable(),
        backendIp: text.nullable(),
        protocol: text.nullable(),
        resourceId: text.nullable(),
        destination: text.nullable(),
        usedPorts: z.number().nullable(),
        allocatedPorts: z.number().nullable(),
        usedRatio: z.number().nullable(),
        trend: z.array(z.number().nullable()),
      }),
    ),
    counts: z.strictObject({ total: count, critical: count, warning: count, notShown: count }),
  }),
});

test("every payload has the documented form", () => {
  for (const told of [...STORY, hugeMessage()]) {
    const payload = Payload.parse(JSON.parse(rendered("webhook", told).body));
    expect(payload.data.counts.total).toBe(told.alerts.length);
    expect(payload.data.alerts.length + payload.data.counts.notShown).toBe(told.alerts.length);
  }
});

test("the page names every field, and its example is a real message", () => {
  for (const kind of MESSAGE_KINDS) expect(PAGE).toContain(`\`${kind}\``);
  for (const [name, schema] of Object.entries(Payload.shape.data.shape)) {
    expect(PAGE).toContain(`\`${name}\``);
    const part = schema instanceof z.ZodNullable ? schema.unwrap() : schema;
    const inner = part instanceof z.ZodArray ? part.element : part;
    if (inner instanceof z.ZodObject) expect(PAGE).toContain(`{${Object.keys(inner.shape).join(", ")}}`);
  }
  const [, example = ""] = /```json\n(\{[\s\S]*?)\n```/.exec(PAGE) ?? [];
  const escalated = STORY.find(({ kind }) => kind === "escalated");
  if (escalated === undefined) throw new Error("the story has no escalation");
  expect(JSON.parse(example)).toEqual(JSON.parse(rendered("webhook", escalated).body));
});
