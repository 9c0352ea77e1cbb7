import type { AlertsAnswer } from "#api/answers/alerts.ts";
import type { Page, Shell } from "../live/page.ts";
import { h } from "../parts/element.ts";
import { markdown } from "../parts/markdown.ts";
import { badge } from "../parts/status.ts";
import { clusterHash } from "../text/address.ts";

/** Name of the file with the pages of all checks, set by the build. */
declare const CHECK_PAGES: string;

/** What a check means, what follows from it, what to do; and the clusters where it speaks now. */
export function checkPage(shell: Shell, id: string): Page {
  let alerts: AlertsAnswer["alerts"] | null = null;
  let text: string | undefined;
  return {
    title: id,
    section: "fleet",
    load: async (signal) => {
      const [answer, pages] = await Promise.all([
        shell.api.get<AlertsAnswer>("alerts", signal),
        text === undefined
          ? shell.api.get<Readonly<Record<string, string>>>(`dashboard/${CHECK_PAGES}`, signal)
          : null,
      ]);
      alerts = answer.alerts.filter(({ check, state }) => check === id && state === "firing");
      if (pages !== null) text = pages[id];
    },
    hasData: () => alerts !== null,
    turn: () => {},
    view: () => [
      (alerts?.length ?? 0) === 0
        ? h("p", {}, "No alert of this check fires now.")
        : h(
            "ul",
            { class: "plain" },
            alerts?.map(({ cluster, severity, summary, key }) =>
              h(
                "li",
                { "data-key": `${cluster.id} ${key}` },
                badge(severity),
                " ",
                h("a", { href: clusterHash(cluster) }, cluster.name),
                ` ${summary}`,
              ),
            ) ?? [],
          ),
      text === undefined
        ? h("p", {}, "No check has this name.")
        : h("article", { class: "text" }, markdown(text)),
    ],
  };
}
