import type { Accumulator, Aggregate } from "./accumulators.ts";
import { aggregateOf, isAggregate } from "./aggregates.ts";
import type { Expression, Named, Stage } from "./ast.ts";
import { compile } from "./compile.ts";
import type { Compiled, Scope, Surroundings } from "./compiled.ts";
import { dynamicKey, semantic, unsupported } from "./errors.ts";
import { aggregateName, uniqueNames } from "./naming.ts";
import {
  type Column,
  compareValues,
  INGESTED,
  keyOf,
  type Relation,
  type Row,
  type Value,
} from "./values.ts";

interface Group {
  readonly keys: Row;
  readonly accumulators: readonly Accumulator[];
}

/** A column of the result, worked out from the finished aggregates of a group. */
interface Output extends Column {
  readonly of: (finished: Row) => Value;
}

/** `summarize ... by ...`: one pass over the rows, and memory for the groups only. */
export function summarize(
  stage: Extract<Stage, { kind: "summarize" }>,
  input: Relation,
  around: Surroundings,
): Relation {
  const scope: Scope = { columns: input.columns, operator: "summarize", around };
  const keys = stage.by.map(({ value }) => compile(value, scope));
  const keyNames = uniqueNames(stage.by);
  keys.forEach(({ type }, at) => {
    if (type === "dynamic") throw dynamicKey(keyNames[at] ?? "");
  });
  const aggregates: Aggregate[] = [];
  const outputs = stage.aggregates.flatMap((item) => outputsOf(item, scope, aggregates));
  const names = uniqueNames(
    outputs.map(({ name }) => ({ name, value: { kind: "star" } })),
    keyNames,
  );
  const columns = [
    ...keys.map(({ type }, at) => ({ name: keyNames[at] ?? "", type })),
    ...outputs.map(({ type }, at) => ({ name: names[at] ?? "", type })),
  ];
  return {
    columns,
    run: (sink) => {
      for (const { keys: values, accumulators } of collect(input, keys, aggregates)) {
        const finished = accumulators.map((accumulator) => accumulator.result());
        if (!sink([...values, ...outputs.map((output) => output.of(finished))])) return;
      }
    },
  };
}

function collect(
  input: Relation,
  keys: readonly Compiled[],
  aggregates: readonly Aggregate[],
): Iterable<Group> {
  const groups = new Map<string, Group>();
  const start = (): Accumulator[] => aggregates.map((aggregate) => aggregate.start());
  // Without `by` there is one group, even of no rows.
  if (keys.length === 0) groups.set(keyOf([]), { keys: [], accumulators: start() });
  input.run((row) => {
    const values = keys.map((key) => key.of(row));
    const key = keyOf(values);
    let group = groups.get(key);
    if (group === undefined) {
      group = { keys: values, accumulators: start() };
      groups.set(key, group);
    }
    for (const accumulator of group.accumulators) accumulator.add(row);
    return true;
  });
  return groups.values();
}

function outputsOf({ name, value }: Named, scope: Scope, aggregates: Aggregate[]): Output[] {
  if (value.kind === "call" && (value.name === "arg_max" || value.name === "arg_min")) {
    return argOutputs(value.args, name, value.name === "arg_max" ? 1 : -1, scope, aggregates);
  }
  const post = compile(value, {
    ...scope,
    columns: [],
    aggregate: (call, args) => {
      if (!isAggregate(call)) return undefined;
      const aggregate = aggregateOf(
        call,
        args.map((arg) => compile(arg, scope)),
      );
      const place = aggregates.push(aggregate) - 1;
      return { type: aggregate.type, of: (finished) => finished[place] ?? null, constant: false };
    },
  });
  const chosen = name ?? aggregateName(value) ?? "Column1";
  return [{ name: chosen, type: post.type, of: post.of }];
}

/** The row at which something is greatest: its own value, and the columns asked for. */
function argOutputs(
  args: readonly Expression[],
  name: string | undefined,
  sign: 1 | -1,
  scope: Scope,
  aggregates: Aggregate[],
): Output[] {
  const [by, ...rest] = args;
  if (by === undefined) throw semantic("SEM0218", "arg_max(): an argument is expected");
  const order = compile(by, scope);
  const wanted = rest.flatMap((item): Named[] => {
    if (item.kind !== "star") return [{ value: item }];
    const all = scope.columns.filter((column) => column.name !== INGESTED);
    return all
      .filter((column) => !(by.kind === "name" && by.name === column.name))
      .map((column) => ({ value: { kind: "name", name: column.name } }));
  });
  if (wanted.length === 0) throw unsupported("arg_max of one argument");
  const parts = [order, ...wanted.map(({ value }) => compile(value, scope))];
  const place = aggregates.push({ type: "dynamic", start: () => bestRow(order, parts, sign) }) - 1;
  const [first = "", ...names] = uniqueNames([{ value: by }, ...wanted]);
  return parts.map((part, at) => ({
    name: at === 0 ? (name ?? first) : (names[at - 1] ?? ""),
    type: part.type,
    of: (finished) => {
      const best = finished[place];
      return Array.isArray(best) ? ((best as Row)[at] ?? null) : null;
    },
  }));
}

function bestRow(order: Compiled, parts: readonly Compiled[], sign: 1 | -1): Accumulator {
  let best: Value = null;
  let kept: Row | undefined;
  return {
    add: (row) => {
      const value = order.of(row);
      if (kept !== undefined && (value === null || compareValues(value, best) * sign <= 0)) return;
      best = value;
      kept = parts.map((part) => part.of(row));
    },
    result: () => kept ?? null,
  };
}
