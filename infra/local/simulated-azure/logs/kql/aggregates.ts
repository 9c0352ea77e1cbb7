// Aggregates of `summarize`. Each keeps only what its result needs, so that a million rows cost no more than a few.

import {
  type Aggregate,
  anyValue,
  average,
  collecting,
  condition,
  counting,
  distinctCount,
  extreme,
  filtered,
  needed,
  percentile,
  summing,
} from "./accumulators.ts";
import type { Compiled } from "./compiled.ts";
import { unsupported } from "./errors.ts";

type Maker = (args: readonly Compiled[], name: string) => Aggregate;

const MAKERS: Readonly<Record<string, Maker>> = {
  count: () => counting(() => true),
  countif: ([of], name) => counting(condition(of, name)),
  sum: (args, name) => summing(needed(args, name)),
  sumif: ([of, test], name) => filtered(summing(needed([of], name)), condition(test, name)),
  avg: (args, name) => average(needed(args, name)),
  min: (args, name) => extreme(needed(args, name), -1),
  max: (args, name) => extreme(needed(args, name), 1),
  minif: ([of, test], name) => filtered(extreme(needed([of], name), -1), condition(test, name)),
  maxif: ([of, test], name) => filtered(extreme(needed([of], name), 1), condition(test, name)),
  dcount: (args, name) => distinctCount(needed(args, name)),
  dcountif: ([of, test], name) => filtered(distinctCount(needed([of], name)), condition(test, name)),
  make_set: (args, name) => collecting(args, name, true),
  makeset: (args, name) => collecting(args, name, true),
  make_list: (args, name) => collecting(args, name, false),
  makelist: (args, name) => collecting(args, name, false),
  make_set_if: ([of, test, most], name) =>
    filtered(
      collecting(most ? [needed([of], name), most] : [needed([of], name)], name, true),
      condition(test, name),
    ),
  take_any: (args, name) => anyValue(needed(args, name)),
  any: (args, name) => anyValue(needed(args, name)),
  percentile: ([of, share], name) => percentile(needed([of], name), needed([share], name)),
};

/** True for the names that stand for aggregates, `arg_max` and `arg_min` among them. */
export function isAggregate(name: string): boolean {
  return Object.hasOwn(MAKERS, name) || name === "arg_max" || name === "arg_min";
}

/** Makes an aggregate of one value. @throws KqlError where the arguments do not fit */
export function aggregateOf(name: string, args: readonly Compiled[]): Aggregate {
  const maker = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined;
  if (maker === undefined) throw unsupported(`the aggregate '${name}' inside an expression`);
  return maker(args, name);
}
