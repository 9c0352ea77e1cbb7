import type { HealthAnswer } from "#api/answers/health.ts";
import { h } from "../parts/element.ts";
import { morph } from "../parts/morph.ts";
import { fillSlot, slot } from "../parts/slot.ts";
import { parseAddress } from "../text/address.ts";
import type { Zone } from "../text/format.ts";
import { type Api, ApiError } from "./api-client.ts";
import { frame } from "./frame.ts";
import { keyPrompt } from "./key-prompt.ts";
import { openPage } from "./open-page.ts";
import type { Page, Shell } from "./page.ts";

const REFRESH_MS = 60_000;
/** Until the first data is there, which takes less than a minute. */
const STARTING_MS = 5_000;
/** To change the address is slow, and browsers refuse it when it comes too often: it follows when the reader pauses. */
const ADDRESS_MS = 250;
/** No status of HTTP: the page itself could not go on. */
const UNFIT = -1;
const ZONE_NAME = "snatwatch-zone";

/** Runs the page in `root` until the tab is closed. */
export function runApp(root: HTMLElement, api: Api): void {
  let zone: Zone = localStorage.getItem(ZONE_NAME) === "utc" ? "utc" : "local";
  let offsetMs = 0;
  let health: HealthAnswer | null = null;
  let fault: ApiError | null = null;
  let shownAtMs: number | null = null;
  let loading = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let addressTimer: ReturnType<typeof setTimeout> | undefined;

  const draw = (): void => {
    const locked = fault?.status === 401;
    const content = locked ? [slot("key")] : page.hasData() ? page.view() : [];
    const fresh = frame({
      title: page.title,
      section: page.section,
      health,
      zone,
      fault,
      shownAtMs,
      content,
      locked,
      loaded: page.hasData(),
      changeZone,
      reload: () => void reload(),
    });
    const next = h("div", { id: "app" }, fresh);
    morph(root, next);
    document.title = `${page.title} – Snatwatch`;
    if (locked) fillSlot(root, "key", prompt);
    else if (page.hasData()) page.drawn?.(root);
  };

  const reload = async (): Promise<void> => {
    clearTimeout(timer);
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    try {
      const asked = page;
      const [seen] = await Promise.all([
        api.get<HealthAnswer>("health?failOn=never", signal, [503]),
        asked.load(signal),
      ]);
      if (signal.aborted) return;
      // Storage that is away answers 503 too, with a problem instead of a picture of the fleet.
      health = "monitor" in seen ? seen : health;
      offsetMs = aheadMs(health);
      fault = null;
      shownAtMs = Date.now();
    } catch (error) {
      if (signal.aborted) return;
      // A part of the page that a newer version has replaced, or an answer that is not as expected: the reader is told.
      fault = error instanceof ApiError ? error : new ApiError(UNFIT, String(error));
    }
    draw();
    schedule();
  };

  const schedule = (): void => {
    clearTimeout(timer);
    const delayMs = health?.monitor.status === "starting" ? STARTING_MS : REFRESH_MS;
    if (!document.hidden) timer = setTimeout(() => void reload(), delayMs);
  };

  const shell: Shell = {
    api,
    zone: () => zone,
    nowMs: () => Date.now() + offsetMs,
    redraw: draw,
    reload,
    replaceAddress: (hash) => {
      clearTimeout(addressTimer);
      addressTimer = setTimeout(() => history.replaceState(null, "", hash), ADDRESS_MS);
    },
  };

  const prompt = keyPrompt(unlock);
  let page: Page = openPage(parseAddress(location.hash), shell);

  function unlock(key: string): void {
    api.useKey(key);
    void reload();
  }

  function changeZone(): void {
    zone = zone === "utc" ? "local" : "utc";
    localStorage.setItem(ZONE_NAME, zone);
    draw();
  }

  let shownPath = pathOf(location.hash);
  addEventListener("hashchange", () => {
    clearTimeout(addressTimer);
    const address = parseAddress(location.hash);
    if (pathOf(location.hash) === shownPath) {
      page.turn(address.query);
      void reload();
      return;
    }
    shownPath = pathOf(location.hash);
    page = openPage(address, shell);
    if (fault?.status !== 401) fault = null;
    draw();
    scrollTo(0, 0);
    root.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    void reload();
  });
  document.addEventListener("visibilitychange", () => {
    const stale = shownAtMs === null || Date.now() - shownAtMs > REFRESH_MS;
    if (document.hidden) clearTimeout(timer);
    else if (stale) void reload();
    else schedule();
  });
  addEventListener("online", () => void reload());
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
    const filter = root.querySelector<HTMLInputElement>("input[type=search]");
    if (filter === null) return;
    event.preventDefault();
    filter.focus();
  });
  draw();
  void reload();
}

/** How far the service is ahead: where it runs on a simulated clock, it has judged what is yet to come here. */
function aheadMs(health: HealthAnswer | null): number {
  const evaluatedAt = health?.evaluatedAt ?? null;
  return evaluatedAt === null ? 0 : Math.max(0, Date.parse(evaluatedAt) - Date.now());
}

function pathOf(hash: string): string {
  return hash.replace(/\?.*$/, "");
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, select, textarea");
}
