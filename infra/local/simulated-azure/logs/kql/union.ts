import { unsupported } from "./errors.ts";
import { INGESTED, type KqlType, nothing, type Relation, type Value } from "./values.ts";

export interface Leg {
  /** What `withsource` shows. */
  readonly label: string;
  readonly relation: Relation;
}

interface Slot {
  readonly name: string;
  readonly original: string;
  readonly type: KqlType;
}

/** The rows of all legs under the columns of all of them; what a leg does not have is empty. */
export function unite(legs: readonly Leg[], inner: boolean, withSource: string | undefined): Relation {
  if (inner) throw unsupported("union kind=inner");
  const slots = slotsOf(legs);
  const head = withSource === undefined ? [] : [{ name: withSource, type: "string" as const }];
  return {
    columns: [...head, ...slots.map(({ name, type }) => ({ name, type }))],
    run: (sink) => {
      for (const { label, relation } of legs) {
        const places = slots.map(({ original, type }) =>
          relation.columns.findIndex((column) => column.name === original && column.type === type),
        );
        const none = slots.map(({ type }) => nothing(type));
        let wanted = true;
        relation.run((row) => {
          const out: Value[] = withSource === undefined ? [] : [label];
          places.forEach((place, at) => {
            out.push((place < 0 ? none[at] : row[place]) ?? null);
          });
          wanted = sink(out);
          return wanted;
        });
        if (!wanted) return;
      }
    },
  };
}

/** Columns of one name and two types become two, each named after its type. */
function slotsOf(legs: readonly Leg[]): Slot[] {
  const found = new Map<string, Slot>();
  const types = new Map<string, Set<KqlType>>();
  for (const { name, type } of legs.flatMap(({ relation }) => relation.columns)) {
    found.set(`${name} ${type}`, { name, original: name, type });
    types.set(name, (types.get(name) ?? new Set()).add(type));
  }
  return [...found.values()].map((slot) => {
    const split = slot.name !== INGESTED && (types.get(slot.name)?.size ?? 1) > 1;
    return split ? { ...slot, name: `${slot.name}_${slot.type}` } : slot;
  });
}
