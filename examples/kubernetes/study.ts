import { defineStudy, float, int, space } from 'hpo';

// A simulation that takes seconds of processor time: how a shop should reorder its goods, whatever demand comes.
export default defineStudy({
  name: 'reorder',
  space: space({
    reorderAt: int(0, 200), // the stock at which new goods are ordered
    amount: int(1, 400, { log: true }), // how many of them
    safety: float(0, 3), // how much more before weekends
  }),
  direction: 'minimize', // the mean cost of a day
  trials: 500,
  settings: { days: 200_000 },
  objective({ trial, params, settings, signal }) {
    const chance = trial.rng('demand');
    let [stock, due, cost] = [100, 0, 0];
    for (let day = 0; day < settings.days; day++) {
      if (day % 10_000 === 0) signal.throwIfAborted();
      if (due > 0 && day % 3 === 0) [stock, due] = [stock + due, 0];
      const demand = Math.round(20 * (day % 7 === 5 ? 2 : 1) * (0.5 + chance.uniform(0, 1)));
      cost += 0.1 * stock + 5 * Math.max(0, demand - stock);
      stock = Math.max(0, stock - demand);
      const limit = params.reorderAt * (day % 7 === 4 ? 1 + params.safety : 1);
      if (stock < limit && due === 0) [due, cost] = [params.amount, cost + 30];
    }
    return cost / settings.days;
  },
});
