import { HpoError } from '../../base/errors.ts';
import { loadStudyFile } from '../../runner/study-file.ts';
import { withStorage } from '../../storage/with-storage.ts';
import { declaredParams } from '../../study/enqueued-params.ts';
import { openDefinedStudy } from '../../study/open-defined-study.ts';
import { loadStudy } from '../../study/open-study.ts';
import { formatValues } from '../../text/format.ts';
import { announcedWaiting } from '../announced-waiting.ts';
import { knownParams, parseParamTexts } from '../asked-params.ts';
import { defineCommand } from '../define-command.ts';
import { newParamsOption, setOption, storageOption, text } from '../options.ts';
import { printLine } from '../print.ts';
import { isStudyFile } from '../stored-study.ts';

/** `hpo enqueue <study>` */
export const enqueue = defineCommand({
  usage: 'enqueue <study>',
  describe: 'enqueue a trial with parameters of your own, for a run of the study that is going on or the next one',
  details: `Parameters that are left out are chosen by the sampler when the trial starts. Those of a variant opt are opt=adam and opt.adam.beta=0.9, or in JSON {"opt": {"kind": "adam", "beta": 0.9}}.

The study of a file is made if it does not exist yet; a study given by its name takes the parameters that it has stored.`,
  completes: 'studies',
  positionals: { study: { type: 'string', demandOption: true, describe: 'the name of the study, or its file' } },
  options: {
    set: setOption('a parameter: --set x=3, as often as needed'),
    params: text('parameters as a JSON object'),
    'skip-if-exists': {
      type: 'boolean',
      default: false,
      describe: 'enqueue nothing if a trial has, or is to have, exactly these parameters',
    },
    'new-params': newParamsOption,
    storage: storageOption,
  },
  examples: [
    ['$0 enqueue tuning --set lr=0.01 --set layers=3', 'the other parameters are drawn'],
    [`$0 enqueue studies/cifar-cnn.ts --params '{"learningRate": 0.01}'`, 'with the space of a study file'],
  ],
  async run({ study: given, set, params, 'skip-if-exists': skipIfExists, 'new-params': newParams, storage: url }) {
    if (set.length === 0 && params === undefined) {
      const mend = "give --set name=value or --params '{…}', or both";
      throw new HpoError('HPO_INVALID_ARGUMENT', `No parameters to enqueue; ${mend}.`);
    }
    const definition = isStudyFile(given) ? await loadStudyFile(given) : undefined;
    await withStorage(url, { create: definition !== undefined, waiting: announcedWaiting }, async (storage) => {
      const study =
        definition === undefined
          ? await loadStudy({ name: given, storage })
          : await openDefinedStudy(definition, storage, { newParams });
      const known =
        definition === undefined
          ? knownParams(study.record.systemAttrs, await storage.inventory(study.record))
          : declaredParams(definition.space);
      const added = parseParamTexts({ set, params }, known);
      const trial = await study.enqueue(added, { skipIfExists });
      const shown = formatValues(added);
      printLine(
        trial === undefined
          ? `'${study.name}' has a trial with ${shown} already; none was enqueued.`
          : `Trial ${trial.number} of '${study.name}' waits with ${shown}.`,
      );
    });
  },
});
