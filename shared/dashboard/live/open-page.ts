import { backTestPage } from "../pages/back-test.ts";
import { checkPage } from "../pages/check.ts";
import { clusterPage } from "../pages/cluster.ts";
import { denialsPage } from "../pages/denials.ts";
import { fleetPage } from "../pages/fleet.ts";
import { historyPage } from "../pages/history.ts";
import { incidentsPage } from "../pages/incidents.ts";
import { nowherePage } from "../pages/nowhere.ts";
import { planPage } from "../pages/plan.ts";
import { silencesPage } from "../pages/silences.ts";
import type { Address } from "../text/address.ts";
import type { Page, Shell } from "./page.ts";

const CLUSTER_VIEWS = {
  overview: clusterPage,
  history: historyPage,
  plan: planPage,
  "back-test": backTestPage,
  denials: denialsPage,
};

export function openPage(address: Address, shell: Shell): Page {
  switch (address.page) {
    case "fleet":
      return fleetPage(shell, address.query);
    case "incidents":
      return incidentsPage(shell, address.query);
    case "silences":
      return silencesPage(shell, address.query);
    case "check":
      return checkPage(shell, address.id);
    case "cluster":
      return CLUSTER_VIEWS[address.view](shell, address.cluster, address.query);
    case "nowhere":
      return nowherePage(address.text);
  }
}
