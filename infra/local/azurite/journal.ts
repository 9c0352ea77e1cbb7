// Makes what Azurite acknowledged survive the death of its process.
//
// Azurite keeps everything in LokiJS, which writes the whole database to disk every 5 s: `kill -9` loses up
// to 5 s of acknowledged writes, and a large database costs CPU all the time. We replace that timer by a
// write-ahead journal: each change is appended to a file before the response to the request leaves
// (`beforeResponse`), and a snapshot is taken only when the journal has grown, and on a graceful close.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type Change, JournalFile } from "./journal-file.ts";
import type { Callback, Loki, LokiClass, LokiCollection, LokiDocument } from "./loki.ts";

/** A snapshot is due when the journal is this large, bytes: half a second's reading at the next start. */
const SNAPSHOT_AFTER = 16 * 1024 * 1024;

interface Recorder {
  readonly file: JournalFile;
  /** Changes of this turn of the event loop, as JSON, not yet on disk. */
  pending: string[];
  /** Off while a database is read from disk: that is no change. */
  recording: boolean;
  snapshotDue: boolean;
}

const recorders = new Map<Loki, Recorder>();
let flushScheduled = false;

/** Patches LokiJS. Call it before Azurite makes its databases; never for databases in memory. */
export function installJournal({ prototype }: LokiClass): void {
  const original = {
    addCollection: prototype.addCollection,
    removeCollection: prototype.removeCollection,
    loadDatabase: prototype.loadDatabase,
    saveDatabaseInternal: prototype.saveDatabaseInternal,
  };
  const watched = new WeakSet<LokiCollection>();

  // Without its timer, `autosave` still means "save on close if something changed".
  prototype.autosaveEnable = function (this: Loki): void {
    this.autosave = true;
  };

  prototype.addCollection = function (this: Loki, name, options) {
    const collection = original.addCollection.call(this, name, options);
    if (watched.has(collection)) return collection;
    watched.add(collection);
    const put = (documents: LokiDocument | LokiDocument[]): void => {
      for (const document of [documents].flat()) record(this, { op: "put", in: name, document });
    };
    collection.on("insert", put);
    collection.on("update", put);
    collection.on("delete", (documents) => {
      for (const { $loki } of [documents].flat()) record(this, { op: "cut", in: name, id: $loki });
    });
    record(this, { op: "open", in: name, ...(options && { options }) });
    return collection;
  };

  prototype.removeCollection = function (this: Loki, name) {
    original.removeCollection.call(this, name);
    record(this, { op: "drop", in: name });
  };

  prototype.loadDatabase = function (this: Loki, options, callback) {
    const recorder = recorderOf(this);
    recorder.recording = false;
    original.loadDatabase.call(this, options, (error) => {
      if (error) {
        callback(error);
        return;
      }
      try {
        const snapshot = Number(this.name ?? 0) || 0;
        for (const change of recorder.file.read(snapshot)) apply(this, change);
        recorder.file.moveTo(recorder.file.newest(snapshot) + 1);
      } catch (cause) {
        callback(new Error(`cannot replay the journal of ${this.filename}`, { cause }));
        return;
      }
      recorder.recording = true;
      callback();
    });
  };

  prototype.saveDatabaseInternal = function (this: Loki, callback: Callback) {
    flush();
    const { file } = recorderOf(this);
    file.moveTo(file.generation + 1);
    const generation = file.generation;
    this.name = String(generation);
    original.saveDatabaseInternal.call(this, (error) => {
      if (!error) file.removeBefore(generation);
      callback(error);
    });
  };
}

/** Holds back every response of a server until the changes its request made are in the journal. */
export function beforeResponse(server: Server): void {
  server.prependListener("request", (_request: IncomingMessage, response: ServerResponse) => {
    const write = response.write;
    const end = response.end;
    response.write = function (this: ServerResponse, ...parts: Parameters<typeof write>) {
      flush();
      return write.apply(this, parts);
    } as typeof write;
    response.end = function (this: ServerResponse, ...parts: Parameters<typeof end>) {
      flush();
      return end.apply(this, parts);
    } as typeof end;
  });
}

function recorderOf(db: Loki): Recorder {
  let recorder = recorders.get(db);
  if (recorder === undefined) {
    recorder = { file: new JournalFile(db.filename), pending: [], recording: true, snapshotDue: false };
    recorders.set(db, recorder);
  }
  return recorder;
}

/** Azurite changes documents again after it told LokiJS, so a change becomes text at once. */
function record(db: Loki, change: Change): void {
  const recorder = recorderOf(db);
  if (!recorder.recording) return;
  recorder.pending.push(JSON.stringify(change));
  if (flushScheduled) return;
  flushScheduled = true;
  setImmediate(flush); // changes that no response waits for, such as garbage collection
}

/** One line per database: the changes of a table transaction stand or fall together. */
function flush(): void {
  flushScheduled = false;
  for (const [db, recorder] of recorders) {
    if (recorder.pending.length === 0) continue;
    const line = `[${recorder.pending.join(",")}]`;
    recorder.pending = [];
    recorder.file.append(line);
    if (recorder.file.bytes < SNAPSHOT_AFTER || recorder.snapshotDue) continue;
    recorder.snapshotDue = true;
    setImmediate(() => {
      db.saveDatabase((error) => {
        recorder.snapshotDue = false;
        if (error) console.error("snapshot failed", error);
      });
    });
  }
}

function apply(db: Loki, change: Change): void {
  if (change.op === "open") {
    db.addCollection(change.in, change.options);
    return;
  }
  if (change.op === "drop") {
    db.removeCollection(change.in);
    return;
  }
  const collection = db.getCollection(change.in) ?? db.addCollection(change.in);
  if (change.op === "cut") {
    if (collection.get(change.id) !== null) collection.remove(change.id);
    return;
  }
  if (collection.get(change.document.$loki) !== null) {
    collection.update(change.document);
    return;
  }
  // LokiJS gives each new document the next number: make the next one the number it had.
  const { $loki, ...document } = change.document;
  collection.maxId = $loki - 1;
  collection.insert(document);
}
