/**
 * The form of a message with as many lines as its channel takes.
 *
 * @param render the form with that many lines; with none it always fits, as every other text is bounded
 */
export function fitLines<T>(lines: number, render: (shown: number) => T, fits: (form: T) => boolean): T {
  for (let shown = lines; shown > 0; shown -= 1) {
    const form = render(shown);
    if (fits(form)) return form;
  }
  return render(0);
}
