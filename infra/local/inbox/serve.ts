import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { messageArticles } from "./page/article.ts";
import { inboxPage } from "./page/page.ts";
import { RECEIVER_NAMES } from "./receivers.ts";
import type { InboxState } from "./state.ts";

/** The page shows this many of each channel; `/messages` has all. */
const SHOWN = 200;

/** Answers a GET: the page, what is new since for its refresh, or the messages as JSON. */
export function serve(state: InboxState, url: URL, request: IncomingMessage, response: ServerResponse): void {
  const known = request.method === "GET" ? ROUTES[url.pathname] : undefined;
  if (known === undefined) response.writeHead(404, { "content-type": "text/plain" }).end("not found");
  else known(state, url, response);
}

type Route = (state: InboxState, url: URL, response: ServerResponse) => void;

const ROUTES: Readonly<Record<string, Route>> = {
  "/": (state, _url, response) => servePage(state, response),

  "/messages"({ store }, url, response) {
    const channel = url.searchParams.get("channel");
    const messages = store.all().filter((message) => channel === null || message.channel === channel);
    send(response, "application/json", JSON.stringify({ messages }));
  },

  "/_inbox/news"({ store, behaviour, refused }, url, response) {
    const after = Number(url.searchParams.get("after") ?? 0);
    const articles = RECEIVER_NAMES.map((name) => {
      const messages = store.all().filter(({ channel }) => channel === name);
      return [name, messageArticles(messages, (id) => id > after).text];
    });
    const lastId = store.all().at(-1)?.id ?? 0;
    const news = { lastId, behaviour, refused, articles: Object.fromEntries(articles) };
    send(response, "application/json", JSON.stringify(news));
  },
};

function servePage(state: InboxState, response: ServerResponse): void {
  const nonce = randomBytes(16).toString("base64");
  const messages = state.store.all();
  const columns = RECEIVER_NAMES.map((name) => ({
    name,
    messages: messages.filter((message) => message.channel === name).slice(-SHOWN),
  }));
  // Nothing from elsewhere, no script but our own: what is shown was posted by somebody.
  response.setHeader(
    "content-security-policy",
    `default-src 'none'; img-src data:; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  send(response, "text/html", inboxPage(columns, messages.at(-1)?.id ?? 0, nonce).text);
}

function send(response: ServerResponse, type: string, body: string): void {
  response
    .writeHead(200, {
      "content-type": `${type}; charset=utf-8`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    })
    .end(body);
}
