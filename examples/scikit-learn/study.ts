import { command, defineStudy, float, int, space, variant, wilcoxon } from 'hpo';

export default defineStudy({
  name: 'digits',

  // Each model has parameters of its own. train.py gets them as one object: {"kind": "svm", "C": 1, "gamma": 0.03}
  space: space({
    model: variant({
      svm: { C: float(1e-2, 1e3, { log: true }), gamma: float(1e-3, 1e1, { log: true }) },
      forest: { n_estimators: int(50, 300, { step: 50 }), max_features: float(0.05, 1), min_samples_leaf: int(1, 8) },
      neighbours: { n_neighbors: int(1, 25), p: float(1, 3) },
    }),
  }),

  direction: 'maximize', // the mean accuracy of the folds
  pruner: wilcoxon(), // ends a model that is worse than the best one, fold by fold
  trials: 30,
  settings: { folds: 8 },

  objective: command({
    run: ['python', 'train.py', '{paramsFile}', '--folds', '{settings.folds}', '--seed', '{studySeed}'],
  }),
});
