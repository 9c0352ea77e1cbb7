import * as z from "zod";
import { isOpen } from "#core/notify/delivery-state.ts";
import { DAY_MS } from "#core/time.ts";
import type { ChannelInfo } from "#ports/channel-directory.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import { type ChannelRow, ChannelsAnswer } from "./answers/channels.ts";
import { jsonResponse } from "./http.ts";
import { type ApiContext, defineRoute } from "./route.ts";
import { toWireTime } from "./wire-time.ts";

/** Older deliveries say nothing of how a channel does. */
const LOOK_BACK_MS = 7 * DAY_MS;

export const channelsRoute = defineRoute({
  summary: "The configured channels without their secrets, and how their deliveries stand.",
  query: z.object({}),
  responses: { 200: { description: "The channels.", content: { "application/json": ChannelsAnswer } } },
  async handle(context) {
    const [rows, directory] = await Promise.all([listRows(context), context.channels?.()]);
    const channels = (directory?.list ?? []).map((channel) =>
      toRow(
        channel,
        rows.filter((row) => row.channel === channel.name),
      ),
    );
    const answer: ChannelsAnswer = { channels };
    return jsonResponse(answer);
  },
});

/** What was settled of late, and everything that is open. */
async function listRows({ outbox, nowMs }: ApiContext): Promise<readonly OutboxRow[]> {
  if (outbox === undefined) return [];
  const [open, recent] = await Promise.all([outbox.listOpen(), outbox.listSince(nowMs - LOOK_BACK_MS)]);
  return [...recent.filter((row) => !isOpen(row)), ...open];
}

function toRow(channel: ChannelInfo, rows: readonly OutboxRow[]): ChannelRow {
  const delivered = rows.filter(({ state }) => state === "delivered");
  const dead = rows.filter(({ state }) => state === "dead");
  const open = rows.filter(isOpen);
  const last = delivered.reduce<OutboxRow | null>(later, null);
  const failed = [...dead, ...open].filter(({ lastError }) => lastError !== null);
  return {
    name: channel.name,
    kind: channel.kind,
    host: channel.host,
    minSeverity: channel.minSeverity,
    clusters: [...channel.clusters],
    lastDelivery: last === null ? null : toDelivery(last),
    open: open.length,
    dead: dead.length,
    lastError: failed.reduce<OutboxRow | null>(later, null)?.lastError ?? null,
  };
}

/** The one that was settled, or is still open, later. */
function later(a: OutboxRow | null, b: OutboxRow): OutboxRow {
  return a !== null && momentOf(a) > momentOf(b) ? a : b;
}

function momentOf({ settledAtMs, nextAttemptAtMs }: OutboxRow): number {
  return settledAtMs ?? nextAttemptAtMs;
}

function toDelivery(row: OutboxRow): NonNullable<ChannelRow["lastDelivery"]> {
  const { incidentId, sequence, message } = row;
  const at = toWireTime(momentOf(row));
  return { at, incidentId, sequence, kind: message.kind, cluster: message.cluster.name };
}
