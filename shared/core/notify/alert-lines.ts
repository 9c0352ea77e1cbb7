import type { MessageAlert } from "../alert/incident.ts";
import { groupThousands, percentText } from "./number-text.ts";
import { oneLine } from "./plain-text.ts";
import { sparkline } from "./sparkline.ts";
import { STATUS_SYMBOL } from "./words.ts";

/** More would be a table, and the API has the table. */
export const MAX_LINES = 12;

const SENTENCE_MAX = 300;
const NAME_MAX = 80;

/** One alert of a message. */
export interface AlertLine {
  readonly symbol: string;
  readonly text: string;
  /** Trend and use, for a fixed-width face: `5 min ▁▃▅▇█ now 1,013 of 1,024 ports (98 %), TCP`; `null` without numbers. */
  readonly gauge: string | null;
}

/** The first alerts as lines, in the order given (worst first). */
export function alertLines(alerts: readonly MessageAlert[], most = MAX_LINES): readonly AlertLine[] {
  return alerts.slice(0, most).map((alert) => ({
    symbol: STATUS_SYMBOL[alert.severity],
    text: lineText(alert),
    gauge: gaugeText(alert),
  }));
}

/** What stands for the alerts that are not shown: `and 988 more (980 critical, 8 warning)`; `null` if all are. */
export function moreText(alerts: readonly MessageAlert[], shown: number): string | null {
  const hidden = alerts.slice(shown);
  if (hidden.length === 0) return null;
  const critical = hidden.filter(({ severity }) => severity === "critical").length;
  const warning = hidden.length - critical;
  const counts = [
    ...(critical > 0 ? [`${groupThousands(critical)} critical`] : []),
    ...(warning > 0 ? [`${groupThousands(warning)} warning`] : []),
  ];
  return `and ${groupThousands(hidden.length)} more (${counts.join(", ")})`;
}

/** The sentence, led by the node where it does not name it. */
function lineText(alert: MessageAlert): string {
  const summary = oneLine(alert.summary, SENTENCE_MAX);
  const whom = oneLine(alert.node ?? alert.backendIp ?? "", NAME_MAX);
  const named = [alert.node, alert.backendIp].some((name) => name !== null && alert.summary.includes(name));
  return whom === "" || named ? summary : `${whom}: ${summary}`;
}

function gaugeText(alert: MessageAlert): string | null {
  const gauge = `${trendText(alert)} ${useText(alert)}`.trim();
  return gauge === "" ? null : gauge;
}

/** A bar is a minute. */
function trendText({ trend, allocatedPorts }: MessageAlert): string {
  const bars = sparkline(trend, allocatedPorts);
  return bars === "" ? "" : `${bars.length} min ${bars}`;
}

/** Used of allocated; the share alone where the sentence has the numbers. Else that may be of an earlier minute: one that was in breach. */
function useText({ usedPorts, allocatedPorts, protocol, summary }: MessageAlert): string {
  if (usedPorts === null) return "";
  const used = groupThousands(usedPorts);
  const suffix = protocol === null ? "" : `, ${oneLine(protocol, 20).toUpperCase()}`;
  if (allocatedPorts === null || allocatedPorts <= 0) return `now ${used} ports${suffix}`;

  const allocated = groupThousands(allocatedPorts);
  const percent = percentText(usedPorts, allocatedPorts);
  if (summary.includes(`${used} of ${allocated}`)) return percent;
  return `now ${used} of ${allocated} ports (${percent})${suffix}`;
}
