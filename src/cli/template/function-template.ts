import type { Template } from './template.ts';
import { importNames, quoted, spaceField, standInTerms } from './text.ts';

/** A study of a function, valid as TypeScript and as JavaScript. */
export const functionTemplate: Template = {
  name: 'function',
  tunes: 'a TypeScript function: a training, a build, a service, a simulation',
  params: 'learningRate=1e-4..1e-1:log layers=1..4 activation=relu,tanh,gelu',
  needsTensorFlow: false,
  files: ({ name, params, file }) => ({
    [file]: `import { ${importNames(params, ['auto', 'defineStudy', 'median', 'space', 'TrialPruned'])} } from 'hpo';

export default defineStudy({
  // Names the study in the database and its results in runs/.
  name: ${quoted(name)},

  // The parameters to search, from which the types of \`params\` below follow.
${spaceField(params)}
  direction: 'minimize',
  sampler: auto(), // learns from the trials so far; random() does not
  pruner: median(), // stops trials that are worse than half of the others at the same step
  trials: 30, // the number of finished trials in the end; \`--trials 100\` goes on from there

  // Constants of every trial; \`--set epochs=20\` changes one.
  settings: { epochs: 10 },

  // One trial, in a process of its own. Train and validate a model here, and return the value to minimise.
  async objective({ trial, params, settings }) {
    // Replace this with your training: a loss that falls to a least value, which depends on the parameters.
    const least =
      ${standInTerms(params, 'typescript', (param) => `params.${param}`).join(' +\n      ') || '0'};
    let loss = 5;
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      loss = least + (loss - least) * 0.7;
      await trial.report(loss, epoch); // the pruner judges by this
      if (await trial.shouldPrune()) throw new TrialPruned();
    }
    return loss;
  },
});
`,
  }),
};
