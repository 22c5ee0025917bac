import { WarmProcess } from '../warm-process.ts';

const turnSeconds = 2;
/** Steps of the first turns, which are not counted: they compile, and show how many steps a turn has room for. */
const warmUps = [2, 20];
export const warmUpTurns = warmUps.length;

/** Some processes that train the same net at the same time, each `command ARGS… NETWORK BATCH`. */
export class Side {
  readonly #processes: readonly WarmProcess[];
  readonly #batchSize: number;
  readonly #rates: number[] = [];
  #steps = warmUps[0] as number;
  #peakBytes = 0;

  constructor(command: readonly string[], { network, batchSize, count }: Case) {
    const [program = '', ...args] = [...command, network, String(batchSize)];
    this.#processes = Array.from({ length: count }, () => new WarmProcess(program, args));
    this.#batchSize = batchSize;
  }

  /** The first process's description of itself, once all are ready. */
  async ready<T>(): Promise<T> {
    const [first] = await Promise.all(this.#processes.map((process) => process.read<T>()));
    return first as T;
  }

  /** Trains for about two seconds, or as long as a warm-up takes, and notes the speed. */
  async turn(): Promise<void> {
    const answers = await Promise.all(this.#processes.map((process) => process.turn<Turn>(this.#steps)));
    const seconds = Math.max(...answers.map((answer) => answer.seconds));
    this.#rates.push((this.#processes.length * this.#steps * this.#batchSize) / seconds);
    this.#steps = warmUps[this.#rates.length] ?? Math.max(1, Math.round((this.#steps / seconds) * turnSeconds));
    this.#peakBytes = Math.max(...answers.map((answer) => answer.peakBytes));
  }

  /** Images a second of all processes together: the median of the turns after the warm-ups. */
  get rate(): number {
    const rates = this.#rates.slice(warmUps.length).sort((a, b) => a - b);
    return rates[(rates.length - 1) >> 1] as number;
  }

  /** The most memory that one of the processes has held. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  async end(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.end()));
  }
}

/** A case to train: a net, with batches of a size, in a number of processes at once. */
export interface Case {
  readonly network: string;
  readonly batchSize: number;
  readonly count: number;
}

/** A trainer's report (`trainer.ts`, `bench/peer/training.py`) on some steps. */
interface Turn {
  readonly seconds: number;
  readonly peakBytes: number;
}
