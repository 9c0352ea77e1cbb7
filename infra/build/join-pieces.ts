/**
 * Puts the pieces that are read at start into the file that the host begins with: to find, read and compile a dozen small files takes
 * a tenth of a cold start. What is left of such a piece hands on what became of it, for the pieces that come later and ask for it by name.
 *
 * @param pieces text of CommonJS by file name, which `require` each other by `./name`
 * @param main the file that the host begins with
 * @param early the others that are read with it
 */
export function joinPieces(
  pieces: ReadonlyMap<string, string>,
  main: string,
  early: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const inside = [...early].filter((name) => name !== main);
  // In parentheses the engine compiles a function at once, since it is called at once.
  const bodies = inside.map(
    (name) => `"./${name}":(function(module,exports,require){${pieces.get(name)}\n})`,
  );
  const joined = [
    `const bodies={${bodies.join(",\n")}};`,
    "const made={};",
    "function piece(name){",
    "  if(!(name in bodies))return require(name);",
    "  if(!(name in made)){const module=made[name]={exports:{}};bodies[name](module,module.exports,piece);}",
    "  return made[name].exports;",
    "}",
    "exports.piece=piece;",
    `(function(module,exports,require){${pieces.get(main)}\n})({exports:{}},{},piece);\n`,
  ].join("\n");
  const rest = [...pieces].filter(([name]) => name !== main && !early.has(name));
  const stubs = inside.map(
    (name) => [name, `module.exports=require("./${main}").piece("./${name}");\n`] as const,
  );
  return new Map([[main, joined], ...rest, ...stubs]);
}
