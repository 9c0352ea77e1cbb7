import type { PlanAnswer } from "#api/answers/plan.ts";
import { h, svg } from "../../parts/element.ts";
import { number, percent } from "../../text/format.ts";
import { type CurveScale, curvePath, curveScale } from "../../text/plan-curve.ts";

const WIDTH = 460;
const HEIGHT = 180;
/** Room for the words at the axes. */
const LEFT = 66;
const ROW = 19;
const BELOW = 3 * ROW + 6;

/** What the cluster's own peak takes, at other numbers of nodes with the same settings; the table beside it says the same in figures. */
export function planCurve(
  { curve }: PlanAnswer["paths"][number],
  { nodes, nodesToday, maximumNodes, warnRatio }: PlanAnswer["assumed"],
): HTMLElement | null {
  if (curve.every(({ share }) => share === null)) return null;
  const scale = curveScale(curve, WIDTH, HEIGHT);
  const most = curve.at(-1)?.nodes ?? 1;
  const refused = curve.find(({ share, verdict }) => share === null && verdict === "doesNotFit")?.nodes;
  const asked = nodes !== nodesToday && nodes !== maximumNodes;
  return h(
    "div",
    { class: "curve" },
    svg(
      "svg",
      {
        viewBox: `0 0 ${LEFT + WIDTH + 12} ${HEIGHT + BELOW + 12}`,
        role: "img",
        "aria-label": `Curve: share in use at the peak, for 1 to ${number(most)} nodes. The table below has the same in figures.`,
      },
      svg(
        "g",
        { transform: `translate(${LEFT} 8)` },
        ...shares(scale),
        level(scale, warnRatio, `warning ${percent(warnRatio)}`, "warnline"),
        level(scale, 1, "100 %", "failline"),
        ...(refused === undefined ? [] : [refusal(scale, refused)]),
        ...(asked ? [mark(scale, nodes, "asked", 3)] : []),
        mark(scale, nodesToday, nodesToday === maximumNodes ? "today, most" : "today", 1),
        ...(nodesToday === maximumNodes ? [] : [mark(scale, maximumNodes, "most", 2)]),
        // What leaves the picture is cut off.
        svg(
          "svg",
          { width: WIDTH, height: HEIGHT },
          svg("path", { d: curvePath(curve, scale), class: "line" }),
        ),
        axis(),
        label(WIDTH, HEIGHT + ROW, `${number(most)} nodes`, "end"),
      ),
    ),
  );
}

function shares({ y, top }: CurveScale): SVGElement[] {
  const step = top > 2 ? 1 : 0.5;
  const values = Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
  return values.map((share) => label(-8, y(share) + 4, percent(share), "end"));
}

function level({ y }: CurveScale, share: number, text: string, kind: string): SVGElement {
  const line = svg("line", { x1: 0, x2: WIDTH, y1: y(share), y2: y(share), class: kind });
  return svg("g", {}, line, label(WIDTH, y(share) - 4, text, "end"));
}

/** From here on Azure does not take the setting. */
function refusal({ x }: CurveScale, nodes: number): SVGElement {
  const ground = svg("rect", {
    x: x(nodes),
    y: 0,
    width: Math.max(0, WIDTH - x(nodes)),
    height: HEIGHT,
    class: "refused",
  });
  return svg("g", {}, ground, label(Math.min(x(nodes) + 6, WIDTH - 90), 14, "Azure refuses", "start"));
}

/** @param row of its words under the picture: two numbers may be close to each other */
function mark({ x }: CurveScale, nodes: number, text: string, row: number): SVGElement {
  const at = Math.min(x(nodes), WIDTH);
  const line = svg("line", { x1: at, x2: at, y1: 0, y2: HEIGHT, class: "markline" });
  const anchor = at > WIDTH / 2 ? "end" : "start";
  return svg("g", {}, line, label(at, HEIGHT + row * ROW, `${text} ${number(nodes)}`, anchor));
}

function axis(): SVGElement {
  return svg("line", { x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT, class: "axis" });
}

function label(x: number, y: number, text: string, anchor: string): SVGElement {
  return svg("text", { x, y, "text-anchor": anchor }, document.createTextNode(text));
}
