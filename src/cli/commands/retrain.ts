import { retrainStudy } from '../../runner/coordinator/retrain-study.ts';
import { defineCommand } from '../define-command.ts';
import {
  backendEnvironment,
  backendOption,
  checkpointsOption,
  gpusOf,
  gpusOption,
  newParamsOption,
  setOption,
  storageOption,
  text,
  wholeNumber,
} from '../options.ts';
import { jsonOption, reportTo } from '../reporting.ts';
import { stopOnSignals } from '../stop-signals.ts';

/** `hpo retrain <study.ts>` */
export const retrain = defineCommand({
  usage: 'retrain <study>',
  describe: 'train one configuration of a study on the full schedule',
  positionals: { study: { type: 'string', demandOption: true, describe: 'the file of the study' } },
  options: {
    trial: { ...wholeNumber('trial', 0, 'the number of the trial to take (default: the best)'), conflicts: 'config' },
    config: text('a file to take the parameters from instead: best.json, or an object of parameters, JSON or YAML'),
    'new-params': newParamsOption,
    checkpoints: checkpointsOption,
    storage: storageOption,
    profile: text('the profile to take (default: the one that the study was run with)'),
    set: setOption('override a setting of the retraining: --set epochs=50'),
    backend: backendOption,
    gpus: { ...gpusOption, describe: 'the GPU to train on, by its number; the first of several' },
    json: jsonOption,
  },
  examples: [
    ['$0 retrain studies/cifar-cnn.ts --trial 12 --set epochs=50', 'not the best trial, and longer'],
    ['$0 retrain studies/cifar-cnn.ts --config runs/cifar-cnn/best.json', 'without the database'],
    ['$0 retrain studies/cifar-cnn.ts --config best.yaml', 'as `hpo export --format yaml` wrote it'],
  ],
  async run(args) {
    const emit = reportTo(process.stdout, args.json);
    const { stop, exitCode, release } = stopOnSignals(emit);
    try {
      const done = await retrainStudy({
        studyFile: args.study,
        storage: args.storage,
        trial: args.trial,
        config: args.config,
        newParams: args['new-params'],
        checkpoints: args.checkpoints,
        profile: args.profile,
        assignments: args.set,
        env: backendEnvironment(args.backend),
        gpus: await gpusOf(args.gpus),
        emit,
        stop,
      });
      if (!done) process.exitCode = exitCode();
    } finally {
      release();
    }
  },
});
