import type { KeptMessage } from "../kept-message.ts";
import { messageArticles } from "./article.ts";
import { Html, html } from "./html.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

export interface Column {
  readonly name: string;
  readonly messages: readonly KeptMessage[];
}

const TITLES: Readonly<Record<string, string>> = {
  teams: "Microsoft Teams",
  slack: "Slack",
  pagerduty: "PagerDuty",
  webhook: "Signed webhook",
};

/** The inbox: a column for each channel, each with its own scroll. */
export function inboxPage(columns: readonly Column[], lastId: number, nonce: string): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Snatwatch inbox</title>
<style nonce="${nonce}">${new Html(STYLE)}</style>
</head>
<body data-last="${lastId}">
<header><h1>Inbox</h1><p>What was sent to the local stand-ins of Teams, Slack, PagerDuty and a webhook, as they would show it.</p><p id="state" role="status"></p></header>
<main>${columns.map(column)}</main>
<script nonce="${nonce}">${new Html(SCRIPT)}</script>
</body>
</html>
`;
}

function column({ name, messages }: Column): Html {
  return html`<section class="${name}" data-channel="${name}" aria-label="${TITLES[name] ?? name}">
<h2>${TITLES[name] ?? name} <span class="count">${messages.length}</span></h2>
<div class="list" tabindex="0">${messageArticles(messages)}<p class="empty">Nothing yet. Messages appear here as they are sent.</p></div>
</section>`;
}
