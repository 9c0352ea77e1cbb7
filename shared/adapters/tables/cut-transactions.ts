import type { Step } from "./step.ts";

/** Limits of an entity group transaction (Azure docs, "Understanding the Table service data model"), with room for what the estimate leaves out. */
const MOST_STEPS = 100;
const MOST_BYTES = 3.5 * 1024 * 1024;
/** Headers, keys and property names of one step. */
const STEP_BYTES = 1500;

/**
 * Steps in as few transactions as the limits allow, in their order.
 *
 * @param reserved steps that the caller adds to each
 */
export function cutTransactions<T extends { readonly step: Step }>(items: readonly T[], reserved = 0): T[][] {
  const transactions: T[][] = [];
  let current: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = stepBytes(item.step);
    if (current.length > 0 && (current.length + reserved >= MOST_STEPS || bytes + size > MOST_BYTES)) {
      transactions.push(current);
      current = [];
      bytes = 0;
    }
    current.push(item);
    bytes += size;
  }
  if (current.length > 0) transactions.push(current);
  return transactions;
}

/** About what a step takes in the body: binary travels as base64, text as UTF-8. */
function stepBytes(step: Step): number {
  let bytes = STEP_BYTES;
  if (step.kind === "delete") return bytes;
  for (const value of Object.values(step.properties)) {
    if (value instanceof Uint8Array) bytes += Math.ceil(value.length / 3) * 4;
    else if (typeof value === "string") bytes += value.length * 3;
  }
  return bytes;
}
