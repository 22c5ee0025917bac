import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Message } from './message.ts';
import { record } from './record.ts';

/** The ending of the names of our files, by which those of other programs are left alone. */
const ENDING = '.hpo';
const OURS = /^events\.out\.tfevents\.(\d+)\..*\.hpo$/;

/** A file of TensorBoard's events, written event by event. */
export class EventFile {
  readonly #file: number;
  readonly #now: () => number;

  /**
   * Makes a new file, behind those that are in the folder.
   *
   * @param folder is made where it is missing.
   * @param afterStep the step after which it goes on from the files before: what these have of later steps is taken
   *   back. Undefined for a run that begins: former files of ours are removed.
   * @param now the time in milliseconds since 1970.
   */
  constructor(folder: string, afterStep: number | undefined, now: () => number = Date.now) {
    this.#now = now;
    mkdirSync(folder, { recursive: true });
    const former = readdirSync(folder).flatMap((name) => {
      const [, seconds] = OURS.exec(name) ?? [];
      return seconds === undefined ? [] : [{ name, seconds: Number(seconds) }];
    });
    if (afterStep === undefined) for (const { name } of former) rmSync(join(folder, name), { force: true });
    const seconds = former.reduce((latest, file) => Math.max(latest, file.seconds + 1), Math.floor(now() / 1000));
    const host = hostname().replace(/[^A-Za-z0-9-]/g, '_');
    this.#file = openSync(join(folder, `events.out.tfevents.${seconds}.${host}.${process.pid}${ENDING}`), 'wx');
    this.#write(new Message().text(3, 'brain.Event:2'));
    if (afterStep !== undefined && former.length > 0) this.#write(restart(afterStep + 1));
  }

  /** Writes values of a step. */
  add(step: number, values: readonly Message[]): void {
    if (values.length === 0) return;
    const summary = new Message();
    for (const value of values) summary.inner(1, value);
    this.#write(new Message().whole(2, step).inner(5, summary));
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(event: Message): void {
    writeSync(this.#file, record(event.double(1, this.#now() / 1000).encoded()));
  }
}

/** The mark behind which a reader forgets what it has of this step and later ones. */
function restart(step: number): Message {
  return new Message().whole(2, step).inner(7, new Message().whole(1, 1));
}
