/** A study file to start from, valid as TypeScript and as JavaScript; it runs as it is. */
export function studyTemplate(name: string): string {
  return `import { auto, categorical, defineStudy, float, int, median, space, TrialPruned } from 'hpo';

export default defineStudy({
  // Names the study in the database and its results in runs/.
  name: ${quoted(name)},

  // The parameters to search, from which the types of \`params\` below follow.
  space: space({
    learningRate: float(1e-4, 1e-1, { log: true }),
    layers: int(1, 4),
    activation: categorical(['relu', 'tanh', 'gelu']),
  }),

  direction: 'minimize',
  sampler: auto(), // learns from the trials so far; random() does not
  pruner: median(), // stops trials that are worse than half of the others at the same step
  trials: 30, // the number of finished trials in the end; \`--trials 100\` goes on from there

  // Constants of every trial; \`--set epochs=20\` changes one.
  settings: { epochs: 10 },

  // One trial, in a process of its own. Train and validate a model here, and return the value to minimise.
  async objective({ trial, params, settings }) {
    const { learningRate, layers, activation } = params;
    // Replace this with your training: a loss that falls to a least value, which depends on the parameters.
    const least = Math.log10(learningRate / 0.01) ** 2 + 0.1 * (layers - 3) ** 2 + (activation === 'gelu' ? 0.1 : 0.2);
    let loss = 5;
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      loss = least + (loss - least) * 0.7;
      await trial.report(loss, epoch); // the pruner judges by this
      if (await trial.shouldPrune()) throw new TrialPruned();
    }
    return loss;
  },
});
`;
}

/** A text in single quotes. */
function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
