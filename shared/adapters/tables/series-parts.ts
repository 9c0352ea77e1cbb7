import { type AppendOptions, SeriesAppender } from "./series-appender.ts";
import { SeriesKeeper } from "./series-keeper.ts";
import { SeriesReader } from "./series-reader.ts";
import { SeriesSealer } from "./series-sealer.ts";
import type { TableAccount } from "./table-account.ts";

export interface SeriesParts {
  readonly appender: SeriesAppender;
  readonly reader: SeriesReader;
  readonly sealer: SeriesSealer;
  readonly keeper: SeriesKeeper;
}

export function createSeriesParts(account: TableAccount, options: AppendOptions): SeriesParts {
  const reader = new SeriesReader(account, options);
  return {
    reader,
    appender: new SeriesAppender(account, reader, options),
    sealer: new SeriesSealer(account, reader),
    keeper: new SeriesKeeper(account),
  };
}
