import { semantic } from "./errors.ts";
import { isNumeric, type KqlType, type Value } from "./values.ts";

/** A function that needs only the values of its arguments. */
export interface PlainFunction {
  /**
   * A letter for each argument: `s` string, `n` number, `d` datetime, `t` timespan, `y` dynamic, `?` anything.
   * Those after a space may be left out; a `*` at the end repeats the last.
   */
  readonly takes: string;
  readonly type: KqlType | ((types: readonly KqlType[]) => KqlType);
  readonly of: (args: readonly Value[], types: readonly KqlType[]) => Value;
}

const FITS: Readonly<Record<string, (type: KqlType) => boolean>> = {
  s: (type) => type === "string",
  n: isNumeric,
  d: (type) => type === "datetime",
  t: (type) => type === "timespan",
  y: (type) => type === "dynamic",
  "?": () => true,
};

/** Refuses arguments that do not fit, as Azure does. */
export function checkArguments(name: string, { takes }: PlainFunction, types: readonly KqlType[]): void {
  const endless = takes.endsWith("*");
  const [needed = "", optional = ""] = takes.replace("*", "").split(" ");
  const letters = needed + optional;
  if (types.length < needed.length || (!endless && types.length > letters.length)) {
    throw semantic("SEM0218", `${name}(): function expects ${letters.length} argument(s).`);
  }
  types.forEach((type, index) => {
    const letter = letters[index] ?? letters.at(-1) ?? "?";
    if (!FITS[letter]?.(type)) {
      throw semantic(
        "SEM0025",
        `${name}(): argument #${index + 1} does not have the expected type, got ${type}`,
      );
    }
  });
}

export function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

/** A number, or NaN where there is none. */
export function number(value: Value | undefined): number {
  return typeof value === "number" ? value : Number.NaN;
}

/** A result that may be no number, which is null here. */
export function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
