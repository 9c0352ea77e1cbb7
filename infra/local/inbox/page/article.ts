import type { KeptMessage } from "../kept-message.ts";
import { teamsCard } from "./adaptive-card.ts";
import { type Html, html } from "./html.ts";
import { pagerdutyAlert } from "./pagerduty-alert.ts";
import { slackPost } from "./slack-blocks.ts";
import { webhookPost } from "./webhook-post.ts";

/** Above this, Teams drops a message and tells nobody. */
const TEAMS_MAX_BYTES = 28 * 1024;

interface Look {
  readonly sender: string;
  readonly badge: string;
  readonly body: (payload: unknown, headers: KeptMessage["headers"]) => Html;
}

const LOOKS: Readonly<Record<string, Look>> = {
  teams: { sender: "Workflows", badge: "", body: teamsCard },
  slack: { sender: "Snatwatch", badge: "APP", body: slackPost },
  pagerduty: { sender: "PagerDuty", badge: "", body: pagerdutyAlert },
  webhook: { sender: "Webhook", badge: "SIGNED", body: webhookPost },
};

const RAW: Look = { sender: "Unknown", badge: "", body: () => html`` };

/**
 * Messages of one channel, newest first.
 *
 * @param messages all of the channel, oldest first: whether one is a copy depends on those before it
 * @param isWanted by id
 */
export function messageArticles(
  messages: readonly KeptMessage[],
  isWanted: (id: number) => boolean = () => true,
): Html {
  const seen = new Set<string>();
  const articles: Html[] = [];
  for (const message of messages) {
    const key = message.headers["idempotency-key"] ?? "";
    if (isWanted(message.id)) articles.unshift(article(message, key !== "" && seen.has(key)));
    seen.add(key);
  }
  return html`${articles}`;
}

function article(message: KeptMessage, isCopy: boolean): Html {
  const { id, channel, receivedAt, headers, bytes, payload } = message;
  const { sender, badge, body } = LOOKS[channel] ?? RAW;
  const tooLarge = channel === "teams" && bytes > TEAMS_MAX_BYTES;
  return html`<article data-id="${id}" class="message">
<div class="avatar" aria-hidden="true">${sender.slice(0, 1)}</div>
<div class="content">
<div class="from"><strong>${sender}</strong>${badge === "" ? "" : html`<span class="badge">${badge}</span>`}<time datetime="${receivedAt}">${receivedAt.slice(0, 19).replace("T", " ")} UTC</time></div>
${tooLarge ? html`<p class="fault">Larger than 28 KB: Teams would drop this without a word.</p>` : ""}
${isCopy ? html`<p class="fault">A second copy: same idempotency key as an earlier message.</p>` : ""}
${body(payload, headers)}
<details><summary>${sizeText(bytes)}${headers["idempotency-key"] === undefined ? "" : html` · ${headers["idempotency-key"]}`}</summary><pre class="raw">${JSON.stringify(payload, null, 2)}</pre></details>
</div></article>
`;
}

function sizeText(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KB`;
}
