/** A study to start from, valid as TypeScript and as JavaScript; it runs as it is. */
export function studyTemplate(name: string): string {
  return `import { categorical, defineStudy, float, int, median, space, tpe, TrialPruned } from 'hpo';

export default defineStudy({
  // Names the study in the database and its results in runs/.
  name: ${quoted(name)},

  // What to search. The types of \`params\` below follow from it.
  space: space({
    learningRate: float(1e-4, 1e-1, { log: true }),
    layers: int(1, 4),
    activation: categorical(['relu', 'tanh', 'gelu']),
  }),

  direction: 'minimize',
  sampler: tpe(), // learns from the trials so far; random() does not
  pruner: median(), // stops trials that are worse than half of the others at the same step
  trials: 30, // how many finished trials there are to be; \`--trials 100\` goes on from there

  // Constants of every trial: \`--set epochs=20\` sets another one.
  settings: { epochs: 10 },

  // One trial, in a process of its own. Train and validate a model here, and return the value to be made small.
  async objective({ trial, params, settings }) {
    const { learningRate, layers, activation } = params;
    // Stands for training, until you put your own in its place: a loss that falls to what the parameters allow.
    const least = Math.log10(learningRate / 0.01) ** 2 + 0.1 * (layers - 3) ** 2 + (activation === 'gelu' ? 0.1 : 0.2);
    let loss = 5;
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      loss = least + (loss - least) * 0.7;
      await trial.report(loss, epoch); // what the pruner judges by
      if (await trial.shouldPrune()) throw new TrialPruned();
    }
    return loss;
  },
});
`;
}

/** Between single quotes. */
function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
