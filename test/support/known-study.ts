import { writeStudy } from './written-study.ts';

const LOSS = new URL('known-loss.ts', import.meta.url).pathname;

/** Options of {@link writeKnownStudy}. */
export interface KnownStudy {
  /** The time in milliseconds between two reports. */
  readonly ms: number;
  /** Whether the winner is retrained. */
  readonly retrain?: boolean;
  /** Whether each trial keeps a checkpoint after each report: `state.txt`, with its number and the step. */
  readonly checkpoints?: boolean;
}

/**
 * Writes a study whose every value and report can be checked, since they follow from the parameters alone.
 */
export function writeKnownStudy(folder: string, { ms, retrain = false, checkpoints = false }: KnownStudy): string {
  const objective = `
    const { knownLoss, knownReport, KNOWN_STEPS } = await import(${JSON.stringify(LOSS)});
    for (let step = 0; step < KNOWN_STEPS; step++) {
      await trial.report(knownReport(params, step), step);
      ${checkpoints ? KEEP : ''}
      if (await trial.shouldPrune()) throw new TrialPruned();
      if (settings.ms > 0) await sleep(settings.ms);
    }
    return knownLoss(params);`;
  const more = `
  settings: { ms: ${ms} },
  retries: 1000,
  ${retrain ? RETRAIN.replaceAll('LOSS', JSON.stringify(LOSS)) : ''}`;
  return writeStudy(folder, objective, more);
}

const KEEP = `await trial.checkpoints.keep(step, async (folder) => {
        const { writeFileSync } = await import('node:fs');
        writeFileSync(folder + '/state.txt', trial.number + ' ' + step);
      }, { overwrites: true });`;

const RETRAIN = `
  retrain: {
    async run({ params, folder }) {
      const { writeFileSync } = await import('node:fs');
      const { knownLoss } = await import(LOSS);
      writeFileSync(folder + '/first.txt', String(knownLoss(params)));
      await sleep(50);
      writeFileSync(folder + '/last.txt', String(knownLoss(params)));
      return { loss: knownLoss(params) };
    },
  },`;
