import type { Children } from "../parts/element.ts";
import type { Zone } from "../text/format.ts";
import type { Api } from "./api-client.ts";

/** What a page may ask of the frame around it. */
export interface Shell {
  readonly api: Api;
  readonly zone: () => Zone;
  /** Now as the service has it: its clock may run faster than the reader's. */
  readonly nowMs: () => number;
  /** Shows what the page holds, in place. */
  readonly redraw: () => void;
  /** Asks the API again, then shows it. */
  readonly reload: () => Promise<void>;
  /** Changes the address, soon, without a step back being made of it. */
  readonly replaceAddress: (hash: string) => void;
}

/** A page that is open, with the data it has last seen. */
export interface Page {
  readonly title: string;
  readonly section: "fleet" | "incidents" | "silences";
  /** Throws what the API client throws; the page keeps what it had. */
  load(signal: AbortSignal): Promise<void>;
  /** False until the first load came through. */
  hasData(): boolean;
  view(): readonly Children[];
  /** After the view is on the screen: what draws into it. */
  drawn?(root: HTMLElement): void;
  /** The address changed within the page. */
  turn(query: URLSearchParams): void;
}
