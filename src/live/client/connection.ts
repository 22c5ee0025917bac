import { parsePythonJson } from '../../base/json.ts';
import type { LiveMessage, NoteEdit, PageData, PageOrder } from '../live-data.ts';

/** The time after which a page that nobody sees is no longer kept up to date, in milliseconds. */
const HIDDEN_MS = 10_000;

/**
 * The connection to the server. It connects again by itself when it is lost. While nobody sees the page it is given up,
 * since a browser keeps six connections to a server at most, for all pages together.
 */
export class Connection {
  readonly #data: PageData;
  #source: EventSource | undefined;
  #lastId = '';
  #isOver = false;
  #hiding: ReturnType<typeof setTimeout> | undefined;

  constructor(data: PageData) {
    this.#data = data;
  }

  /**
   * Hears what happens.
   * @param onLost called when the connection is lost (`again`: the browser tries to connect again), and undefined when
   *   it is there.
   */
  open(onMessage: (message: LiveMessage) => void, onLost: (lost: 'again' | 'refused' | undefined) => void): void {
    const connect = () => {
      const { token, study } = this.#data;
      const query = { token, ...(study !== null && { study }), ...(this.#lastId !== '' && { last: this.#lastId }) };
      const source = new EventSource(`events?${new URLSearchParams(query)}`);
      this.#source = source;
      source.onopen = () => onLost(undefined);
      source.onerror = () => onLost(source.readyState === EventSource.CLOSED ? 'refused' : 'again');
      source.onmessage = ({ data, lastEventId }) => {
        this.#lastId = lastEventId;
        onMessage(parsePythonJson(data) as unknown as LiveMessage);
      };
    };
    const giveUp = () => {
      this.#source?.close();
      this.#source = undefined;
    };
    document.addEventListener('visibilitychange', () => {
      clearTimeout(this.#hiding);
      if (document.visibilityState === 'hidden') this.#hiding = setTimeout(giveUp, HIDDEN_MS);
      else if (this.#source === undefined && !this.#isOver) connect();
    });
    connect();
  }

  /** Hears nothing more. */
  close(): void {
    this.#isOver = true;
    this.#source?.close();
  }

  /** Gives an order to the run. @returns the reason why it is not obeyed; undefined where it is. */
  order(order: PageOrder): Promise<string | undefined> {
    return this.#post('order', order);
  }

  /** Stores a note. @returns the reason why it is not stored; undefined where it is. */
  edit(edit: NoteEdit): Promise<string | undefined> {
    return this.#post('note', edit);
  }

  async #post(path: string, body: object): Promise<string | undefined> {
    try {
      const answer = await fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-hpo-token': this.#data.token },
        body: JSON.stringify(body),
      });
      return answer.ok ? undefined : await answer.text();
    } catch {
      return 'hpo does not answer.';
    }
  }
}
