import { type FrozenTrial, lastStep } from '../../trial/frozen-trial.ts';

/** The line along which COMPLETE trials went from one report to their end. */
interface Line {
  readonly reported: number;
  readonly final: number;
  readonly slope: number;
}

/** A COMPLETE trial's reports by step, in ascending order, and its end; all finite. */
interface Curve {
  readonly steps: readonly number[];
  readonly losses: readonly number[];
  readonly final: number;
}

/** The most COMPLETE trials that a line is fitted to, the newest. */
const MOST_CURVES = 500;

/**
 * Forecasts the final losses of PRUNED trials from those of COMPLETE ones: by a line from the loss at the last step to
 * the final one, fitted by least squares and drawn towards slope 1 where there is little to fit it to. A model that did
 * not know pruned trials would ask for the same losers again and again.
 */
export class Forecast {
  readonly #curves: readonly Curve[];
  readonly #best: number;
  readonly #sign: number;
  readonly #lines = new Map<number, Line | undefined>();

  /**
   * @param complete the COMPLETE trials by number, with their final losses.
   * @param sign 1 where reports are losses, -1 where they are to be maximised.
   */
  constructor(complete: readonly { readonly trial: FrozenTrial; readonly loss: number }[], sign: 1 | -1) {
    const finite = complete.filter(({ loss }) => Number.isFinite(loss));
    this.#sign = sign;
    this.#best = finite.reduce((best, { loss }) => Math.min(best, loss), Infinity);
    this.#curves = finite.slice(-MOST_CURVES).flatMap(({ trial, loss }) => {
      const reports = [...trial.intermediateValues].filter(([, value]) => Number.isFinite(value));
      if (reports.length === 0) return [];
      const losses = reports.map(([, value]) => sign * value);
      return [{ steps: reports.map(([step]) => step), losses, final: loss }];
    });
  }

  /**
   * The loss that a trial would have ended with, never better than the best COMPLETE one; its own last report where
   * no COMPLETE trial has reported. Undefined for a trial without reports; infinite or NaN as its last report is.
   */
  of(trial: FrozenTrial): number | undefined {
    const step = lastStep(trial);
    if (step === undefined) return undefined;
    const loss = this.#sign * (trial.intermediateValues.get(step) as number);
    if (!Number.isFinite(loss)) return loss;
    const line = this.#lineAt(step);
    const forecast = line ? line.final + line.slope * (loss - line.reported) : loss;
    return Number.isFinite(this.#best) ? Math.max(this.#best, forecast) : forecast;
  }

  #lineAt(step: number): Line | undefined {
    if (!this.#lines.has(step)) this.#lines.set(step, this.#fit(step));
    return this.#lines.get(step);
  }

  #fit(step: number): Line | undefined {
    const count = this.#curves.length;
    if (count === 0) return undefined;
    const reported = this.#curves.map(({ steps, losses }) => {
      const at = steps.findLastIndex((own) => own <= step);
      return losses[Math.max(at, 0)] as number;
    });
    const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number / count, 0);
    const [meanReported, meanFinal] = [mean(reported), mean(this.#curves.map(({ final }) => final))];
    const scale = Math.max(...reported.map((loss) => Math.abs(loss - meanReported))) || 1; // squares stay in range
    let [own, both] = [0, 0];
    for (const [i, { final }] of this.#curves.entries()) {
      const distance = ((reported[i] as number) - meanReported) / scale;
      own += distance * distance;
      both += distance * ((final - meanFinal) / scale);
    }
    const shrinkage = (2 * own) / count + 1e-12;
    return { reported: meanReported, final: meanFinal, slope: (both + shrinkage) / (own + shrinkage) };
  }
}
