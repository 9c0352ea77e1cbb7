/** The first bytes of every chunk of every version: `SWC`, then the version. */
export const MAGIC = [0x53, 0x57, 0x43];
export const VERSION = 1;
/** Where the CRC-32 stands, and where the bytes begin that it is of. They end with the chunk. */
export const CRC_AT = 4;
export const CHECKED_FROM = 8;
