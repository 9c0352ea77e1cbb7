import type { Step } from "./tripwire.ts";

const isTransaction = (path: string) => path.includes("$batch");
const writes = (pattern: RegExp) => (_method: string, path: string, body: string) =>
  isTransaction(path) && pattern.test(body);

/** A request, and with it two moments: before it is made, and before its answer is heard. */
const MOMENTS: readonly Omit<Step, "when">[] = [
  { name: "collect: metrics are read", at: "azure", matches: (_, path) => path.includes("metrics:getBatch") },
  {
    name: "collect: silences are read",
    at: "table",
    matches: (method, path) => method === "GET" && /Silences/.test(path),
  },
  { name: "collect: samples are stored", at: "table", matches: writes(/Series/i) },
  { name: "collect: the decision is saved", at: "table", matches: writes(/States\(/) },
  {
    name: "collect: outbox rows are inserted",
    at: "table",
    matches: writes(/POST \S*Outbox\b[\s\S]*"RowKey":"row:/),
  },
  { name: "collect: the queue is told", at: "queue", matches: isSend },
  {
    name: "deliver: the queue hands a message over",
    at: "queue",
    matches: (method, path) => method === "GET" && /snatwatch-deliver\/messages\?/.test(path),
    brings: (answer) => answer.includes("<QueueMessage>"),
  },
  {
    name: "deliver: the row is read",
    at: "table",
    matches: (method, path) => method === "GET" && /Outbox.*row%3A|Outbox.*row:/.test(path),
  },
  { name: "deliver: the lease is taken", at: "table", matches: writes(/"state":"sending"/) },
  { name: "deliver: the message is sent", at: "receiver", matches: (method) => method === "POST" },
  { name: "deliver: the row is marked", at: "table", matches: writes(/"state":"delivered"/) },
  { name: "deliver: a place in the rate is taken", at: "table", matches: writes(/gate/) },
  {
    name: "deliver: the queue's message is removed",
    at: "queue",
    matches: (method, path) => method === "DELETE" && path.includes("deliver"),
  },
];

/** Where the product is killed. */
export const STEPS: readonly Step[] = MOMENTS.flatMap((moment) => [
  { ...moment, when: "before" as const },
  { ...moment, when: "after" as const },
]);

function isSend(method: string, path: string): boolean {
  return method === "POST" && /snatwatch-deliver\/messages\?/.test(path);
}
