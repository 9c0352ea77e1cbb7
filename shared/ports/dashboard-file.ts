/** A file of the dashboard in the forms that it is sent in. */
export interface DashboardFile {
  /** All but `index.html` carry a hash of their content. */
  readonly name: string;
  readonly type: string;
  /** With its quotes. */
  readonly etag: string;
  readonly plain: Uint8Array;
  readonly gzip: Uint8Array;
  readonly br: Uint8Array;
}
