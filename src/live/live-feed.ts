import { setTimeout as sleep } from 'node:timers/promises';
import { HpoError } from '../base/errors.ts';
import type { LiveRun } from '../dashboard/live-run.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { awayBy, type Channel } from './channel.ts';
import type { NoteEdit } from './live-data.ts';
import { StudiesChannel } from './studies-channel.ts';
import { StudyChannel } from './study-channel.ts';
import type { StorageSource } from './watched-storage.ts';

/** The least time between two looks at the storage, in milliseconds. */
const LOOK_MS = 1_000;
/** The greatest share of a core that looking takes; a very large study is looked at less often for this. */
const MOST_SHARE = 0.1;
/** The time in which changes of the run's state are gathered, in milliseconds. */
const RUN_MS = 250;
/** The time between two signs of life to the pages, in milliseconds. */
const BEAT_MS = 15_000;

/** The longest wait of an end for a look that is under way, in milliseconds. */
const PATIENCE_MS = 300;
/** The most studies that are kept while no page shows them. */
const MOST_LEFT = 4;

/** The run of one's own that the pages show, as its events have it. */
export interface OwnRun {
  readonly study: StudyRecord;
  readonly state: () => LiveRun | undefined;
}

/** Reads a storage for all open pages together, while there are any. */
export class LiveFeed {
  readonly #source: StorageSource;
  readonly #studies = new StudiesChannel();
  readonly #ofStudy = new Map<string, StudyChannel>();
  readonly #beats: NodeJS.Timeout;
  readonly #run: OwnRun | undefined;
  #timer: NodeJS.Timeout | undefined;
  #runTimer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isAskedAgain = false;
  #isFinished = false;

  /** @param run a run of one's own, which these pages can steer. */
  constructor(source: StorageSource, run?: OwnRun) {
    this.#source = source;
    this.#run = run;
    this.#beats = setInterval(() => this.#each((channel) => channel.beat()), BEAT_MS);
    this.#beats.unref();
  }

  /** The view of a study, or of the list of all, for pages that join it. @param study null for the list. */
  channel(study: string | null): Channel {
    if (study === null) return this.#studies;
    let channel = this.#ofStudy.get(study);
    if (channel === undefined || channel.isGone) {
      channel = new StudyChannel(study, (record) =>
        record.id === this.#run?.study.id ? this.#run.state() : undefined,
      );
      this.#forget();
      this.#ofStudy.set(study, channel);
    }
    return channel;
  }

  /** Looks at the storage now, and from now on while a page is open. */
  look(): void {
    clearTimeout(this.#timer);
    if (this.#isFinished) return;
    if (this.#looking !== undefined) {
      this.#isAskedAgain = true;
      return;
    }
    this.#isAskedAgain = false;
    const before = process.cpuUsage();
    this.#looking = this.#refresh().finally(() => {
      this.#looking = undefined;
      if (this.#isFinished || this.#watched().length === 0) return;
      if (this.#isAskedAgain) return this.look();
      const { user, system } = process.cpuUsage(before);
      const pause = Math.max(LOOK_MS, (user + system) / 1000 / MOST_SHARE);
      this.#timer = setTimeout(() => this.look(), Math.min(pause, 30 * LOOK_MS));
      this.#timer.unref();
    });
  }

  /** Shows the run's state as its events have it now; changes that come in one go are shown together. */
  runChanged(): void {
    this.#runTimer ??= setTimeout(() => {
      this.#runTimer = undefined;
      for (const channel of this.#ofStudy.values()) if (channel.isWatched) refreshRun(channel);
    }, RUN_MS).unref();
  }

  /** Stores a note. @throws HpoError where it cannot be stored. */
  async edit(edit: NoteEdit): Promise<void> {
    const channel = this.#ofStudy.get(edit.study);
    if (channel === undefined) throw new HpoError('HPO_INVALID_ARGUMENT', `No page shows the study '${edit.study}'.`);
    await channel.edit(await this.#source.open(), edit);
    this.look();
  }

  /** Looks at the storage for the last time, before its opener closes it. */
  async finish(): Promise<void> {
    this.#isFinished = true;
    clearTimeout(this.#timer);
    await this.#looking;
    await this.#refresh();
  }

  /** Ends all connections. @param reason for the pages to show; they then do not connect again. */
  async close(reason?: string): Promise<void> {
    this.#isFinished = true;
    for (const timer of [this.#timer, this.#runTimer, this.#beats]) clearTimeout(timer);
    await Promise.race([this.#looking, sleep(PATIENCE_MS)]); // the storage may be away
    if (reason !== undefined) this.#each((channel) => channel.setTrouble({ kind: 'ended', text: reason }));
    this.#each((channel) => channel.end());
    await this.#source.reset();
  }

  async #refresh(): Promise<void> {
    let storage: Storage | undefined;
    for (const channel of this.#watched()) {
      try {
        storage ??= await this.#source.open();
        await channel.refresh(storage);
        if (channel.trouble?.kind === 'away') channel.setTrouble(null);
      } catch (error) {
        await this.#source.reset();
        storage = undefined;
        channel.setTrouble(awayBy(error));
      }
    }
  }

  /** Forgets studies that no page shows, but for the last ones, which a page may come back to. */
  #forget(): void {
    const left = [...this.#ofStudy].filter(([, channel]) => !channel.isWatched);
    for (const [name] of left.slice(0, -MOST_LEFT)) this.#ofStudy.delete(name);
  }

  #watched(): readonly (StudiesChannel | StudyChannel)[] {
    return [this.#studies, ...this.#ofStudy.values()].filter((channel) => channel.isWatched);
  }

  #each(use: (channel: Channel) => void): void {
    for (const channel of [this.#studies, ...this.#ofStudy.values()]) use(channel);
  }
}

function refreshRun(channel: StudyChannel): void {
  try {
    channel.refreshRun();
  } catch (error) {
    channel.setTrouble(awayBy(error));
  }
}
