import { categorical, defineStudy, float, type Params, random, space, TrialPruned } from 'hpo';
import { type Check, samplerChecks } from 'hpo/testing';
import { type Device, device } from 'hpo/tfjs';

const cnn = space({ rate: float(1e-4, 1, { log: true }), batchSize: categorical([32, 64]) });
type CnnParams = Params<typeof cnn>;
const params: CnnParams = { rate: 0.1, batchSize: 64 };
// @ts-expect-error 48 is no choice
const wrong: CnnParams = { rate: 0.1, batchSize: 48 };

export default defineStudy({
  name: 'typed',
  space: cnn,
  settings: { epochs: 5 },
  device: (): Promise<Device> => device(),
  async objective({ trial, params, settings, signal }) {
    const size: 32 | 64 = params.batchSize;
    const epochs: number = settings.epochs;
    // @ts-expect-error there is no such parameter
    params.momentum;
    // @ts-expect-error there is no such setting
    settings.images;
    await trial.report(params.rate * size * epochs, 0);
    signal.throwIfAborted();
    if (await trial.shouldPrune()) throw new TrialPruned();
    return params.rate;
  },
});

const checks: readonly Check[] = samplerChecks({ make: () => random() });

export { checks, params, wrong };
