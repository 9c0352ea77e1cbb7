import { h } from "../../parts/element.ts";
import { commands } from "../../parts/pieces.ts";

const GRANT =
  'az role assignment create --assignee "$(az functionapp identity show --name APP --resource-group GROUP --query principalId --output tsv)" --role Reader --scope /subscriptions/SUBSCRIPTION';

/** What to do where no cluster was found: nearly always the app may not see any. */
export function emptyFleet(): HTMLElement {
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "No clusters yet"),
    h(
      "p",
      {},
      "The first search for clusters takes up to a minute after the start; then it is repeated every 15 minutes.",
    ),
    h(
      "p",
      {},
      "If it stays empty, the app can see no AKS cluster. Its identity needs the roles Reader and Monitoring Reader on each subscription to watch:",
    ),
    commands([GRANT, GRANT.replace("--role Reader", '--role "Monitoring Reader"')]),
    h(
      "p",
      {},
      "Which subscriptions are searched is said by SNATWATCH_SUBSCRIPTIONS; absent, every one that the identity can see.",
    ),
  );
}
