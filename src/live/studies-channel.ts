import type { Storage } from '../storage/storage.ts';
import { Channel } from './channel.ts';
import type { LiveMessage, StudyRow } from './live-data.ts';

/** The list of all studies of a storage. */
export class StudiesChannel extends Channel {
  #studies: readonly StudyRow[] | undefined;
  #text = '';

  async refresh(storage: Storage): Promise<void> {
    const studies: StudyRow[] = [];
    for (const record of await storage.listStudies()) {
      const counts = await storage.counts(record);
      const [best] = record.directions.length === 1 ? await storage.bestTrials(record, 1) : [];
      const { name, directions } = record;
      studies.push({ name, directions, counts, best: best?.values?.[0] ?? null });
    }
    const text = JSON.stringify(studies);
    if (text === this.#text) return;
    this.#text = text;
    this.#studies = studies;
    this.publish(undefined);
  }

  protected whole(): LiveMessage | undefined {
    return this.#studies && { kind: 'studies', studies: this.#studies };
  }
}
