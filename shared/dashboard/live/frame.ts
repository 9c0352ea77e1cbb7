import type { HealthAnswer } from "#api/answers/health.ts";
import { type Children, h } from "../parts/element.ts";
import { notice } from "../parts/pieces.ts";
import { badge } from "../parts/status.ts";
import { duration, number, time, type Zone } from "../text/format.ts";
import type { ApiError } from "./api-client.ts";
import type { Page } from "./page.ts";

interface Frame {
  readonly title: string;
  readonly section: Page["section"];
  readonly health: HealthAnswer | null;
  readonly zone: Zone;
  readonly fault: ApiError | null;
  readonly shownAtMs: number | null;
  readonly content: readonly Children[];
  readonly locked: boolean;
  readonly loaded: boolean;
  readonly changeZone: () => void;
  readonly reload: () => void;
}

const SECTIONS = [
  ["fleet", "#/", "Fleet"],
  ["incidents", "#/incidents", "Incidents"],
  ["silences", "#/silences", "Silences"],
] as const;

/** What is around every page: where one is, how the monitor itself is, and since when the picture is old. */
export function frame(state: Frame): readonly HTMLElement[] {
  const { title, section, zone, content, loaded, locked, fault } = state;
  const links = SECTIONS.map(([name, href, text]) =>
    h("a", { href, "aria-current": name === section ? "page" : null }, text),
  );
  const zoneButton = h(
    "button",
    { type: "button", class: "zone", "aria-pressed": String(zone === "utc"), onclick: state.changeZone },
    "UTC",
  );
  return [
    h("a", { class: "skip", href: "#content", onclick: skip }, "Skip to the content"),
    h(
      "header",
      { class: "top" },
      h("span", { class: "brand" }, "Snatwatch"),
      h("nav", { "aria-label": "Pages" }, links),
      zoneButton,
      locked ? null : monitorLine(state),
    ),
    h(
      "main",
      { id: "content", tabindex: -1, "aria-busy": String(!loaded && fault === null) },
      h("h1", { tabindex: -1 }, title),
      h("div", { class: "notices" }, faultNotice(state), locked ? null : monitorNotices(state.health)),
      h(
        "div",
        { class: "page" },
        loaded || locked ? content.flat() : fault === null ? h("p", {}, "Loading…") : null,
      ),
    ),
  ];
}

/** A plain link would change the hash, which is the address of the page. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function monitorLine({ health, zone, shownAtMs, reload }: Frame): HTMLElement {
  const monitor = health?.monitor;
  const facts = monitor && [
    badge(monitor.status),
    `data ${duration(monitor.lagSeconds)} behind`,
    monitor.backfillMinutes > 0 && `${duration(monitor.backfillMinutes * 60)} of the past still to read`,
    monitor.throttledClusters > 0 && `${number(monitor.throttledClusters)} clusters throttled by Azure`,
    (monitor.deadDeliveries ?? 0) > 0 && `${number(monitor.deadDeliveries)} messages given up`,
    monitor.discovery && `clusters searched ${time(monitor.discovery.finishedAt, zone)}`,
  ];
  return h(
    "div",
    { class: "monitor" },
    h("span", {}, "Monitor"),
    facts?.map((fact) => fact && h("span", {}, fact)) ?? [],
    h("span", { class: "updated" }, shownAtMs === null ? "" : `shown ${time(shownAtMs, zone)}`),
    h("button", { type: "button", onclick: reload }, "Refresh"),
  );
}

const ADVICE: Readonly<Record<number, string>> = {
  [-1]: "This page and the service do not fit together. Load the page anew.",
  0: "The API cannot be reached. This page goes on trying each minute.",
  403: "You are signed in, but may not see this. Ask for access to this installation.",
  404: "This is not known here (any more).",
  503: "The service cannot reach its storage. It tries again by itself, and so does this page.",
};

function faultNotice({ fault, shownAtMs, zone, loaded, locked }: Frame): HTMLElement | null {
  if (fault === null || locked) return null;
  const advice = ADVICE[fault.status];
  const reason = fault.status === 0 ? "" : ` (${fault.message})`;
  const text = advice === undefined ? `The API refused: ${fault.message}` : `${advice}${reason}`;
  const picture = loaded && shownAtMs !== null ? ` What you see is of ${time(shownAtMs, zone)}.` : "";
  return notice("bad", `${text}${picture}`);
}

function monitorNotices(health: HealthAnswer | null): HTMLElement | null {
  if (health === null) return null;
  const { status, lagSeconds, discovery } = health.monitor;
  const failures = discovery?.failures ?? [];
  if (status === "stale") {
    return notice(
      "bad",
      `The collector has stopped or is far behind (${duration(lagSeconds)}): what is told here is old.`,
    );
  }
  if (failures.length === 0) return null;
  return notice(
    "info",
    "Some subscriptions could not be searched for clusters: ",
    ...failures.map(({ subscriptionId, message }) =>
      h("span", { class: "fault" }, `${subscriptionId}: ${message} `),
    ),
  );
}
