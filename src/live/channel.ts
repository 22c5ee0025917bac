import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type JsonValue, stringifyPythonJson } from '../base/json.ts';
import type { Storage } from '../storage/storage.ts';
import { EventStream } from './event-stream.ts';
import type { LiveMessage, Trouble } from './live-data.ts';

/** The most text of past messages that is kept for pages that are behind, in characters. */
const MOST_KEPT = 1_000_000;

/** A page, and the last message that it got; 0 before the first. */
interface Reader {
  readonly stream: EventStream;
  at: number;
}

/** A message that was sent to all pages. */
interface Sent {
  readonly revision: number;
  readonly text: string;
}

/** The messages to a page that begins. */
interface Whole {
  readonly revision: number;
  readonly texts: readonly string[];
  /** False where the view cannot be made for now. */
  readonly isWhole: boolean;
}

/**
 * The messages of one view to all pages that show it. A page that begins gets all of the view, and then what changes. One
 * that reads slowly, or comes back, gets the changes that it has missed, or all where they are not kept any more.
 */
export abstract class Channel {
  readonly #epoch = randomUUID();
  readonly #readers = new Set<Reader>();
  /** The newest messages. */
  #sent: readonly Sent[] = [];
  #revision = 0;
  #trouble: Trouble | null = null;
  /** All of the view in messages, for pages that begin at once. */
  #whole: Whole | undefined;

  /** Whether a page shows the view. */
  get isWatched(): boolean {
    return this.#readers.size > 0;
  }

  get trouble(): Trouble | null {
    return this.#trouble;
  }

  /** All of the view; undefined until it was read. */
  protected abstract whole(): LiveMessage | undefined;

  /** Reads what has changed, and publishes it. */
  abstract refresh(storage: Storage): Promise<void>;

  /** Sends the view to a page, from now until the page is closed. @param lastId the id of the last event that it got. */
  join(response: ServerResponse, lastId: string | undefined): void {
    const reader: Reader = {
      stream: new EventStream(response, () => this.#feed(reader)),
      at: this.#revisionOf(lastId),
    };
    this.#readers.add(reader);
    response.on('close', () => this.#readers.delete(reader));
    this.#feed(reader);
  }

  /** Tells the pages why they do not show the newest state; null where they do again. */
  setTrouble(trouble: Trouble | null): void {
    if (trouble?.kind === this.#trouble?.kind && trouble?.text === this.#trouble?.text) return;
    this.#trouble = trouble;
    this.publish({ kind: 'trouble', trouble });
  }

  /** Sends signs of life to the pages. */
  beat(): void {
    for (const { stream } of this.#readers) stream.beat();
  }

  /** Ends the pages' connections. */
  end(): void {
    for (const { stream } of this.#readers) stream.end();
  }

  /** Sends a message of what has changed to all pages; undefined sends them all of the view. */
  protected publish(message: LiveMessage | undefined): void {
    this.#revision++;
    if (message === undefined) this.#sent = [];
    else {
      const kept = [...this.#sent, { revision: this.#revision, text: textOf(message) }];
      let length = kept.reduce((sum, { text }) => sum + text.length, 0);
      while (length > MOST_KEPT && kept.length > 1) length -= (kept.shift() as Sent).text.length;
      this.#sent = kept;
    }
    for (const reader of this.#readers) this.#feed(reader);
  }

  #feed(reader: Reader): void {
    const { stream } = reader;
    while (!stream.isClogged && reader.at < this.#revision) {
      const next = reader.at === 0 ? undefined : this.#sent.find(({ revision }) => revision === reader.at + 1);
      if (next !== undefined) {
        reader.at = next.revision;
        stream.send(this.#id(next.revision), next.text);
        continue;
      }
      const { texts, isWhole } = this.#wholeView();
      reader.at = isWhole ? this.#revision : 0;
      for (const text of texts) stream.send(this.#id(reader.at), text);
      if (!isWhole) return; // it gets all with the next message
    }
  }

  /** The messages that hold all of the view, as of the last revision. */
  #wholeView(): Whole {
    if (this.#whole?.revision !== this.#revision) this.#whole = this.#newWhole();
    return this.#whole;
  }

  /** A view that cannot be made is a trouble of its pages, and none of the run that they show. */
  #newWhole(): Whole {
    const revision = this.#revision;
    try {
      const whole = this.whole();
      const trouble = this.#trouble && textOf({ kind: 'trouble', trouble: this.#trouble });
      const texts = [whole && textOf(whole), trouble].filter((text) => typeof text === 'string');
      return { revision, texts, isWhole: true };
    } catch (error) {
      return { revision, texts: [textOf({ kind: 'trouble', trouble: awayBy(error) })], isWhole: false };
    }
  }

  #id(revision: number): string {
    return `${this.#epoch}.${revision}`;
  }

  /** The message that an id names; 0 for one of another time. */
  #revisionOf(id: string | undefined): number {
    const [epoch, revision] = id?.split('.') ?? [];
    const at = epoch === this.#epoch ? Number(revision) : 0;
    return Number.isSafeInteger(at) && at >= 0 && at <= this.#revision ? at : 0;
  }
}

/** The trouble of pages whose content cannot be read. */
export function awayBy(error: unknown): Trouble {
  return { kind: 'away', text: error instanceof Error ? error.message : String(error) };
}

function textOf(message: LiveMessage): string {
  return stringifyPythonJson(message as unknown as JsonValue);
}
