import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { resolveInstant } from "#api/history/instant.ts";
import type { ExportExtent } from "#app/export-samples.ts";
import { minuteText } from "#core/notify/time-text.ts";
import { floorMinute, MINUTE_MS } from "#core/time.ts";
import type { Admin, ExportWish } from "#shared/admin.ts";
import type { ExportArguments } from "./admin-arguments.ts";
import { chooseCluster } from "./admin-cluster.ts";
import { ArgumentError } from "./argument-error.ts";

const say = (text: string) => process.stderr.write(`${text}\n`);

/** Writes every sample of a span. @returns the exit code: 1 where a stored part cannot be read, which is left out */
export async function runExport(admin: Admin, args: ExportArguments, nowMs: number): Promise<number> {
  const fromMs = args.from === null ? 0 : floorMinute(resolveInstant(args.from, nowMs));
  const toMs = floorMinute(resolveInstant(args.to, nowMs) + MINUTE_MS - 1);
  if (fromMs >= toMs) {
    throw new ArgumentError(
      `--from ${minuteText(fromMs)}: expected an instant before --to ${minuteText(toMs)}`,
    );
  }
  const cluster = chooseCluster(args.cluster, await admin.clusters());
  const extent = await admin.extent(cluster);
  for (const note of notesOf(extent, args.from === null ? null : fromMs)) say(note);
  const wish: ExportWish = { cluster, format: args.format, fromMs, toMs };
  const faults = await write(admin, wish, extent.minuteDays, args.out);
  if (faults > 0) say(`stored parts left out: ${faults}`);
  return faults === 0 ? 0 : 1;
}

/** What the user would look for in vain. */
function notesOf({ minuteDays, rollupDays }: ExportExtent, fromMs: number | null): string[] {
  const [firstMs = Number.POSITIVE_INFINITY] = minuteDays;
  const [rolledMs = Number.POSITIVE_INFINITY] = rollupDays;
  if (fromMs !== null && fromMs >= firstMs) return [];
  const minutes =
    minuteDays.length === 0 ? "no minutes are stored" : `minutes are stored from ${minuteText(firstMs)} on`;
  if (rolledMs >= firstMs) return [minutes];
  return [
    `${minutes}; hourly and daily values go back to ${minuteText(rolledMs)}: .../history?step=1h&format=csv`,
  ];
}

/** @returns how many stored parts were left out; each was named */
async function write(
  admin: Admin,
  wish: ExportWish,
  days: readonly number[],
  out: string | null,
): Promise<number> {
  let faults = 0;
  async function* texts() {
    for await (const part of admin.exportSamples(wish, days)) {
      for (const fault of part.faults) say(fault);
      faults += part.faults.length;
      if (part.text !== "") yield part.text;
    }
  }
  if (out === null) await pipeline(Readable.from(texts()), process.stdout, { end: false });
  else await pipeline(Readable.from(texts()), createWriteStream(out));
  return faults;
}
