import { HpoError } from '../../base/errors.ts';
import type { Template } from './template.ts';
import { importNames, quoted, spaceField } from './text.ts';

const PARAMS = 'learningRate=1e-4..1e-1:log dropout=0.0..0.5 batchSize=16,32,64';
const NAMES: readonly string[] = ['learningRate', 'dropout', 'batchSize'];

/** A study of an image classifier in TensorFlow.js, valid as TypeScript and as JavaScript. */
export const tfjsTemplate: Template = {
  name: 'tfjs',
  tunes: 'an image classifier in TensorFlow.js',
  params: PARAMS,
  needsTensorFlow: true,
  files({ name, params, file }) {
    const given = params.map((param) => param.name);
    if (given.length !== NAMES.length || !NAMES.every((param) => given.includes(param))) {
      const problem = `The classifier takes ${NAMES.join(', ')}; give ranges or choices of these, and add others in its file.`;
      throw new HpoError('HPO_INVALID_ARGUMENT', problem);
    }
    const text = params.find(({ name: param, distribution }) => {
      const isText =
        distribution.kind === 'categorical' && !distribution.choices.every((one) => typeof one === 'number');
      return isText || (param === 'batchSize' && distribution.kind === 'float');
    });
    if (text !== undefined) {
      const wanted = text.name === 'batchSize' ? 'whole numbers' : 'numbers';
      throw new HpoError('HPO_INVALID_ARGUMENT', `The classifier takes ${wanted} for ${text.name}.`);
    }
    return {
      [file]: `import { ${importNames(params, ['auto', 'defineStudy', 'median', 'space', 'TrialPruned'])} } from 'hpo';
import { adam, device, logEpochs, measure, memoryImages, plainCnn, saveModel, split, train } from 'hpo/tfjs';

// Your images in a folder for each class (images/rose/1.png, …): const images = await imageFolder('images');
const images = drawnFigures();

export default defineStudy({
  // Names the study in the database and its results in runs/.
  name: ${quoted(name)},

  // The parameters to search, from which the types of \`params\` below follow.
${spaceField(params)}
  direction: 'minimize', // the validation loss
  sampler: auto(), // learns from the trials so far; random() does not
  pruner: median(), // stops trials that are worse than half of the others at the same step
  trials: 20, // the number of finished trials in the end; \`--trials 100\` goes on from there

  // Constants of every trial; \`--set epochs=20\` changes one.
  settings: { epochs: 5 },

  device, // the best backend of this machine, a GPU where there is one

  // One trial, in a process of its own.
  async objective({ trial, params, settings, signal, studySeed }) {
    const data = split(images, { train: 0.8, validation: 0.2 }, studySeed, { stratified: true });
    const { imageShape, classes } = images;
    const model = plainCnn({ imageShape, classes: classes.length, dropout: params.dropout, width: 0.25, seed: trial.seed });
    const { last } = await train({
      model,
      data,
      optimizer: adam(params),
      normalisation: measure(data.train),
      augmentation: { cropPadding: 2 },
      checkpoints: trial.checkpoints, // an interrupted trial goes on after its last epoch
      batchSize: params.batchSize,
      epochs: settings.epochs,
      seed: trial.seed,
      signal,
      async onEpoch({ epoch, validationLoss, validationAccuracy }) {
        await trial.report(validationLoss, epoch, { accuracy: validationAccuracy }); // the pruner judges by the loss
        if (await trial.shouldPrune()) throw new TrialPruned();
      },
    });
    model.dispose();
    return last.validationLoss;
  },

  // The winner on a longer schedule, with the weights of its best epoch.
  retrain: {
    settings: { epochs: 15 },
    async run({ params, settings, folder, log, signal, studySeed }) {
      const data = split(images, { train: 0.8, validation: 0.2 }, studySeed, { stratified: true });
      const { imageShape, classes } = images;
      const model = plainCnn({ imageShape, classes: classes.length, dropout: params.dropout, width: 0.25, seed: studySeed });
      const { best } = await train({
        model,
        data,
        optimizer: adam(params),
        normalisation: measure(data.train),
        augmentation: { cropPadding: 2 },
        batchSize: params.batchSize,
        epochs: settings.epochs,
        seed: studySeed,
        restoreBest: 'validationLoss',
        signal,
        callbacks: [logEpochs(log)],
      });
      await saveModel(model, \`\${folder}/model\`);
      return { validationLoss: best.validationLoss, validationAccuracy: best.validationAccuracy }; // for metrics.json
    },
  },
});

/** Images to begin with: lying and standing bars on noise, of 16 by 16 pixels. */
function drawnFigures() {
  const pixels = Uint8Array.from({ length: 400 * 16 * 16 }, (_, at) => {
    const [image, row, column] = [Math.floor(at / 256), Math.floor((at % 256) / 16), at % 16];
    const [across, along] = image % 2 === 0 ? [row, column] : [column, row];
    const isBar = Math.abs(across - 3 - (image % 10)) < 2 && Math.abs(along - 8) < 5;
    return (isBar ? 110 : 60) + ((at * 7919 + image * 104729) % 97);
  });
  const labels = Array.from({ length: 400 }, (_, image) => image % 2);
  return memoryImages({ pixels, labels, imageShape: [16, 16, 1], classes: ['lying', 'standing'] });
}
`,
    };
  },
};
