import type { Api } from "../../live/api-client.ts";
import { h } from "../../parts/element.ts";
import type { HistoryWish } from "./wish.ts";

/** The API's own CSV of what is seen: fetched, since a link could not carry the key. */
export async function downloadCsv(api: Api, path: string, wish: HistoryWish, name: string): Promise<void> {
  const { metric, by, from, to } = wish;
  const query = new URLSearchParams({ metric, by, from, to, format: "csv" });
  const text = await api.text(`${path}/history?${query}`);
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  h("a", { href: url, download: `${name}-${wish.metric}.csv` }).click();
  URL.revokeObjectURL(url);
}
