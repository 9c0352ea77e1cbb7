import { errorText } from "#core/error-text.ts";
import type { SeriesName } from "#core/series/sample-block.ts";
import { fromParts, partNames, toParts } from "./binary-parts.ts";
import { decodeColumn, encodeColumn } from "./series-column.ts";
import { decodeDirectory, encodeDirectory } from "./series-directory.ts";
import type { Step } from "./step.ts";
import type { StoredEntity } from "./table.ts";

/** Minutes of a page. */
export const PAGE_MINUTES = 60;
/** By these a full page of doubles stays below 400 KiB, and no property, entity or transaction can get too big. */
const MOST_SERIES = 512;
const MOST_NAME_CHARS = 128 * 1024;

const DIRECTORY = "d";
const MINUTES: readonly string[] = Array.from(
  { length: PAGE_MINUTES },
  (_, m) => `m${String(m).padStart(2, "0")}`,
);

/** Names of all that a page may hold. */
export const PAGE_PROPERTIES: readonly string[] = [...partNames(DIRECTORY), ...MINUTES];

/** Up to 512 series of one cluster in one hour: one entity, as we know it, with what is not stored yet. */
export class SeriesPage {
  readonly number: number;
  /** `null` while the entity does not exist. */
  tag: string | null = null;
  readonly names: SeriesName[] = [];
  /** False where the stored directory cannot be read: the page is left as it is, and other pages take the series. */
  readable = true;
  #nameChars = 0;
  /** Values of a minute by the series' place in `names`; may be shorter than it. */
  readonly #columns: (Float64Array | undefined)[] = new Array(PAGE_MINUTES);
  /** A column that was forgotten: each minute forgets one and needs one. */
  #spare: Float64Array | undefined;
  readonly #unsaved = new Uint8Array(PAGE_MINUTES);
  /** The names as bytes, once they were needed. */
  #directory: Buffer | undefined;
  #directoryUnsaved = false;

  constructor(number: number) {
    this.number = number;
  }

  /** @param faults takes a sentence for each part that cannot be read */
  static decode(
    number: number,
    entity: StoredEntity,
    known: SeriesPage | undefined,
    faults: string[],
  ): SeriesPage {
    const page = new SeriesPage(number);
    page.tag = entity.tag;
    page.#decodeDirectory(entity, known, faults);
    if (!page.readable) return page;
    for (const [minute, property] of MINUTES.entries()) {
      const stored = entity.properties[property];
      if (!(stored instanceof Uint8Array)) continue;
      const column = new Float64Array(page.names.length);
      try {
        decodeColumn(stored, column);
        page.#columns[minute] = column;
      } catch (error) {
        faults.push(`${entity.rowKey} ${property}: ${errorText(error)}`);
      }
    }
    return page;
  }

  /** True while another series fits. */
  get hasRoom(): boolean {
    return this.readable && this.names.length < MOST_SERIES && this.#nameChars < MOST_NAME_CHARS;
  }

  /** @returns the place of the series */
  add(name: SeriesName): number {
    this.#nameChars += name.key.length;
    this.#directory = undefined;
    this.#directoryUnsaved = true;
    return this.names.push(name) - 1;
  }

  /** The names as bytes, if they are exactly these. */
  directoryOf(names: readonly SeriesName[]): Buffer | undefined {
    const same =
      names.length === this.names.length && names.every(({ key }, i) => key === this.names[i]?.key);
    return same ? this.#directory : undefined;
  }

  isNamedBy(directory: Uint8Array): boolean {
    return this.#directory?.equals(directory) === true;
  }

  column(minute: number): Float64Array | undefined {
    return this.#columns[minute];
  }

  /** @returns whether that changed anything */
  set(minute: number, place: number, value: number): boolean {
    let column = this.#columns[minute];
    if (column === undefined || column.length <= place) {
      column = this.#grown(column);
      this.#columns[minute] = column;
    }
    if (column[place] === value) return false;
    column[place] = value;
    this.#unsaved[minute] = 1;
    return true;
  }

  get isUnsaved(): boolean {
    return this.#unsaved.includes(1);
  }

  /**
   * The step that stores what changed.
   *
   * @param before the same page an hour ago, if known: mostly the same names, which need not be encoded again
   */
  toStep(row: string, before: SeriesPage | undefined): Step {
    const properties: Record<string, Uint8Array> = {};
    if (this.#directoryUnsaved) {
      this.#directory ??= before?.directoryOf(this.names) ?? unpooled(encodeDirectory(this.names));
      Object.assign(properties, toParts(DIRECTORY, this.#directory));
    }
    MINUTES.forEach((property, minute) => {
      const column = this.#unsaved[minute] === 1 ? this.#columns[minute] : undefined;
      if (column === undefined) return;
      properties[property] = encodeColumn(column, Math.min(column.length, this.names.length));
    });
    return this.tag === null
      ? { kind: "insert", row, properties }
      : { kind: "merge", row, tag: this.tag, properties };
  }

  markSaved(tag: string): void {
    this.tag = tag;
    this.#unsaved.fill(0);
    this.#directoryUnsaved = false;
  }

  /** Forgets the minutes before this one. */
  forget(beforeMinute: number): void {
    for (let minute = 0; minute < Math.min(beforeMinute, PAGE_MINUTES); minute += 1) {
      this.#spare = this.#columns[minute] ?? this.#spare;
      this.#columns[minute] = undefined;
    }
  }

  /** A column for all names there are; callers name the series first. */
  #grown(column: Float64Array | undefined): Float64Array {
    const count = this.names.length;
    const spare = this.#spare?.length === count ? this.#spare : undefined;
    if (spare !== undefined) this.#spare = undefined;
    const longer = (spare ?? new Float64Array(count)).fill(Number.NaN);
    if (column !== undefined) longer.set(column);
    return longer;
  }

  #decodeDirectory(entity: StoredEntity, known: SeriesPage | undefined, faults: string[]): void {
    const stored = fromParts(DIRECTORY, entity.properties);
    try {
      if (stored === undefined) throw new Error("no directory");
      // Hour for hour the same nodes: most directories are the one we have just read.
      const names = known?.isNamedBy(stored) ? known.names : decodeDirectory(stored);
      for (const name of names) this.add(name);
      this.#directory = unpooled(stored);
      this.#directoryUnsaved = false;
    } catch (error) {
      this.readable = false;
      faults.push(`${entity.rowKey} directory: ${errorText(error)}`);
    }
  }
}

/** In memory of its own: what lives for hours must not keep the pool alive that small buffers are cut from. */
function unpooled(bytes: Uint8Array): Buffer {
  return Buffer.from(new Uint8Array(bytes).buffer);
}
