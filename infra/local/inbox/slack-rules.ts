import { asList, asRecord, asText } from "./json.ts";

const MAX_BLOCKS = 50;
/** Where Slack has been seen to refuse (bolt-js issue 2509). */
const MAX_BLOCKS_LENGTH = 13_200;
const MAX_TEXT: Readonly<Record<string, number>> = { header: 150, section: 3_000 };

/** Slack's word for what is wrong with a payload, `null` where it would take it. */
export function slackFault(payload: unknown): string | null {
  const message = asRecord(payload);
  if (message === null) return "invalid_payload";
  const blocks = asList(message["blocks"]);
  if (asText(message["text"]) === "" && blocks.length === 0) return "no_text";
  if (blocks.length > MAX_BLOCKS) return "invalid_blocks";
  if (JSON.stringify(blocks).length > MAX_BLOCKS_LENGTH) return "msg_blocks_too_long";
  return blocks.every(isWithinLimits) ? null : "invalid_blocks";
}

function isWithinLimits(block: unknown): boolean {
  const fields = asRecord(block);
  const type = asText(fields?.["type"]);
  if (type === "context") {
    const count = asList(fields?.["elements"]).length;
    return count > 0 && count <= 10;
  }
  const limit = MAX_TEXT[type];
  if (limit === undefined || fields?.["text"] === undefined) return type !== "";
  const text = asText(asRecord(fields["text"])?.["text"]);
  return text.length > 0 && text.length <= limit;
}
