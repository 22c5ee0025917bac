import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { distributionToJson } from '../../src/space/distribution-json.ts';
import type { Asker } from './asker.ts';

const program = fileURLToPath(new URL('../peer/samplers.py', import.meta.url));

/** A Python process in which Optuna's samplers choose parameters, one question and one answer a line. */
export class Peer {
  readonly #process;
  readonly #answers;

  constructor(python: string) {
    this.#process = spawn(python, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** A search by the sampler of this name, which minimises this number of values. */
  async asker(sampler: string, shape: { directions: number; constrained: boolean }, seed: number): Promise<Asker> {
    await this.#question({ study: { sampler, ...shape, seed } });
    return {
      ask: async (number) => {
        await this.#question({ ask: number });
        return {
          suggest: (name, distribution) => {
            return this.#question({ suggest: [number, name, distributionToJson(distribution)] }) as Promise<never>;
          },
        };
      },
      tell: async ({ number, values, constraints }) => {
        await this.#question({ tell: [number, values, constraints] });
      },
    };
  }

  end(): void {
    this.#process.stdin.end();
  }

  async #question(question: unknown): Promise<unknown> {
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`${program} ended while it was asked ${JSON.stringify(question)}`);
    return JSON.parse(value);
  }
}
