/** A query that cannot be answered: the innermost code and message of Azure's 400. */
export class KqlError extends Error {
  readonly kind: "SemanticError" | "SyntaxError";
  readonly code: string;

  constructor(kind: "SemanticError" | "SyntaxError", code: string, message: string) {
    super(message);
    this.kind = kind;
    this.code = code;
  }
}

/** A name that is neither a table nor a column here. */
export function unresolved(name: string, operator: string): KqlError {
  return semantic(
    "SEM0100",
    `'${operator}' operator: Failed to resolve table or column expression named '${name}'`,
  );
}

export function semantic(code: string, message: string): KqlError {
  return new KqlError("SemanticError", code, message);
}

export function syntax(text: string, at: number, token: string): KqlError {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const place = `[${line},${at - (before.lastIndexOf("\n") + 1) + 1}]`;
  return new KqlError("SyntaxError", "SYN0002", `Query could not be parsed at '${token}' on line ${place}`);
}

/** Something of the language that Azure knows and this interpreter does not. */
export function unsupported(what: string): KqlError {
  return semantic("SIM0001", `the simulated Azure does not understand ${what}`);
}

/** Values of any shape have no order and no equality that a group could be made by. */
export function dynamicKey(name: string): KqlError {
  return semantic(
    "SEM0066",
    `Key '${name}' is of a 'dynamic' type. Please use an explicit cast (for example, 'tostring(${name})'), as grouping or ordering by a 'dynamic' type is not supported.`,
  );
}
